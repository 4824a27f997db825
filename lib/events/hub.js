'use strict'

// Who hears of events. An instrument asks one field before it makes an event, so that recording costs nothing where nobody
// listens. Functions of users are called here and nowhere else: what they throw reaches no caller of an instrument.

const { isPromise } = require('node:util').types
const { recursiveEvents, unknownEvent } = require('../errors/events')
const { notAFunction } = require('../errors/values')
const { messageOf } = require('../thrown')

/** @typedef {(event: any) => unknown} Listener */
/** @typedef {Listener & { listener?: Listener }} OnceListener with the function that it was made for */
/** @typedef {'counter' | 'gauge' | 'histogram' | 'timer'} EventKind */

const KINDS = /** @type {(EventKind | 'error')[]} */ (['counter', 'gauge', 'histogram', 'timer', 'error'])
/** So deep may listeners record what listeners hear. Beyond it they would never end. */
const MAX_DEPTH = 100

class Hub {
  /** @type {Listener[] | null} never changed in place, so that a listener may come or go while events are told */
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
  #isEndless = false
  #isTellingError = false
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
      // an event that is emitted within another one may have called it already
      if (isCalled) return undefined
      isCalled = true
      this.off(kind, once)
      return listener(event)
    }
    once.listener = listener
    this.on(kind, once)
  }

  /** Of a listener that was added twice, one is left. @param {EventKind | 'error'} kind @param {Listener} listener */
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

  /** What a user reports as an error, to those who hear errors. @param {unknown} error */
  tellError(error) {
    this.#fail(NOBODY, error)
  }

  /** Calls those who listened when the event was made. @param {Listener[]} listeners @param {object} event */
  tell(listeners, event) {
    if (this.#depth === MAX_DEPTH) {
      this.#isEndless = true
      this.#fail(listeners[0], recursiveEvents(MAX_DEPTH))
      return
    }
    this.#depth++
    for (let at = 0; at < listeners.length && !this.#isEndless; at++) this.#call(listeners[at], event)
    if (--this.#depth === 0) this.#isEndless = false
  }

  /** @param {Listener} listener @param {object} event */
  #call(listener, event) {
    try {
      const result = listener(event)
      // most return nothing, and asking what is a promise takes longer than all else here
      if (typeof result === 'object' && isPromise(result))
        result.then(undefined, (error) => this.#fail(listener, error))
    } catch (error) {
      this.#fail(listener, error)
    }
  }

  /** @param {Listener} listener @param {unknown} error */
  #fail(listener, error) {
    // an error listener that fails, or whose recording does, is not told of it
    if (this.error === null || this.#isTellingError) return this.#warn(listener, error)
    this.#isTellingError = true
    for (const hears of this.error) {
      try {
        hears(error)
      } catch (second) {
        this.#warn(hears, second)
      }
    }
    this.#isTellingError = false
  }

  /** @param {Listener} listener @param {unknown} error */
  #warn(listener, error) {
    if (this.#warned.has(listener)) return
    this.#warned.add(listener)
    process.emitWarning(`a function that hears events failed: ${messageOf(error)}`, { code: 'TALLYSTICK_LISTENER' })
  }
}

/** Who failed where an error is a user's own report. */
const NOBODY = () => {}

/** What an instrument has before it has its own: V8 knows the type of a field that has had no other, and need not ask. */
const NO_HUB = new Hub()

/** @param {any} kind */
function checkKind(kind) {
  if (!KINDS.includes(kind)) throw unknownEvent(kind, KINDS)
}

module.exports = { Hub, NO_HUB, checkKind }
