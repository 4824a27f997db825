'use strict'

const { times } = require('../bars')
const { COUNT, countAndSum, millis, seconds } = require('../durations')
const { loopCase } = require('../loop')
const { distributionsByMaps } = require('../contenders/bare')
const { openMeter } = require('../contenders/opentelemetry')
const { prometheusClients, timingTotals } = require('../contenders/prometheus')
const { LABEL_NAMES, methodOf, statusOf } = require('../request-labels')

const MASK = COUNT - 1

module.exports = loopCase({
  name: 'timing-labels',
  rows: [
    {
      title: '`timing.labels({ method, status }).observeMillis(v)`; peers: `histogram.observe({ … }, v)`',
      bars: [times(8)],
    },
  ],
  contenders: {
    tallystick: () => {
      const { metrics, timingTotals } = require('../contenders/tallystick')
      const timing = metrics.timing('latency')
      return {
        record: (/** @type {number} */ turn) =>
          timing.labels({ method: methodOf(turn), status: statusOf(turn) }).observeMillis(millis[turn & MASK]),
        recorded: timingTotals,
        expected: countAndSum(millis),
      }
    },
    ...prometheusClients((client) => {
      const histogram = new client.Histogram({ name: 'latency', help: 'latency', labelNames: LABEL_NAMES })
      return {
        record: (/** @type {number} */ turn) =>
          histogram.observe({ method: methodOf(turn), status: statusOf(turn) }, seconds[turn & MASK]),
        recorded: () => timingTotals(client),
        expected: countAndSum(seconds),
      }
    }),
    opentelemetry: () => {
      const meter = openMeter()
      const histogram = meter.histogram('latency')
      return {
        record: (/** @type {number} */ turn) =>
          histogram.record(seconds[turn & MASK], { method: methodOf(turn), status: statusOf(turn) }),
        recorded: meter.timingTotals,
        expected: countAndSum(seconds),
      }
    },
    'for…in, a Map of Maps and private arrays': () => distributionsByMaps(millis),
  },
})
