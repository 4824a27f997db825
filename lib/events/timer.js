'use strict'

// Timers of a recorder. start() returns the time of a monotonic clock in milliseconds, so that a timer that is never stopped leaves
// nothing behind.

const { unknownTimerId } = require('../errors/events')
const { notAFunction } = require('../errors/values')
const { elapsed, timeOrigin } = require('../record/clock')
const { untilEnded } = require('../record/ending')
const { checkedName } = require('../record/options')
const { NO_HUB } = require('./hub')
const { recordingOf } = require('./recording')
const { copiedTags } = require('./tags')

/** @typedef {import('../..').Labels} Labels */
/** @typedef {Pick<import('../..').EventTimer, 'start' | 'stop'>} OwnTimer */

class EventTimer {
  #timing
  /** the series with its own tags */
  #cells
  #hub = NO_HUB
  #name
  #tags
  #takesTags

  /**
   * @param {import('../..').Recorder} recorder
   * @param {string} name
   * @param {Labels | null | undefined} tags
   * @param {boolean} takesTags
   */
  constructor(recorder, name, tags, takesTags) {
    const recording = recordingOf(recorder)
    this.#name = checkedName(name)
    this.#tags = takesTags ? copiedTags(tags) : undefined
    this.#timing = recording.timing(this.#name)
    this.#cells = this.#tags === undefined ? this.#timing : this.#timing.labels(this.#tags)
    this.#hub = recording.hub
    this.#takesTags = takesTags
  }

  /** @returns {number} */
  start() {
    return elapsed()
  }

  /** @param {number} id @param {Labels | null} [tags] */
  stop(id, tags) {
    const stopped = elapsed()
    if (typeof id !== 'number' || !(id > 0 && id <= stopped)) throw unknownTimerId(id)
    if (tags === undefined || tags === null || !this.#takesTags) this.#record(this.#cells, id, stopped)
    else this.#recordTagged(id, stopped, tags)
  }

  /** @param {number} started @param {number} stopped @param {Labels} more */
  #recordTagged(started, stopped, more) {
    const tags = this.#tags === undefined ? more : { ...this.#tags, ...copiedTags(more) }
    this.#record(this.#timing.labels(tags), started, stopped, tags)
  }

  /**
   * @param {{ observeMillis(milliseconds: number): void }} cells
   * @param {number} started
   * @param {number} stopped
   * @param {Labels} [tags]
   */
  #record(cells, started, stopped, tags = this.#tags) {
    cells.observeMillis(stopped - started)
    if (this.#hub.timer !== null) this.#emit(started, stopped, tags)
  }

  /** A tag cannot replace a field of the event. @param {number} started @param {number} stopped @param {Labels} [tags] */
  #emit(started, stopped, tags) {
    const times = { name: this.#name, startTs: timeOrigin + started, stopTs: timeOrigin + stopped }
    const event = tags === undefined ? times : { ...tags, ...times }
    this.#hub.emit(/** @type {import('./hub').Listener[]} */ (this.#hub.timer), event)
  }

  /**
   * @template T
   * @param {() => T} fn
   * @returns {T}
   */
  time(fn) {
    if (typeof fn !== 'function') throw notAFunction('fn', fn)
    const started = elapsed()
    return untilEnded(fn, () => this.stop(started))
  }
}

/** @param {import('../..').Recorder} recorder @param {string} name @param {Labels | null} [tags] */
function DefaultTimer(recorder, name, tags) {
  return new EventTimer(recorder, name, tags, true)
}

/**
 * A timer that ignores the tags of its calls.
 * @param {import('../..').Recorder} recorder
 * @param {string} name
 * @param {Labels | null} [tags]
 */
function NoTagTimer(recorder, name, tags) {
  return new EventTimer(recorder, name, tags, false)
}

// `instanceof` works with and without `new`
DefaultTimer.prototype = EventTimer.prototype
NoTagTimer.prototype = EventTimer.prototype

/** A user's timer that has no `time`. */
class TimerWithTime {
  #own

  /** @param {OwnTimer} own */
  constructor(own) {
    this.#own = own
  }

  start() {
    return this.#own.start()
  }

  /** @param {number} id @param {Labels | null} [tags] */
  stop(id, tags) {
    this.#own.stop(id, tags)
  }

  /**
   * @template T
   * @param {() => T} fn
   * @returns {T}
   */
  time(fn) {
    if (typeof fn !== 'function') throw notAFunction('fn', fn)
    const id = this.start()
    return untilEnded(fn, () => this.stop(id))
  }
}

/** Adds `time` to a timer that a factory returned without it. @param {any} timer @returns {import('../..').EventTimer} */
function withTime(timer) {
  return typeof timer.time === 'function' ? timer : new TimerWithTime(timer)
}

const NullTimer = Object.freeze({
  start: () => 0,
  stop() {},
  /** @template T @param {() => T} fn @returns {T} */
  time(fn) {
    if (typeof fn !== 'function') throw notAFunction('fn', fn)
    return fn()
  },
})

module.exports = { DefaultTimer, NoTagTimer, NullTimer, withTime }
