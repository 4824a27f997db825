'use strict'

// Piscina. Since version 5 its event `workerCreate` has an object that reports whether its thread is busy. Of threads that started
// before this adapter listened, Piscina reports only how many are idle; before version 5 it reports neither. It never reports what a
// thread has done.

const { definedFields, scriptOf } = require('./fields')
const { isThreadPool, sharedState, uptimeOf } = require('./threads')

/** @typedef {import('../types').Source} Source */

/** @typedef {{ id: number, currentUsage: number }} PublicWorker Piscina's object for a thread that is ready */

/** The threads of each pool that has a listener. @type {WeakMap<object, Threads>} */
const threadsOf = new WeakMap()

/** The threads of one pool, as far as Piscina distinguishes them. */
class Threads {
  /** @type {Map<number, PublicWorker>} by thread id */
  #workers = new Map()
  #older

  /** @param {any} pool */
  constructor(pool) {
    this.#older = new Set(pool.threads.map(idOf))
    pool.on('workerCreate', (/** @type {PublicWorker} */ worker) => this.#workers.set(worker.id, worker))
    pool.on('workerDestroy', (/** @type {PublicWorker} */ worker) => this.#forget(worker))
  }

  /** The id of a thread that has ended changes. @param {PublicWorker} gone */
  #forget(gone) {
    for (const [id, worker] of this.#workers) {
      if (id === gone.id || worker.id !== id) this.#workers.delete(id)
    }
  }

  /** The state of each thread. @param {any} pool @returns {('active' | 'idle' | 'creating')[]} */
  states({ threads, idleThreads }) {
    const states = threads.map((/** @type {any} */ thread) => this.#stateOf(idOf(thread)))
    let idle = idleThreads - states.filter((/** @type {unknown} */ state) => state === 'idle').length
    return states.map((/** @type {any} */ state) => state ?? (idle-- > 0 ? 'idle' : 'active'))
  }

  /** @param {number} id */
  #stateOf(id) {
    const worker = this.#workers.get(id)
    if (worker !== undefined) return worker.currentUsage > 0 ? 'active' : 'idle'
    return this.#older.has(id) ? undefined : 'creating'
  }
}

/** @param {any} thread */
function idOf(thread) {
  return thread.threadId
}

/** @param {any} pool */
function isPiscina(pool) {
  return isThreadPool(pool) && 'utilization' in pool
}

/** @param {any} pool @returns {Source | undefined} */
function piscinaSource(pool) {
  if (!isPiscina(pool)) return undefined
  return {
    size: () => pool.options.maxThreads,
    workers: 'idleThreads' in pool ? workersWithStates(pool) : () => workersWithoutStates(pool),
    extra: () => definedFields({ queued: pool.queueSize, completedTotal: pool.completed }),
  }
}

/** @param {any} pool */
function workersWithStates(pool) {
  const threads = threadsOf.get(pool) ?? new Threads(pool)
  threadsOf.set(pool, threads)
  return () => {
    const states = threads.states(pool)
    return pool.threads.map((/** @type {any} */ thread, /** @type {number} */ at) => worker(pool, thread, states[at]))
  }
}

/** @param {any} pool */
function workersWithoutStates(pool) {
  const state = sharedState(pool)
  return pool.threads.map((/** @type {any} */ thread) => worker(pool, thread, state))
}

/** @param {any} pool @param {any} thread @param {string} state */
function worker(pool, thread, state) {
  return definedFields({
    id: `thread-${idOf(thread)}`,
    app: scriptOf(pool.options.filename),
    state,
    uptime: uptimeOf(thread),
  })
}

module.exports = { piscinaSource }
