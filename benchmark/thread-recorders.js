'use strict'

// What the threads of a case record: 64 counters in turn.

const { prometheusClients } = require('./contenders/prometheus')

const COUNT = 64
const MASK = COUNT - 1
const names = Array.from({ length: COUNT }, (_, at) => `requests_${at}`)

/** @type {Record<string, (cells: SharedArrayBuffer) => (turn: number) => unknown>} */
const recorders = {
  tallystick: () => {
    const { metrics } = require('./contenders/tallystick')
    const counters = names.map((name) => metrics.counter(name))
    return (turn) => counters[turn & MASK].inc()
  },
  ...prometheusClients((client) => {
    const counters = names.map((name) => new client.Counter({ name, help: name }))
    return (/** @type {number} */ turn) => counters[turn & MASK].inc()
  }),
  'Atomics.add': (cells) => {
    const shared = new Int32Array(cells)
    return (turn) => Atomics.add(shared, turn & MASK, 1)
  },
}

module.exports = { COUNT, recorders }
