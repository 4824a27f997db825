'use strict'

const { times } = require('../bars')
const { evenly, loopCase } = require('../loop')
const { cellsInTurn, privateCellsInTurn } = require('../contenders/bare')
const { openMeter } = require('../contenders/opentelemetry')
const { openRecorder } = require('../contenders/metrix')
const { counterValues, prometheusClients } = require('../contenders/prometheus')

const COUNT = 64
const MASK = COUNT - 1
const names = Array.from({ length: COUNT }, (_, at) => `requests_${at}`)
const expected = evenly(COUNT)

const contenders = {
  tallystick: () => {
    const { counterValues, metrics } = require('../contenders/tallystick')
    const counters = names.map((name) => metrics.counter(name))
    return { record: (/** @type {number} */ turn) => counters[turn & MASK].inc(), recorded: counterValues, expected }
  },
  ...prometheusClients((client) => {
    const counters = names.map((name) => new client.Counter({ name, help: name }))
    return {
      record: (/** @type {number} */ turn) => counters[turn & MASK].inc(),
      recorded: () => counterValues(client),
      expected,
    }
  }),
  opentelemetry: () => {
    const meter = openMeter()
    const counters = names.map((name) => meter.counter(name))
    return {
      record: (/** @type {number} */ turn) => counters[turn & MASK].add(1),
      recorded: meter.counterValues,
      expected,
    }
  },
  metrix: () => {
    const { counterValues, recorder } = openRecorder()
    const counters = names.map((name) => recorder.counter(name))
    return { record: (/** @type {number} */ turn) => counters[turn & MASK].incr(), recorded: counterValues, expected }
  },
  'cells[i] += 1': () => cellsInTurn(COUNT),
  'private cells[i] += 1': () => privateCellsInTurn(COUNT),
}

module.exports = loopCase({
  name: 'counter',
  rows: [{ title: '`counter.inc()`, 64 counters in turn', bars: [times(2)] }],
  contenders,
})
