'use strict'

// The package: it only gathers lib/. The first copy that a thread loads serves all its copies of this major version, so that
// duplicates in node_modules record into the same memory.

const SHARED = Symbol.for('tallystick/1')

/** @type {{ [SHARED]?: ReturnType<typeof load> }} */
const realm = globalThis

function load() {
  require('./lib/copies').noteCopySoon()
  const { Collector } = require('./lib/record/collector')
  const { createMetrics } = require('./lib/metrics')
  const { BucketedHistogram } = require('./lib/events/bucketed-histogram')
  const { FrugalHistogram } = require('./lib/events/frugal-histogram')
  const { HdrHistogram } = require('./lib/events/hdr-histogram')
  const { ModuleRegistry, registerModules } = require('./lib/modules')
  const metrics = createMetrics(Collector.default)

  // What no recording needs is loaded when it is first called.

  /** @param {import('.').Collector} collector */
  const createSceneMetrics = (collector) => scenesOf(createMetrics(collector))

  /** @type {import('.').SceneMetricsFactory} */
  const sceneMetrics = {
    create: (prefix) => scenesOf(metrics).create(prefix),
    reasonCategory: (reason) => scenesOf(metrics).reasonCategory(reason),
  }

  /** @param {import('.').LogStatsOptions} [options] */
  const logStats = (options) => require('./lib/stats-log').logStats(options)

  return {
    BucketedHistogram,
    Collector,
    FrugalHistogram,
    HdrHistogram,
    ModuleRegistry,
    createMetrics,
    createSceneMetrics,
    logStats,
    metrics,
    registerModules,
    sceneMetrics,
  }
}

/** @param {import('.').Metrics} metrics */
function scenesOf(metrics) {
  return require('./lib/scene-metrics').createSceneMetrics(metrics)
}

if (realm[SHARED] === undefined) Object.defineProperty(realm, SHARED, { value: load() })
const shared = /** @type {ReturnType<typeof load>} */ (realm[SHARED])

const { BucketedHistogram, FrugalHistogram, HdrHistogram } = shared
const StreamingHistogram = FrugalHistogram
const { Collector, ModuleRegistry, createMetrics, createSceneMetrics } = shared
const { logStats, metrics, registerModules, sceneMetrics } = shared

module.exports = {
  BucketedHistogram,
  Collector,
  FrugalHistogram,
  HdrHistogram,
  ModuleRegistry,
  StreamingHistogram,
  createMetrics,
  createSceneMetrics,
  logStats,
  metrics,
  registerModules,
  sceneMetrics,
}
