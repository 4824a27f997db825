'use strict'

// Piscina. Since version 5 its event `workerCreate` gives an object that tells whether its thread is busy; of the threads that
// were there before anyone listened, Piscina tells only how many are idle. Before that it tells neither. What a thread has done it
// never tells.

const { isThreadPool, known, scriptOf, untoldState, uptimeOf } = require('./threads')

/** @typedef {import('../types').Source} Source */

/** @typedef {{ id: number, currentUsage: number }} Face what Piscina shows of a thread that is ready */

/** What is listened to, a pool once. @type {WeakMap<object, Threads>} */
const listened = new WeakMap()

/** The threads of one pool, as far as it tells them apart. */
class Threads {
  /** @type {Map<number, Face>} by thread id */
  #faces = new Map()
  #olderThanUs

  /** @param {any} pool */
  constructor(pool) {
    this.#olderThanUs = new Set(pool.threads.map(idOf))
    pool.on('workerCreate', (/** @type {Face} */ face) => this.#faces.set(face.id, face))
    pool.on('workerDestroy', (/** @type {Face} */ face) => this.#forget(face))
  }

  /** The id of a thread that has ended is another one, or none. @param {Face} gone */
  #forget(gone) {
    for (const [id, face] of this.#faces) {
      if (id === gone.id || face.id !== id) this.#faces.delete(id)
    }
  }

  /** The state of each thread. @param {any} pool @returns {('active' | 'idle' | 'creating')[]} */
  states({ threads, idleThreads }) {
    const told = threads.map((/** @type {any} */ thread) => this.#stateOf(idOf(thread)))
    let idle = idleThreads - told.filter((/** @type {unknown} */ state) => state === 'idle').length
    return told.map((/** @type {any} */ state) => state ?? (idle-- > 0 ? 'idle' : 'active'))
  }

  /** @param {number} id */
  #stateOf(id) {
    const face = this.#faces.get(id)
    if (face !== undefined) return face.currentUsage > 0 ? 'active' : 'idle'
    return this.#olderThanUs.has(id) ? undefined : 'creating'
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
    workers: 'idleThreads' in pool ? tellingWorkers(pool) : () => untoldWorkers(pool),
    extra: () => known({ queued: pool.queueSize, completedTotal: pool.completed }),
  }
}

/** @param {any} pool */
function tellingWorkers(pool) {
  const listening = listened.get(pool) ?? new Threads(pool)
  listened.set(pool, listening)
  return () => {
    const states = listening.states(pool)
    return pool.threads.map((/** @type {any} */ thread, /** @type {number} */ at) => worker(pool, thread, states[at]))
  }
}

/** @param {any} pool */
function untoldWorkers(pool) {
  const state = untoldState(pool)
  return pool.threads.map((/** @type {any} */ thread) => worker(pool, thread, state))
}

/** @param {any} pool @param {any} thread @param {string} state */
function worker(pool, thread, state) {
  return known({
    id: `thread-${idOf(thread)}`,
    app: scriptOf(pool.options.filename),
    state,
    uptime: uptimeOf(thread),
  })
}

module.exports = { piscinaSource }
