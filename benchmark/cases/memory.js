'use strict'

const { share } = require('../bars')
const { COUNT, millis } = require('../durations')
const { ROUTES, labelValues, seriesContenders } = require('../many-series')
const { residentBytes } = require('../resident')

const SAMPLES = 10
const MASK = COUNT - 1
const BASELINE = 'labels alone'

/**
 * A labels object for each series, which the process keeps, so that a client that refers to it does not pay for it.
 * @param {number} count
 */
function labelObjects(count) {
  const { shops, routes } = labelValues(count)
  return Array.from({ length: count }, (_, at) => ({
    shop: shops[Math.floor(at / ROUTES)],
    route: routes[at % ROUTES],
  }))
}

/**
 * @param {(parameters: any) => number} count of series
 * @param {(adapter: any) => (labels: any) => void} recorder
 * @param {number} recordings for each series
 */
function contenders(count, recorder, recordings) {
  const open = (/** @type {any} */ adapter, /** @type {any} */ parameters) => {
    const series = count(parameters)
    const objects = labelObjects(series)
    const record = recorder(adapter)
    return {
      measure: async () => {
        for (const labels of objects) for (let at = 0; at < recordings; at++) record(labels)
        const resident = await residentBytes()
        if (objects.length !== series) throw new Error('the labels were not kept')
        return resident / series
      },
    }
  }
  return {
    ...seriesContenders(open),
    [BASELINE]: (/** @type {any} */ parameters) => open({ counter: nothing, timing: nothing }, parameters),
  }
}

/** A client that keeps nothing. */
function nothing() {
  return () => {}
}

/** @param {any} adapter */
function counting({ counter }) {
  return counter('requests')
}

/** @param {any} adapter */
function timing({ timing }) {
  const record = timing('latency')
  let at = 0
  return (/** @type {any} */ labels) => record(labels, millis[at++ & MASK])
}

const common = { unit: 'B', rounds: 3, isFresh: true, flags: ['--expose-gc'], baseline: BASELINE }

module.exports = [
  {
    ...common,
    name: 'memory-counters',
    rows: [{ title: 'resident memory of each of {memoryCounters} labelled counters', bars: [share(1.1)] }],
    contenders: contenders(({ memoryCounters }) => memoryCounters, counting, 1),
  },
  {
    ...common,
    name: 'memory-timings',
    rows: [{ title: 'resident memory of each of {series} labelled timings with 10 samples', bars: [share(1.1)] }],
    contenders: contenders(({ series }) => series, timing, SAMPLES),
  },
]
