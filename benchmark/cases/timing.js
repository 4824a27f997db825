'use strict'

const { createHistogram } = require('node:perf_hooks')
const { times } = require('../bars')
const { COUNT, countAndSum, millis, nanos, seconds } = require('../durations')
const { loopCase } = require('../loop')
const { openRecorder } = require('../contenders/metrix')
const { openMeter } = require('../contenders/opentelemetry')
const { prometheusClients, timingTotals } = require('../contenders/prometheus')

const MASK = COUNT - 1

function ours() {
  const { metrics, timingTotals } = require('../contenders/tallystick')
  const timing = metrics.timing('latency')
  return {
    record: (/** @type {number} */ turn) => timing.observeMillis(millis[turn & MASK]),
    recorded: timingTotals,
    expected: countAndSum(millis),
  }
}

/** @param {'Histogram' | 'Summary'} Class */
function theirs(Class) {
  return prometheusClients((client) => {
    const distribution = new client[Class]({ name: 'latency', help: 'latency' })
    return {
      record: (/** @type {number} */ turn) => distribution.observe(seconds[turn & MASK]),
      recorded: () => timingTotals(client),
      expected: countAndSum(seconds),
    }
  })
}

const histogram = loopCase({
  name: 'timing',
  rows: [{ title: '`timing.observeMillis(v)`; peers: `histogram.observe(v)`', bars: [times(24)] }],
  contenders: {
    tallystick: ours,
    ...theirs('Histogram'),
    opentelemetry: () => {
      const meter = openMeter()
      const histogram = meter.histogram('latency')
      return {
        record: (/** @type {number} */ turn) => histogram.record(seconds[turn & MASK]),
        recorded: meter.timingTotals,
        expected: countAndSum(seconds),
      }
    },
    metrix: () => {
      const { recorder, timingCount } = openRecorder()
      const histogram = recorder.histogram('latency')
      return { record: (/** @type {number} */ turn) => histogram.add(millis[turn & MASK]), recorded: timingCount }
    },
    'hdr-histogram-js': () => {
      const { build } = require('hdr-histogram-js')
      const histogram = build({ numberOfSignificantValueDigits: 2, highestTrackableValue: Number.MAX_SAFE_INTEGER })
      return {
        record: (/** @type {number} */ turn) => histogram.recordValue(nanos[turn & MASK]),
        recorded: () => [histogram.totalCount],
      }
    },
    createHistogram: () => {
      const histogram = createHistogram({ figures: 2 })
      return {
        record: (/** @type {number} */ turn) => histogram.record(nanos[turn & MASK]),
        recorded: () => [histogram.count],
      }
    },
  },
})

const summary = loopCase({
  name: 'summary',
  rows: [{ title: '`timing.observeMillis(v)`; peers: `summary.observe(v)`', bars: [times(65)] }],
  contenders: { tallystick: ours, ...theirs('Summary') },
})

module.exports = { histogram, summary }
