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
  const { Recorder, createRecorder } = require('./lib/events/recorder')
  const { Aggregator, createAggregator } = require('./lib/events/aggregator')
  const { config } = require('./lib/events/config')
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

  /** @param {import('.').MetricsConfig} [config] */
  const createPoolMetrics = (config) => require('./lib/pool/service').createPoolMetrics(config)

  return {
    ...require('./lib/events/counter'),
    ...require('./lib/events/gauge'),
    ...require('./lib/events/histogram'),
    ...require('./lib/events/timer'),
    Aggregator,
    BucketedHistogram,
    Collector,
    FrugalHistogram,
    HdrHistogram,
    ModuleRegistry,
    Recorder,
    config,
    createAggregator,
    createMetrics,
    createPoolMetrics,
    createRecorder,
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
const { Collector, ModuleRegistry, createMetrics, createPoolMetrics, createSceneMetrics } = shared
const { logStats, metrics, registerModules, sceneMetrics } = shared
const { Aggregator, Recorder, config, createAggregator, createRecorder } = shared
const { DefaultCounter, NullCounter, PreciseCounter, DefaultGauge, NullGauge, PreciseGauge } = shared
const { DefaultHistogram, NullHistogram, DefaultTimer, NoTagTimer, NullTimer } = shared

module.exports = {
  Aggregator,
  BucketedHistogram,
  Collector,
  DefaultCounter,
  DefaultGauge,
  DefaultHistogram,
  DefaultTimer,
  FrugalHistogram,
  HdrHistogram,
  ModuleRegistry,
  NoTagTimer,
  NullCounter,
  NullGauge,
  NullHistogram,
  NullTimer,
  PreciseCounter,
  PreciseGauge,
  Recorder,
  StreamingHistogram,
  config,
  createAggregator,
  createMetrics,
  createPoolMetrics,
  createRecorder,
  createSceneMetrics,
  logStats,
  metrics,
  registerModules,
  sceneMetrics,
}
