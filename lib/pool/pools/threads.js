'use strict'

// What pools of worker threads have in common: their shape, and what can be reported of any thread.

const MILLIS_PER_SECOND = 1000

/** Bun has the function, but it warns and returns nothing. */
const hasThreadUptime = process.versions.bun === undefined

/**
 * How long a thread runs, in seconds: its event loop has been either busy or idle since it began.
 * @param {any} thread a Worker of node:worker_threads
 * @returns {number | undefined} undefined before it has started, and in runtimes that do not report it
 */
function uptimeOf(thread) {
  if (!hasThreadUptime) return undefined
  const { idle, active } = thread?.performance?.eventLoopUtilization?.() ?? {}
  const millis = idle + active
  return millis > 0 ? millis / MILLIS_PER_SECOND : undefined
}

/** Whether this is a pool of Piscina's family. @param {any} pool */
function isThreadPool(pool) {
  const isPool = typeof pool.run === 'function' && typeof pool.on === 'function' && Array.isArray(pool.threads)
  return isPool && typeof pool.queueSize === 'number' && typeof pool.options?.maxThreads === 'number'
}

/**
 * The state of all threads of a pool that does not report which are busy. While a task waits for a thread, all are busy; otherwise
 * they are ready, as nothing else is known.
 * @param {{ queueSize: number }} pool
 */
function sharedState({ queueSize }) {
  return queueSize > 0 ? 'active' : 'ready'
}

module.exports = { isThreadPool, sharedState, uptimeOf }
