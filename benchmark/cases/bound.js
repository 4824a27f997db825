'use strict'

const { times } = require('../bars')
const { evenly, loopCase } = require('../loop')
const { cellsInTurn } = require('../contenders/bare')
const { counterValues, prometheusClients } = require('../contenders/prometheus')
const { LABEL_NAMES, SERIES, labelSets } = require('../request-labels')

const MASK = SERIES - 1
const expected = evenly(SERIES)

const contenders = {
  tallystick: () => {
    const { counterValues, metrics } = require('../contenders/tallystick')
    const counter = metrics.counter('requests')
    const bound = labelSets.map((labels) => counter.labels(labels))
    return { record: (/** @type {number} */ turn) => bound[turn & MASK].inc(), recorded: counterValues, expected }
  },
  ...prometheusClients((client) => {
    const counter = new client.Counter({ name: 'requests', help: 'requests', labelNames: LABEL_NAMES })
    const bound = labelSets.map((labels) => counter.labels(labels))
    return {
      record: (/** @type {number} */ turn) => bound[turn & MASK].inc(),
      recorded: () => counterValues(client),
      expected,
    }
  }),
  'cells[i] += 1': () => cellsInTurn(SERIES),
}

module.exports = loopCase({
  name: 'bound',
  rows: [{ title: '`inc()` of a bound labelled counter, 64 in turn', bars: [times(40)] }],
  contenders,
})
