'use strict'

// Records into label sets of which some are always idle, until it is told to end, and then reports what it has recorded in each.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { Random } = require('../../soak/random')

const SETS = 40
/** How many of them are recorded at a time, and for how many bursts. */
const ACTIVE = 8
const PHASE = 1000
/** At most this many recordings in a row go to one set. */
const BURST = 20

const { id, over, seed, ttl } = workerData
const metrics = createMetrics(Collector.attach(id))
const random = new Random(seed)
const counter = metrics.counter({ name: 'jobs', ttl })
const timing = metrics.timing({ name: 'wait', ttl })
const histogram = metrics.histogram({ name: 'sizes', buckets: [2, 8, 32], ttl })
/** @type {Map<string, { count: number, sum: number }>} by key */
const recorded = new Map()
/** @type {Map<string, any>} handles that outlive their series */
const kept = new Map()

/** Each in one of the ways to record. @type {Record<string, (labels: { set: string }, key: string, value: number) => void>} */
const WAYS = {
  jobs(labels, key, value) {
    if (random.below(3) === 0) metrics.inc('jobs', value, labels)
    else handleOf(counter, labels, key).inc(value)
  },
  wait(labels, key, value) {
    if (random.below(3) === 0) metrics.observeMillis('wait', value, labels)
    else handleOf(timing, labels, key).observeMillis(value)
  },
  sizes(labels, key, value) {
    if (random.below(3) === 0) metrics.observe('sizes', value, labels)
    else handleOf(histogram, labels, key).observe(value)
  },
}

/** @param {any} instrument @param {{ set: string }} labels @param {string} key */
function handleOf(instrument, labels, key) {
  const handle = (random.below(2) === 0 && kept.get(key)) || instrument.labels(labels)
  kept.set(key, handle)
  return handle
}

let first = 0
for (let burst = 1; Atomics.load(over, 0) === 0; burst++) {
  if (burst % PHASE === 0) first = random.below(SETS)
  const labels = { set: String((first + random.below(ACTIVE)) % SETS) }
  const name = random.pick(Object.keys(WAYS))
  const key = `${name}{set="${labels.set}"}`
  const sums = recorded.get(key) ?? { count: 0, sum: 0 }
  for (let left = random.below(BURST); left >= 0; left--) {
    const value = random.below(64)
    WAYS[name](labels, key, value)
    sums.count++
    sums.sum += value
  }
  recorded.set(key, sums)
}
parentPort?.postMessage(recorded)
