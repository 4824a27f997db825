'use strict'

// workerpool, whose workers are threads or processes.

const { definedFields, scriptOf } = require('./fields')
const { uptimeOf } = require('./threads')

/** @typedef {import('../types').Source} Source */

/** @param {any} pool */
function isWorkerpool(pool) {
  const isPool = typeof pool.exec === 'function' && typeof pool.stats === 'function' && Array.isArray(pool.workers)
  return isPool && typeof pool.maxWorkers === 'number'
}

/** @param {any} pool @returns {Source | undefined} */
function workerpoolSource(pool) {
  if (!isWorkerpool(pool)) return undefined
  return {
    size: () => pool.maxWorkers,
    workers: () => pool.workers.map((/** @type {any} */ handler) => workerOf(handler, scriptOf(pool.script))),
    extra: () => definedFields({ queued: pool.stats().pendingTasks }),
  }
}

/** @param {any} handler what the pool has for a worker @param {string | undefined} app */
function workerOf(handler, app) {
  const { worker } = handler
  return definedFields({
    id: idOf(worker),
    app,
    state: stateOf(handler),
    requests: doneBy(handler),
    uptime: uptimeOf(worker),
  })
}

/** @param {any} worker a thread or a child process, or null when it has ended */
function idOf(worker) {
  if (worker?.threadId !== undefined) return `thread-${worker.threadId}`
  return worker?.pid === undefined ? undefined : `process-${worker.pid}`
}

/** @param {any} handler */
function stateOf({ terminated, cleaning, worker, processing, tracking }) {
  if (terminated || cleaning) return 'terminated'
  if (!worker?.ready) return 'creating'
  return sizeOf(processing) + sizeOf(tracking) > 0 ? 'active' : 'idle'
}

/** Tasks are numbered from 1. @param {any} handler */
function doneBy({ lastId, processing, tracking }) {
  return typeof lastId === 'number' ? lastId - sizeOf(processing) - sizeOf(tracking) : undefined
}

/** @param {object | undefined} tasks by their numbers */
function sizeOf(tasks = {}) {
  return Object.keys(tasks).length
}

module.exports = { workerpoolSource }
