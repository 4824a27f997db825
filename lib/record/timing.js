'use strict'

// Timings: distributions of durations, in whole nanoseconds.

const { noObserve, notAFunction } = require('../errors/values')
const { elapsed } = require('./clock')
const { DistributionSeries, headOf, askAfterSlowPath, open, record, recordAny } = require('./distribution')
const { untilEnded } = require('./ending')
const { exemplarIn } = require('./exemplars')
const { labelled } = require('./labelled')
const { TIMING_ENTRIES, TIMING_FIRST } = require('./layout')
const { NANOS_PER_MILLI, nanosOf, nanosOfMillis } = require('./numbers')
const { EXEMPLAR, OPEN, nodeOf } = require('./series')
const { readHdrPages, readValue } = require('./series-values')
const { HDR_PAGES } = require('./shard')
const stopwatch = require('./stopwatch')

/** From here on floats are whole numbers, and adding 0.5 may round up to the next one. */
const HALVES = 2 ** 52

/** One series. */
class BoundTiming extends DistributionSeries {
  /** @param {number} milliseconds @param {unknown} [options] */
  observeMillis(milliseconds, options) {
    if (options !== undefined) return this.#observe(nanosOfMillis(milliseconds), options)
    if (typeof milliseconds === 'number') {
      // what `Math.round` makes of it, in fewer steps
      const nanos = Math.floor(milliseconds * NANOS_PER_MILLI + 0.5)
      if (nanos < HALVES && record(this, nanos)) return
    }
    this.#observe(nanosOfMillis(milliseconds))
  }

  /** @param {number | bigint} nanoseconds @param {unknown} [options] */
  observeNanos(nanoseconds, options) {
    const nanos = nanosOf(nanoseconds)
    if (options !== undefined) this.#observe(nanos, options)
    else if (!record(this, nanos)) this.#observe(nanos)
  }

  /** What prom-client's users call first; it is in no types. @returns {never} */
  observe() {
    throw noObserve()
  }

  /** @param {number} nanos whole, within the range @param {unknown} [options] */
  #observe(nanos, options) {
    const { tree } = nodeOf(this)
    const exemplar = options === undefined ? undefined : exemplarIn(options)
    tree.shard.releaseRemoved()
    if (headOf(this) === 0) {
      const leaf = tree.attach(this)
      if (leaf !== this) return leaf?.observeNanos(nanos, options)
      this[OPEN]()
    }
    recordAny(this, nanos)
    if (exemplar === undefined) askAfterSlowPath(this, nanos)
    else this[EXEMPLAR](nanos, exemplar)
  }

  [OPEN]() {
    if (headOf(this) === 0) open(this)
  }

  /**
   * @template T
   * @param {() => T} fn
   * @param {any} [labels]
   * @param {any} [options]
   * @returns {T}
   */
  time(fn, labels, options) {
    if (typeof fn !== 'function') throw notAFunction('fn', fn)
    const hasLabels = labels !== undefined && labels !== null
    if (hasLabels || options !== undefined) return stopwatch.time(this, fn, hasLabels ? labels : undefined, options)
    const began = elapsed()
    return untilEnded(fn, () => this.observeMillis(elapsed() - began))
  }

  /** @param {any} [labels] */
  start(labels) {
    return stopwatch.start(this, labels)
  }

  /** @returns {import('../..').TimingStats | undefined} */
  value() {
    return readValue(this, headOf(this))
  }

  /** @param {number} [scale] of nanoseconds */
  [HDR_PAGES](scale = 1) {
    return readHdrPages(this, headOf(this), scale)
  }
}

/** The series without labels, and those with labels. */
class Timing extends labelled(BoundTiming) {
  #table

  /** @param {import('./types').Family} family */
  constructor(family) {
    super(family)
    this.#table = family.table
  }

  /** @param {import('../..').Labels} labels */
  labels(labels) {
    return this.#table.find(labels)
  }
}

/** @type {import('./types').Kind} */
const kind = {
  options: ['name', 'help', 'labelNames', 'maxSeries', 'ttl', 'precision', 'buckets', 'bucketsSeconds', 'collect'],
  Instrument: Timing,
  Bound: BoundTiming,
  powers: { first: TIMING_FIRST, count: TIMING_ENTRIES },
}

module.exports = { BoundTiming, Timing, kind }
