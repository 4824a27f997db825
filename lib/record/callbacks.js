'use strict'

// Callbacks that update metrics before a reading. Each thread has its own, for the readings that it makes. A callback that throws,
// rejects or takes too long loses only its own update: the failure is counted, and the reading goes on.

// Captured at load, so that fake timers installed later delay no reading.
const { clearTimeout, setTimeout } = require('node:timers')
const binding = require('../native')
const { checkedMillis, readOptions } = require('./options')

const messageOf = (/** @type {unknown} */ error) => require('../thrown').messageOf(error)

const DEFAULT_TIMEOUT_MILLIS = 1000

/**
 * Knows which callback called the present code, by an AsyncLocalStorage. Before Node.js 24 that slows all promises down, so it is
 * enabled only while a callback runs.
 */
class Caller {
  /** @type {import('node:async_hooks').AsyncLocalStorage<Callback> | undefined} */
  #storage
  #running = 0

  /**
   * Whether a callback that a reading may wait for called the present code: a reading that ran callbacks here would wait for
   * itself.
   */
  get isCallback() {
    return this.#running > 0 && this.#storage?.getStore()?.isRunning === true
  }

  /** @param {Callback} callback @param {() => unknown} fn */
  enter(callback, fn) {
    this.#storage ??= new (require('node:async_hooks').AsyncLocalStorage)()
    this.#running++
    return this.#storage.run(callback, fn)
  }

  leave() {
    if (--this.#running === 0) this.#storage?.disable()
  }
}

const caller = new Caller()

/** @typedef {{ fn: () => unknown, self?: object, name: string }} Called a function, its `this`, and what messages call it */

class Callback {
  /** @type {(() => unknown) | undefined} none once it is stopped */
  #fn
  #self
  #name
  #timeout
  #count
  #isWarned = false
  /** @type {Promise<void> | undefined} while the promise of a call is pending; resolved at the time limit at the latest */
  #pending
  /** @type {(() => void) | undefined} lets readings go on */
  #release
  /** from a call until its end, or its time limit */
  isRunning = false
  /** whether it returned a promise, or will */
  isAsync

  /** @param {Called} called @param {number} timeout in milliseconds @param {() => void} count called for each failure */
  constructor({ fn, self, name }, timeout, count) {
    this.#fn = fn
    this.#self = self
    this.#name = name
    this.#timeout = timeout
    this.#count = count
    this.isAsync = require('node:util/types').isAsyncFunction(fn)
  }

  /** Calls it, unless the last call is still running. Returns what a reading waits for, which never rejects. */
  call() {
    if (!this.isRunning) this.#pending ??= this.#start()
    return this.#pending
  }

  stop() {
    this.#fn = undefined
    this.#release?.()
  }

  #start() {
    if (this.#fn === undefined) return undefined
    this.isRunning = true
    try {
      const fn = this.#fn
      const result = /** @type {any} */ (caller.enter(this, () => fn.call(this.#self)))
      if (typeof result?.then === 'function') return this.#untilSettled(result)
    } catch (error) {
      this.#fail(`failed: ${messageOf(error)}`)
    }
    this.#end()
    return undefined
  }

  /** @param {PromiseLike<unknown>} result @returns {Promise<void>} */
  #untilSettled(result) {
    this.isAsync = true
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#fail(
          `took longer than ${this.#timeout} ms: the reading went on without it, and it is not called again before it settles`,
        )
        this.#release?.()
      }, this.#timeout).unref()
      this.#release = () => {
        clearTimeout(timer)
        this.#release = undefined
        this.#end()
        resolve()
      }
      Promise.resolve(result)
        .catch((error) => {
          if (this.isRunning) this.#fail(`failed: ${messageOf(error)}`)
        })
        .then(() => {
          this.#pending = undefined
          this.#release?.()
        })
    })
  }

  #end() {
    this.isRunning = false
    caller.leave()
  }

  /** @param {string} how */
  #fail(how) {
    if (this.#fn === undefined) return
    this.#count()
    if (this.#isWarned) return
    this.#isWarned = true
    const message = `${this.#name} ${how}`
    process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_CALLBACK' })
  }
}

