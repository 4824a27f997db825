'use strict'

// The listeners of a recorder's events. An instrument checks one field before it creates an event, so that recording costs nothing
// without listeners. Only this file calls users' listeners: what they throw never reaches the caller of an instrument.

const { isPromise } = require('node:util').types
const { recursiveEvents, unknownEvent } = require('../errors/events')
const { notAFunction } = require('../errors/values')
const { messageOf } = require('../thrown')

/** @typedef {(event: any) => unknown} Listener */
/** @typedef {Listener & { listener?: Listener }} OnceListener with the function that it was made for */
/** @typedef {'counter' | 'gauge' | 'histogram' | 'timer'} EventKind */

const KINDS = /** @type {(EventKind | 'error')[]} */ (['counter', 'gauge', 'histogram', 'timer', 'error'])
/** Listeners that record emit further events, at most this many levels deep. */
const MAX_DEPTH = 100

class Hub {
  /** @type {Listener[] | null} never changed in place, so that listeners may be added or removed during an event */
  counter = null
  /** @type {Listener[] | null} */
  gauge = null
  /** @type {Listener[] | null} */
  histogram = null
  /** @type {Listener[] | null} */
  timer = null
  /** @type {Listener[] | null} */
  error = null
  #depth = 0
  /** set at MAX_DEPTH until all calls have returned */
  #isRecursive = false
  #isEmittingError = false
  /** @type {WeakSet<Listener>} */
  #warned = new WeakSet()

  /** @param {EventKind | 'error'} kind @param {Listener} listener */
  on(kind, listener) {
    checkKind(kind)
    if (typeof listener !== 'function') throw notAFunction('listener', listener)
    this[kind] = [...(this[kind] ?? []), listener]
  }

  /** @param {EventKind | 'error'} kind @param {Listener} listener called at the next event only */
  once(kind, listener) {
    checkKind(kind)
    if (typeof listener !== 'function') throw notAFunction('listener', listener)
    let isCalled = false
    /** @type {OnceListener} */
    const once = (event) => {
      // an event that another listener emitted may have called it already
      if (isCalled) return undefined
      isCalled = true
      this.off(kind, once)
      return listener(event)
    }
    once.listener = listener
    this.on(kind, once)
  }

  /** If a listener was added twice, one remains. @param {EventKind | 'error'} kind @param {Listener} listener */
  off(kind, listener) {
    checkKind(kind)
    const listeners = /** @type {OnceListener[]} */ (this[kind] ?? [])
    const at = listeners.findLastIndex((each) => each === listener || each.listener === listener)
    if (at === -1) return
    this[kind] = listeners.length === 1 ? null : listeners.filter((_, other) => other !== at)
  }

  /** @param {EventKind | 'error'} [kind] default: all */
  clear(kind) {
    if (kind !== undefined) checkKind(kind)
    for (const each of kind === undefined ? KINDS : [kind]) this[each] = null
  }

  /** @param {EventKind | 'error'} kind */
  count(kind) {
    checkKind(kind)
    return this[kind]?.length ?? 0
  }

  /** Emits an error that a user reports. @param {unknown} error */
  emitError(error) {
    this.#fail(USER, error)
  }

  /** Calls the listeners that were present when the event was created. @param {Listener[]} listeners @param {object} event */
  emit(listeners, event) {
    if (this.#depth === MAX_DEPTH) {
      this.#isRecursive = true
      this.#fail(listeners[0], recursiveEvents(MAX_DEPTH))
      return
    }
    this.#depth++
    for (let at = 0; at < listeners.length && !this.#isRecursive; at++) this.#call(listeners[at], event)
    if (--this.#depth === 0) this.#isRecursive = false
  }

  /** @param {Listener} listener @param {object} event */
  #call(listener, event) {
    try {
      const result = listener(event)
      // most listeners return nothing, and the check for a promise takes longer than everything else here
      if (typeof result === 'object' && isPromise(result))
        result.then(undefined, (error) => this.#fail(listener, error))
    } catch (error) {
      this.#fail(listener, error)
    }
  }

  /** @param {Listener} listener @param {unknown} error */
  #fail(listener, error) {
    // an error listener does not receive its own errors
    if (this.error === null || this.#isEmittingError) return this.#warn(listener, error)
    this.#isEmittingError = true
    for (const listening of this.error) {
      try {
        listening(error)
      } catch (second) {
        this.#warn(listening, second)
      }
    }
    this.#isEmittingError = false
  }

  /** @param {Listener} listener @param {unknown} error */
  #warn(listener, error) {
    if (this.#warned.has(listener)) return
    this.#warned.add(listener)
    process.emitWarning(`an event listener failed: ${messageOf(error)}`, {
      type: 'TallystickWarning',
      code: 'TALLYSTICK_LISTENER',
    })
  }
}

/** Stands for the listener if a user reports an error. */
const USER = () => {}

/** The initial value of an instrument's field: V8 skips type checks of a field that has only had one type. */
const NO_HUB = new Hub()

/** @param {any} kind */
function checkKind(kind) {
  if (!KINDS.includes(kind)) throw unknownEvent(kind, KINDS)
}

module.exports = { Hub, NO_HUB, checkKind }
