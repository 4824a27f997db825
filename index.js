'use strict'

// The package: it only gathers lib/. The first copy that a thread loads serves all its copies of this major version, so that
// duplicates in node_modules record into the same memory.

const SHARED = Symbol.for('tallystick/1')

/** @type {{ [SHARED]?: ReturnType<typeof load> }} */
const realm = globalThis

function load() {
  require('./lib/copies').noteCopySoon()
  require('./lib/default-metrics/threads').joinNowAndLater()
  const { Collector } = require('./lib/record/collector')
  const { createMetrics } = require('./lib/metrics')
  const metrics = createMetrics(Collector.default)

  // What no recording needs is loaded when it is first called.

  /** @type {typeof import('.').linearBuckets} */
  const linearBuckets = (...args) => require('./lib/buckets').linearBuckets(...args)
  /** @type {typeof import('.').exponentialBuckets} */
  const exponentialBuckets = (...args) => require('./lib/buckets').exponentialBuckets(...args)

  /** @param {import('.').Collector} collector */
  const createSceneMetrics = (collector) => scenesOf(createMetrics(collector))

  /** @type {import('.').SceneMetricsFactory} */
  const sceneMetrics = {
    create: (prefix) => scenesOf(metrics).create(prefix),
    reasonCategory: (reason) => scenesOf(metrics).reasonCategory(reason),
  }

  /** @type {typeof import('.').registerModules} */
  const registerModules = (registry, prefix, options) =>
    require('./lib/modules').registerModules(registry, prefix, options)

  /** @param {import('.').LogStatsOptions} [options] */
  const logStats = (options) => require('./lib/stats-log').logStats(options)

  /** @type {typeof import('.').pushOtlp} */
  const pushOtlp = (options) => require('./lib/otlp/push').pushOtlp(options)

  /** @type {typeof import('.').pushGateway} */
  const pushGateway = (options) => require('./lib/push/gateway').pushGateway(options)

  /** @param {import('.').InstrumentHttpOptions} [options] */
  const instrument = (options) => require('./lib/instrument/instrument').instrument(options)

  /** @type {typeof import('.').serve} */
  const serve = (options, own) => require('./lib/instrument/bun-serve').serve(options, own)

  /** @type {typeof import('.').setHttpRoute} */
  const setHttpRoute = (request, route) => require('./lib/http-routes/set-route').setHttpRoute(request, route)
  const honoRoutes = () => require('./lib/http-routes/hono').honoRoutes()
  const koaRoutes = () => require('./lib/http-routes/koa').koaRoutes()
  /** @param {import('.').DefaultMetricsOptions} [options] */
  const collectDefaultMetrics = (options) => require('./lib/default-metrics/run').collectDefaultMetrics(options)

  /** @type {typeof import('.').openTelemetryExemplars} */
  const openTelemetryExemplars = (api) => require('./lib/opentelemetry-exemplars').openTelemetryExemplars(api)

  /** @param {import('.').MetricsConfig} [config] */
  const createPoolMetrics = (config) => require('./lib/pool/service').createPoolMetrics(config)

  /** @param {import('.').TrackWorkerOptions} options */
  const trackWorker = (options) => require('./lib/pool/track-worker').trackWorker(options)
  const trackedWorkers = () => require('./lib/pool/track-worker').trackedWorkers()

  /** @type {ReturnType<typeof loadEvents> | undefined} */
  let events

  return {
    Collector,
    get ModuleRegistry() {
      return require('./lib/modules').ModuleRegistry
    },
    collectDefaultMetrics,
    createMetrics,
    createPoolMetrics,
    createSceneMetrics,
    get events() {
      events ??= loadEvents()
      return events
    },
    exponentialBuckets,
    honoRoutes,
    instrument,
    koaRoutes,
    linearBuckets,
    logStats,
    metrics,
    openTelemetryExemplars,
    pushGateway,
    pushOtlp,
    registerModules,
    sceneMetrics,
    serve,
    setHttpRoute,
    trackWorker,
    trackedWorkers,
  }
}

/** Recorders, aggregators, and histograms as objects. */
function loadEvents() {
  const { FrugalHistogram } = require('./lib/events/frugal-histogram')
  return {
    ...require('./lib/events/counter'),
    ...require('./lib/events/gauge'),
    ...require('./lib/events/histogram'),
    ...require('./lib/events/timer'),
    ...require('./lib/events/recorder'),
    ...require('./lib/events/aggregator'),
    ...require('./lib/events/config'),
    ...require('./lib/events/bucketed-histogram'),
    ...require('./lib/events/hdr-histogram'),
    ...require('./lib/events/metrix'),
    FrugalHistogram,
    StreamingHistogram: FrugalHistogram,
  }
}

/** @param {import('.').Metrics} metrics */
function scenesOf(metrics) {
  return require('./lib/scene-metrics').createSceneMetrics(metrics)
}

if (realm[SHARED] === undefined) Object.defineProperty(realm, SHARED, { value: load() })
const shared = /** @type {ReturnType<typeof load>} */ (realm[SHARED])

const { Collector, collectDefaultMetrics, createMetrics, createPoolMetrics, createSceneMetrics } = shared
const { exponentialBuckets, honoRoutes, instrument, koaRoutes, linearBuckets, serve, setHttpRoute } = shared
const { pushGateway, pushOtlp } = shared
const { logStats, metrics, openTelemetryExemplars, registerModules, sceneMetrics, trackWorker, trackedWorkers } = shared

/** Of what is loaded when it is first asked for. */
const LATER = undefined

module.exports = {
  Aggregator: LATER,
  BucketedHistogram: LATER,
  Collector,
  DefaultCounter: LATER,
  DefaultGauge: LATER,
  DefaultHistogram: LATER,
  DefaultTimer: LATER,
  FrugalHistogram: LATER,
  HdrHistogram: LATER,
  ModuleRegistry: LATER,
  NoTagTimer: LATER,
  NullCounter: LATER,
  NullGauge: LATER,
  NullHistogram: LATER,
  NullTimer: LATER,
  PreciseCounter: LATER,
  PreciseGauge: LATER,
  Recorder: LATER,
  StreamingHistogram: LATER,
  collectDefaultMetrics,
  config: LATER,
  counter: LATER,
  createAggregator: LATER,
  createMetrics,
  createPoolMetrics,
  createRecorder: LATER,
  createSceneMetrics,
  exponentialBuckets,
  gauge: LATER,
  histogram: LATER,
  honoRoutes,
  instrument,
  koaRoutes,
  linearBuckets,
  logStats,
  metrics,
  openTelemetryExemplars,
  pushGateway,
  pushOtlp,
  recorder: LATER,
  registerModules,
  sceneMetrics,
  serve,
  setHttpRoute,
  timer: LATER,
  trackWorker,
  trackedWorkers,
}

for (const [name, value] of Object.entries(module.exports)) {
  const ofEvents = () => shared.events[/** @type {keyof typeof shared.events} */ (name)]
  const get = name === 'ModuleRegistry' ? () => shared.ModuleRegistry : ofEvents
  if (value === LATER) Object.defineProperty(module.exports, name, { configurable: true, enumerable: true, get })
}
