'use strict'

// Tinypool, the pool of Vitest. It reports its workers and how many tasks wait for them, but neither which are busy nor what they
// have done.

const { definedFields, scriptOf } = require('./fields')
const { isThreadPool, sharedState, uptimeOf } = require('./threads')

/** @typedef {import('../types').Source} Source */

/** @param {any} pool */
function isTinypool(pool) {
  return isThreadPool(pool) && typeof pool.recycleWorkers === 'function'
}

/** @param {any} pool @returns {Source | undefined} */
function tinypoolSource(pool) {
  if (!isTinypool(pool)) return undefined
  return {
    size: () => pool.options.maxThreads,
    workers: () => workersOf(pool),
    extra: () => definedFields({ queued: pool.queueSize, completedTotal: pool.completed }),
  }
}

/** @param {any} pool */
function workersOf(pool) {
  const app = scriptOf(pool.options.filename)
  const state = sharedState(pool)
  return pool.threads.map((/** @type {any} */ worker) =>
    definedFields({ id: idOf(worker), app, state, uptime: uptimeOf(worker.thread) }),
  )
}

/** A worker is a thread, or a process whose number stands in the thread's place. @param {any} worker */
function idOf({ runtime, threadId }) {
  return `${runtime === 'child_process' ? 'process' : 'thread'}-${threadId}`
}

module.exports = { tinypoolSource }
