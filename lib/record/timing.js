'use strict'

// Timings: distributions of durations, in whole nanoseconds.

const { labelsApart, noObserve, notAFunction } = require('../errors')
const { elapsed } = require('./clock')
const { Distribution } = require('./distribution')
const { untilEnded } = require('./ending')
const { NANOS_PER_MILLI, nanosOf, nanosOfMillis } = require('./numbers')
const { RecentHandles } = require('./recent')
const { HDR_PAGES } = require('./shard')
const stopwatch = require('./stopwatch')

/** @typedef {import('./types').Family} Family */

/** One series. */
class BoundTiming {
  #family
  #distribution = new Distribution()

  /** @param {Family} family @param {number} index of the head, 0 for the series without labels */
  constructor(family, index) {
    this.#family = family
    if (index !== 0) this.#distribution.open(family.shard, index, family.layoutOf(index))
  }

  /** @param {number} milliseconds @param {unknown} [more] nothing */
  observeMillis(milliseconds, more) {
    if (more !== undefined) throw labelsApart(more)
    if (typeof milliseconds === 'number') {
      // what `Math.round` makes of it, in fewer steps
      const nanos = Math.floor(milliseconds * NANOS_PER_MILLI + 0.5)
      if (this.#distribution.record(nanos)) return
    }
    this.#observe(nanosOfMillis(milliseconds))
  }

  /** @param {number | bigint} nanoseconds @param {unknown} [more] nothing */
  observeNanos(nanoseconds, more) {
    if (more !== undefined) throw labelsApart(more)
    const nanos = nanosOf(nanoseconds)
    if (!this.#distribution.record(nanos)) this.#observe(nanos)
  }

  /** What prom-client's users call first; it is in no types. @returns {never} */
  observe() {
    throw noObserve()
  }

  /** @param {number} nanos whole, within the range */
  #observe(nanos) {
    if (this.#distribution.index === 0) this.#begin()
    this.#distribution.recordAny(nanos)
  }

  #begin() {
    const index = this.#family.own()
    this.#distribution.open(this.#family.shard, index, this.#family.layoutOf(index))
  }

  /**
   * @template T
   * @param {() => T} fn
   * @param {any} [labels]
   * @returns {T}
   */
  time(fn, labels) {
    if (typeof fn !== 'function') throw notAFunction('fn', fn)
    if (labels !== undefined && labels !== null) return stopwatch.time(this, fn, labels)
    const began = elapsed()
    return untilEnded(fn, () => this.observeMillis(elapsed() - began))
  }

  /** @param {any} [labels] */
  start(labels) {
    return stopwatch.start(this, labels)
  }

  /** @returns {import('../..').TimingStats | undefined} */
  value() {
    return this.#family.shard.value(this.#distribution.index)
  }

  /** @param {number} [scale] of nanoseconds */
  [HDR_PAGES](scale = 1) {
    return this.#family.hdrPages(this.#distribution.index, scale)
  }
}

/** The series without labels, and the way to those with labels. */
class Timing extends BoundTiming {
  #family
  #recent

  /** @param {Family} family */
  constructor(family) {
    super(family, 0)
    this.#family = family
    this.#recent = family.keepRecent(new RecentHandles(family, (cell) => new BoundTiming(family, cell)))
  }

  get name() {
    return this.#family.name
  }

  /** @param {import('../..').Labels} labels */
  labels(labels) {
    return this.#recent.find(labels)
  }

  /** @param {import('../..').Labels} [labels] */
  remove(labels) {
    return this.#family.remove(labels)
  }

  /** @returns {import('../..').TimingStats | undefined} */
  value() {
    return this.#family.value()
  }

  /** @param {number} [scale] of nanoseconds */
  [HDR_PAGES](scale = 1) {
    return this.#family.hdrPages(0, scale)
  }
}

module.exports = { BoundTiming, Timing }
