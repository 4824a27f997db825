'use strict'

const { times } = require('../bars')
const { evenly, loopCase } = require('../loop')
const { openMeter } = require('../contenders/opentelemetry')
const { counterValues, prometheusClients } = require('../contenders/prometheus')
const { LABEL_NAMES, SERIES, methodOf, statusOf } = require('../request-labels')

// The order alternates at each call, and each series' own order alternates every 64 calls.
const expected = evenly(SERIES)

/** @param {number} turn */
function isReversed(turn) {
  return ((turn ^ (turn >>> 6)) & 1) === 0
}

module.exports = loopCase({
  name: 'labels-mixed',
  rows: [{ title: '`counter.labels({ … }).inc()` with keys in two orders in turn', bars: [times(2.5)] }],
  contenders: {
    tallystick: () => {
      const { counterValues, metrics } = require('../contenders/tallystick')
      const counter = metrics.counter('requests')
      return {
        record: (/** @type {number} */ turn) => {
          if (isReversed(turn)) counter.labels({ status: statusOf(turn), method: methodOf(turn) }).inc()
          else counter.labels({ method: methodOf(turn), status: statusOf(turn) }).inc()
        },
        recorded: counterValues,
        expected,
      }
    },
    ...prometheusClients((client) => {
      const counter = new client.Counter({ name: 'requests', help: 'requests', labelNames: LABEL_NAMES })
      return {
        record: (/** @type {number} */ turn) => {
          if (isReversed(turn)) counter.inc({ status: statusOf(turn), method: methodOf(turn) })
          else counter.inc({ method: methodOf(turn), status: statusOf(turn) })
        },
        recorded: () => counterValues(client),
        expected,
      }
    }),
    opentelemetry: () => {
      const meter = openMeter()
      const counter = meter.counter('requests')
      return {
        record: (/** @type {number} */ turn) => {
          if (isReversed(turn)) counter.add(1, { status: statusOf(turn), method: methodOf(turn) })
          else counter.add(1, { method: methodOf(turn), status: statusOf(turn) })
        },
        recorded: meter.counterValues,
        expected,
      }
    },
  },
})
