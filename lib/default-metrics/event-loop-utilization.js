'use strict'

// The share of time that the event loop was busy, counted once for each 100 ms that have passed, as prom-client does.

const { performance } = require('node:perf_hooks')

/** @typedef {import('./types').ThreadFamily} ThreadFamily */

const HELP =
  'Ratio of time the event loop is not idling in the event provider to the total time the event loop is running.'

/** @type {ThreadFamily} */
const SUMMARY = {
  kind: 'histogram',
  name: 'nodejs_eventloop_utilization_summary',
  help: HELP,
  quantiles: [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999],
}

/** @type {ThreadFamily} */
const HISTOGRAM = {
  kind: 'histogram',
  name: 'nodejs_eventloop_utilization_histogram',
  help: HELP,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1],
}

const INTERVAL_MILLIS = 100
/** A loop that was blocked for longer (ten minutes) counts as much. */
const MOST_INTERVALS = 6000

/** @param {import('./types').ThreadRecorder} recorder @returns {import('./types').Measurement | undefined} */
function start(recorder) {
  const utilizationSince = performance.eventLoopUtilization
  if (typeof utilizationSince !== 'function') return undefined
  let earlier = utilizationSince()
  let counted = 0
  return {
    beat(now) {
      const passed = Math.floor((now - counted) / INTERVAL_MILLIS)
      if (passed === 0) return
      counted += passed * INTERVAL_MILLIS
      const intervals = Math.min(passed, MOST_INTERVALS)
      const later = utilizationSince()
      // a runtime that does not measure it answers zeros
      if (later.active + later.idle === 0) return
      const { utilization } = utilizationSince(later, earlier)
      earlier = later
      const series = [recorder.series(SUMMARY), recorder.series(HISTOGRAM)]
      for (let at = 0; at < intervals; at++) for (const each of series) each.observe(utilization)
    },
  }
}

module.exports = { families: [SUMMARY, HISTOGRAM], start }