class Callbacks {
  /** @type {Set<Callback>} */
  #callbacks = new Set()
  /** @type {(() => Called[])[]} */
  #groups = []
  /** the callbacks of groups, by their `self` @type {WeakMap<object, Callback>} */
  #members = new WeakMap()
  /** @type {Promise<void> | undefined} */
  #run
  failures = 0
  #reference

  /** @param {import('./types').Reference} reference of the collector */
  constructor(reference) {
    this.#reference = reference
  }

  #countFailure() {
    this.failures++
    binding.countCallbackFailure(this.#reference)
  }

  /** @param {() => unknown} fn @param {import('../..').BeforeReadOptions} [options] @returns {() => void} */
  add(fn, options = {}) {
    if (typeof fn !== 'function') throw require('../errors/values').notAFunction('fn', fn)
    const { timeout = DEFAULT_TIMEOUT_MILLIS } = readOptions(options, ['timeout'])
    const name = `the beforeRead callback ${typeof fn.name === 'string' ? fn.name : ''}`
    return this.#add({ fn, name }, checkedMillis('timeout', timeout))
  }

  /**
   * The option `collect` of an instrument, which is its `this`.
   * @param {() => unknown} fn
   * @param {{ readonly kind: string, readonly name: string }} instrument
   */
  collect(fn, instrument) {
    const name = `collect of the ${instrument.kind} ${JSON.stringify(instrument.name.slice(0, 80))}`
    return this.#add({ fn, self: instrument, name }, DEFAULT_TIMEOUT_MILLIS)
  }

  /**
   * Calls functions that may be others before each reading, each as a callback of its own.
   * @param {() => Called[]} list of them, each with another `self`
   */
  addGroup(list) {
    this.#groups.push(list)
  }

  /** @param {Called} called @param {number} timeout */
  #callback(called, timeout) {
    return new Callback(called, timeout, () => this.#countFailure())
  }

  /** @param {Called} called @param {number} timeout */
  #add(called, timeout) {
    const callback = this.#callback(called, timeout)
    this.#callbacks.add(callback)
    return () => {
      this.#callbacks.delete(callback)
      callback.stop()
    }
  }

  /** Before a reading that can wait. Concurrent readings share a run. */
  run() {
    if (this.#isEmpty || caller.isCallback) return undefined
    this.#run ??= this.#runAll()
    return this.#run
  }

  /** Before a reading that cannot wait: only those that return no promise. */
  runSync() {
    if (this.#isEmpty || caller.isCallback) return
    for (const callback of this.#all()) {
      if (!callback.isAsync) callback.call()
    }
  }

  async #runAll() {
    // the readings of one turn share a run, and it sees everything that the turn did
    await undefined
    try {
      await Promise.all(this.#all().map((callback) => callback.call()))
    } finally {
      this.#run = undefined
    }
  }

  get #isEmpty() {
    return this.#callbacks.size === 0 && this.#groups.length === 0
  }

  #all() {
    const all = [...this.#callbacks]
    for (const list of this.#groups) {
      try {
        all.push(...list().map((called) => this.#member(called)))
      } catch {
        this.#countFailure()
      }
    }
    return all
  }

  /** @param {Called} called */
  #member(called) {
    const self = /** @type {object} */ (called.self)
    const known = this.#members.get(self) ?? this.#callback(called, DEFAULT_TIMEOUT_MILLIS)
    this.#members.set(self, known)
    return known
  }
}

/** By the instruments of a collector in this thread. @type {WeakMap<object, Callbacks>} */
const known = new WeakMap()

/** @param {import('./types').Instruments} instruments */
function callbacksOf(instruments) {
  const callbacks = known.get(instruments) ?? new Callbacks(instruments.reference)
  known.set(instruments, callbacks)
  return callbacks
}

module.exports = { callbacksOf }
