'use strict'

const { times } = require('../bars')
const { evenly, loopCase } = require('../loop')
const { labelsByMaps } = require('../contenders/bare')
const { openMeter } = require('../contenders/opentelemetry')
const { counterValues, prometheusClients } = require('../contenders/prometheus')
const { LABEL_NAMES, SERIES, methodOf, statusOf } = require('../request-labels')

const expected = evenly(SERIES)

module.exports = loopCase({
  name: 'labels',
  rows: [{ title: '`counter.labels({ method, status }).inc()` with keys in one order', bars: [times(3.5)] }],
  contenders: {
    tallystick: () => {
      const { counterValues, metrics } = require('../contenders/tallystick')
      const counter = metrics.counter('requests')
      return {
        record: (/** @type {number} */ turn) =>
          counter.labels({ method: methodOf(turn), status: statusOf(turn) }).inc(),
        recorded: counterValues,
        expected,
      }
    },
    ...prometheusClients((client) => {
      const counter = new client.Counter({ name: 'requests', help: 'requests', labelNames: LABEL_NAMES })
      return {
        record: (/** @type {number} */ turn) => counter.inc({ method: methodOf(turn), status: statusOf(turn) }),
        recorded: () => counterValues(client),
        expected,
      }
    }),
    opentelemetry: () => {
      const meter = openMeter()
      const counter = meter.counter('requests')
      return {
        record: (/** @type {number} */ turn) => counter.add(1, { method: methodOf(turn), status: statusOf(turn) }),
        recorded: meter.counterValues,
        expected,
      }
    },
    'for…in and a Map of Maps': labelsByMaps,
  },
})
