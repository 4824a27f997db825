'use strict'

// One thread of many: it works for some rounds, sends its tally and the connections that it left, and ends in the given way: by itself,
// by `process.exit`, terminated while it waits, or terminated while it records.

const { once } = require('node:events')
const { setTimeout } = require('node:timers/promises')
const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('..')
const { collect } = require('../__test__/support/garbage')
const { Random } = require('./random')
const { Tally } = require('./tally')
const { Work } = require('./work')

/** @typedef {import('./threads').Life} Life */
/** @typedef {import('node:worker_threads').MessagePort} MessagePort */

/** The pause between rounds, so that the threads do not use the whole machine. */
const PACE_MILLIS = 4
/** Rounds between two forced garbage collections. */
const COLLECTED = 25

const { collector, seed, rounds, ending, progress, over, owner } = /** @type {Life} */ (workerData)
const port = /** @type {MessagePort} */ (parentPort)

async function main() {
  const metrics = createMetrics(Collector.attach(collector))
  const tally = new Tally()
  const work = new Work(metrics, new Random(seed), tally, owner)
  for (let round = 1; round <= rounds && Atomics.load(over, 0) === 0; round++) {
    port.postMessage({ left: work.round() })
    if (round % COLLECTED === 0) {
      collect()
      tally.did('collections of garbage')
    }
    await setTimeout(PACE_MILLIS)
  }
  port.postMessage({ tally })
  if (ending === 'spinning') spin(metrics)
  await once(port, 'message')
  if (ending === 'exits') process.exit()
}

/**
 * Records endlessly. `progress` has the numbers of started and finished recordings, which remain readable after this thread's end.
 */
function spin(/** @type {import('..').Metrics} */ metrics) {
  const [begun, done] = [new Int32Array(progress, 0, 1), new Int32Array(progress, 4, 1)]
  for (let count = 1; ; count++) {
    Atomics.store(begun, 0, count)
    metrics.inc('killed', 1, { spins: count % 100 })
    metrics.observeNanos('killed', 2 ** (count % 40))
    Atomics.store(done, 0, count)
  }
}

main().finally(() => port.close())
