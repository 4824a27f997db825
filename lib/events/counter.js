'use strict'

// Counters of a recorder.

const { checkedName } = require('../record/options')
const { now } = require('../record/clock')
const { checkedDelta } = require('../record/numbers')
const { NO_HUB } = require('./hub')
const { recordingOf } = require('./recording')
const { copiedTags, eventAbout } = require('./tags')

/** @typedef {import('../..').Labels} Labels */

class EventCounter {
  #cells
  #hub = NO_HUB
  #event
  #isPrecise

  /**
   * @param {import('../..').Recorder} recorder
   * @param {string} name
   * @param {Labels | null | undefined} tags
   * @param {boolean} isPrecise
   */
  constructor(recorder, name, tags, isPrecise) {
    const recording = recordingOf(recorder)
    const checked = checkedName(name)
    const copy = copiedTags(tags)
    this.#cells = recording.counter(checked, copy)
    this.#hub = recording.hub
    this.#event = eventAbout(checked, copy)
    this.#isPrecise = isPrecise
  }

  /** @param {number | null} [n] */
  incr(n) {
    this.#cells.inc(n)
    if (this.#hub.counter !== null) this.#emit(checkedDelta(n))
  }

  /** @param {number | null} [n] */
  decr(n) {
    // not -n, which makes -0 of 0
    this.incr(0 - checkedDelta(n))
  }

  /** @param {number} increment */
  #emit(increment) {
    const event = { ...this.#event, increment }
    this.#hub.emit(
      /** @type {import('./hub').Listener[]} */ (this.#hub.counter),
      this.#isPrecise ? { ...event, timestamp: now() } : event,
    )
  }
}

/**
 * @param {import('../..').Recorder} recorder
 * @param {string} name
 * @param {number | null} [_initialValue] counted by the recorder, once it has the counter
 * @param {Labels | null} [tags]
 */
function DefaultCounter(recorder, name, _initialValue, tags) {
  return new EventCounter(recorder, name, tags, false)
}

/**
 * A counter whose events have the time.
 * @param {import('../..').Recorder} recorder
 * @param {string} name
 * @param {number | null} [_initialValue]
 * @param {Labels | null} [tags]
 */
function PreciseCounter(recorder, name, _initialValue, tags) {
  return new EventCounter(recorder, name, tags, true)
}

// `instanceof` works with and without `new`
DefaultCounter.prototype = EventCounter.prototype
PreciseCounter.prototype = EventCounter.prototype

const NullCounter = Object.freeze({ incr() {}, decr() {} })

module.exports = { DefaultCounter, NullCounter, PreciseCounter }
