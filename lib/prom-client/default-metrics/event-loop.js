'use strict'

// How late the event loop is, and how busy.

const { monitorEventLoopDelay, performance } = require('node:perf_hooks')
const { Gauge } = require('../gauge')
const { Histogram } = require('../histogram')
const { Summary } = require('../summary')
const { settingsOf } = require('./settings')

/** @typedef {import('node:perf_hooks').IntervalHistogram} Delay */

const LAG = 'nodejs_eventloop_lag'
const NANOS = 1e9

/** @type {[name: string, help: string, aggregator: string, of: (delay: Delay) => number][]} */
const STATISTICS = [
  ['min', 'The minimum recorded event loop delay.', 'min', (delay) => delay.min],
  ['max', 'The maximum recorded event loop delay.', 'max', (delay) => delay.max],
  ['mean', 'The mean of the recorded event loop delays.', 'average', (delay) => delay.mean],
  ['stddev', 'The standard deviation of the recorded event loop delays.', 'average', (delay) => delay.stddev],
  ['p50', 'The 50th percentile of the recorded event loop delays.', 'average', (delay) => delay.percentile(50)],
  ['p90', 'The 90th percentile of the recorded event loop delays.', 'average', (delay) => delay.percentile(90)],
  ['p99', 'The 99th percentile of the recorded event loop delays.', 'average', (delay) => delay.percentile(99)],
]

/** @param {any} [registry] @param {any} [config] */
function eventLoopLag(registry, config) {
  const delay = openDelay(config?.eventLoopMonitoringPrecision)
  if (delay === undefined) return
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const lag = new Gauge({
    name: `${prefix}${LAG}_seconds`,
    help: 'Lag of event loop in seconds.',
    registers,
    labelNames,
    aggregator: 'average',
  })
  const gauges = STATISTICS.map(
    ([name, help, aggregator]) =>
      new Gauge({ name: `${prefix}${LAG}_${name}_seconds`, help, registers, labelNames, aggregator }),
  )
  lag.collect = () => {
    const start = performance.now()
    setImmediate(() => lag.set(labels, (performance.now() - start) / 1000))
    for (const [at, [, , , of]] of STATISTICS.entries()) gauges[at].set(labels, of(delay) / NANOS)
    delay.reset()
  }
}

/** Undefined in a runtime that does not have it. @param {number | undefined} resolution in milliseconds */
function openDelay(resolution) {
  try {
    const delay = monitorEventLoopDelay({ resolution })
    delay.enable()
    return delay
  } catch (error) {
    if (/** @type {any} */ (error).code === 'ERR_NOT_IMPLEMENTED') return undefined
    throw error
  }
}

const UTILIZATION = 'nodejs_eventloop_utilization'
const UTILIZATION_HELP =
  'Ratio of time the event loop is not idling in the event provider to the total time the event loop is running.'
const UTILIZATION_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1]
const UTILIZATION_PERCENTILES = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999]

/** @param {any} [registry] @param {any} [config] */
function eventLoopUtilization(registry, config) {
  const utilizationSince = performance.eventLoopUtilization
  if (typeof utilizationSince !== 'function') return
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const common = { help: UTILIZATION_HELP, registers, labelNames }
  const summary = new Summary({
    ...common,
    name: `${prefix}${UTILIZATION}_summary`,
    maxAgeSeconds: config?.eventLoopUtilizationMaxAgeSeconds ?? 60,
    ageBuckets: config?.eventLoopUtilizationAgeBuckets ?? 5,
    percentiles: config?.eventLoopUtilizationPercentiles ?? UTILIZATION_PERCENTILES,
  })
  const histogram = new Histogram({
    ...common,
    name: `${prefix}${UTILIZATION}_histogram`,
    buckets: config?.eventLoopUtilizationBuckets ?? UTILIZATION_BUCKETS,
  })
  const interval = config?.eventLoopUtilizationTimeout ?? 100
  let earlier = utilizationSince()
  let start = performance.now()
  setInterval(() => {
    const later = utilizationSince()
    const now = performance.now()
    const { utilization } = utilizationSince(later, earlier)
    // a loop that was blocked counts once for each interval
    for (let passed = Math.round((now - start) / interval); passed > 0; passed--) {
      summary.observe(labels, utilization)
      histogram.observe(labels, utilization)
    }
    earlier = later
    start = now
  }, interval).unref()
}

eventLoopLag.metricNames = [`${LAG}_seconds`, ...STATISTICS.map(([name]) => `${LAG}_${name}_seconds`)]
eventLoopUtilization.metricNames = [`${UTILIZATION}_summary`, `${UTILIZATION}_histogram`]

module.exports = { eventLoopLag, eventLoopUtilization }
