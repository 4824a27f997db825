'use strict'

// Threads that record the same 64 counters at once. The Prometheus clients have a registry in each thread, and no total.

const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { COUNT, recorders } = require('../thread-recorders')

const READY = 0
const PHASE = 1

/**
 * Starts the threads, lets them record for a while, and adds up.
 * @param {string} contender
 * @param {number} threads
 * @param {number} milliseconds
 */
async function recordAtOnce(contender, threads, milliseconds) {
  const control = new SharedArrayBuffer(8)
  const state = new Int32Array(control)
  const workerData = { contender, control, cells: new SharedArrayBuffer(4 * COUNT) }
  const file = path.join(__dirname, '..', 'recording-thread.js')
  const workers = Array.from({ length: threads }, () => new Worker(file, { workerData }))
  const answers = workers.map(answerOf)
  while (Atomics.load(state, READY) < threads) await new Promise((resolve) => setTimeout(resolve, 5))
  Atomics.store(state, PHASE, 1)
  Atomics.notify(state, PHASE)
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  Atomics.store(state, PHASE, 2)
  const said = await Promise.all(answers)
  const calls = said.reduce((sum, answer) => sum + answer.calls, 0)
  const took = Math.max(...said.map((answer) => answer.took))
  const recorded = said.reduce((sum, answer) => sum + answer.calls + answer.warmUp, 0)
  return { nanos: (took * 1e6) / calls, recorded }
}

/** @param {Worker} worker @returns {Promise<{ calls: number, warmUp: number, took: number }>} */
function answerOf(worker) {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** @param {string} contender @param {number} threads @param {{ threadMillis: number }} parameters */
function open(contender, threads, { threadMillis }) {
  let recorded = 0
  return {
    measure: async () => {
      const answer = await recordAtOnce(contender, threads, threadMillis)
      recorded += answer.recorded
      return answer.nanos
    },
    check: () => {
      if (contender !== 'tallystick') return
      const { counterValues } = require('../contenders/tallystick')
      const seen = counterValues().reduce((sum, value) => sum + value, 0)
      if (seen !== recorded) throw new Error(`${seen} recordings of ${recorded} threads' were seen`)
    },
  }
}

/** @param {number} threads */
function threadsCase(threads) {
  const contenders = Object.keys(recorders).map((name) => [
    name,
    (/** @type {any} */ parameters) => open(name, threads, parameters),
  ])
  return {
    name: `threads-${threads}`,
    unit: 'ns',
    rounds: 5,
    rows: [
      {
        title: `${threads} ${threads === 1 ? 'thread records' : 'threads record'} at once: time divided by the recordings of all`,
      },
    ],
    contenders: Object.fromEntries(contenders),
  }
}

module.exports = [1, 2, 4, 8].map(threadsCase)
