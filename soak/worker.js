'use strict'

// One thread of many: it works for some rounds, sends what it tallied and which connections it left, and ends as it is told:
// by itself, by `process.exit`, terminated while it waits, or terminated in the midst of recording.

const { once } = require('node:events')
const { setTimeout } = require('node:timers/promises')
const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('..')
const { collect } = require('./garbage')
const { Random } = require('./random')
const { Tally } = require('./tally')
const { Work } = require('./work')

/** @typedef {import('./threads').Life} Life */
/** @typedef {import('node:worker_threads').MessagePort} MessagePort */

/** Between rounds, so that all threads together leave something of the machine. */
const PACE_MILLIS = 4
/** Rounds between two forced collections of garbage. */
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

/** Records without end. What is begun and what is done is in `progress`, where it can be read when this thread is no more. */
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
