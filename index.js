'use strict'

// The package: it only gathers lib/. The first copy that a thread loads serves all its copies of this major version, so that
// duplicates in node_modules record into the same memory.

const SHARED = Symbol.for('tallystick/1')

/** @type {{ [SHARED]?: ReturnType<typeof load> }} */
const realm = globalThis

function load() {
  require('./lib/copies').noteCopy()
  const { Collector } = require('./lib/record/collector')
  const { createMetrics } = require('./lib/metrics')
  const scenes = require('./lib/scene-metrics')
  const { ModuleRegistry, registerModules } = require('./lib/modules')
  const { logStats } = require('./lib/stats-log')
  const metrics = createMetrics(Collector.default)

  /** @param {import('.').Collector} collector */
  const createSceneMetrics = (collector) => scenes.createSceneMetrics(createMetrics(collector))

  return {
    Collector,
    ModuleRegistry,
    createMetrics,
    createSceneMetrics,
    logStats,
    metrics,
    registerModules,
    sceneMetrics: scenes.createSceneMetrics(metrics),
  }
}

if (realm[SHARED] === undefined) Object.defineProperty(realm, SHARED, { value: load() })
const shared = /** @type {ReturnType<typeof load>} */ (realm[SHARED])

const { Collector, ModuleRegistry, createMetrics, createSceneMetrics } = shared
const { logStats, metrics, registerModules, sceneMetrics } = shared

module.exports = {
  Collector,
  ModuleRegistry,
  createMetrics,
  createSceneMetrics,
  logStats,
  metrics,
  registerModules,
  sceneMetrics,
}
