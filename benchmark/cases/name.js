'use strict'

const { times } = require('../bars')
const { evenly, loopCase } = require('../loop')
const { openMeter } = require('../contenders/opentelemetry')
const { openRecorder } = require('../contenders/metrix')
const { counterValues, prometheusClients } = require('../contenders/prometheus')

const COUNT = 16
const MASK = COUNT - 1
const names = Array.from({ length: COUNT }, (_, at) => `requests_${at}`)
const expected = evenly(COUNT)

/** Peers have no recording by name: their users keep the instruments in a Map. @param {(name: string) => any} make */
function byName(make) {
  return new Map(names.map((name) => [name, make(name)]))
}

const contenders = {
  tallystick: () => {
    const { counterValues, metrics } = require('../contenders/tallystick')
    const { inc } = metrics
    return { record: (/** @type {number} */ turn) => inc(names[turn & MASK]), recorded: counterValues, expected }
  },
  ...prometheusClients((client) => {
    const counters = byName((name) => new client.Counter({ name, help: name }))
    return {
      record: (/** @type {number} */ turn) => counters.get(names[turn & MASK]).inc(),
      recorded: () => counterValues(client),
      expected,
    }
  }),
  opentelemetry: () => {
    const meter = openMeter()
    const counters = byName((name) => meter.counter(name))
    return {
      record: (/** @type {number} */ turn) => counters.get(names[turn & MASK]).add(1),
      recorded: meter.counterValues,
      expected,
    }
  },
  metrix: () => {
    const { counterValues, recorder } = openRecorder()
    const counters = byName((name) => recorder.counter(name))
    return {
      record: (/** @type {number} */ turn) => counters.get(names[turn & MASK]).incr(),
      recorded: counterValues,
      expected,
    }
  },
  'Map to a cell': () => {
    const cells = new Float64Array(COUNT)
    const places = new Map(names.map((name, at) => [name, at]))
    return {
      record: (/** @type {number} */ turn) => {
        cells[/** @type {number} */ (places.get(names[turn & MASK]))] += 1
      },
      recorded: () => [...cells],
      expected,
    }
  },
}

module.exports = loopCase({
  name: 'name',
  rows: [
    { title: '`metrics.inc(name)`, 16 names; peers: a `Map` from names to instruments, and `inc()`', bars: [times(1)] },
  ],
  contenders,
})
