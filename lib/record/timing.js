'use strict'

// Timings: distributions of durations, in whole nanoseconds.

const { notAFunction } = require('../errors')
const { elapsed } = require('./clock')
const { untilEnded } = require('./ending')
const { extremes } = require('./extremes')
const { CHUNK_MASK, MAX, MIN } = require('./layout')
const { recordWhole } = require('./log-linear')
const { NANOS_PER_MILLI, nanosOf, nanosOfMillis } = require('./numbers')
const { RecentHandles } = require('./recent')
const { HDR_PAGES, NO_CELLS, NO_WORDS } = require('./shard')

/** @typedef {import('./types').Family} Family */

/** Up to this many nanoseconds (two seconds), a rounded one fits a signed word. */
const MAX_WORD = 2 ** 31 - 1

/** One series. */
class BoundTiming {
  #family
  #cells = NO_CELLS
  /** without a page before the first use */
  #words = NO_WORDS
  /** the head's index, 0 before the first use */
  #index = 0
  /** the head's offset in its chunk */
  #head = 0
  #shift = 0
  /** what is between these moves no extreme and is, rounded, a word from 1 up */
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY
  /** when that was so */
  #beginnings = 0

  /** @param {Family} family @param {number} index of the head, 0 for the series without labels */
  constructor(family, index) {
    this.#family = family
    if (index !== 0) this.#open(index)
  }

  /** @param {number} milliseconds */
  observeMillis(milliseconds) {
    if (typeof milliseconds === 'number') {
      const nanos = milliseconds * NANOS_PER_MILLI
      const isKnown = nanos >= this.#low && nanos <= this.#high && this.#beginnings === extremes.beginnings
      // adding a half and cutting rounds as `Math.round` does
      if (isKnown && recordWhole(this.#cells, this.#words, this.#head, this.#shift, (nanos + 0.5) | 0)) return
    }
    this.#observe(nanosOfMillis(milliseconds))
  }

  /** @param {number | bigint} nanoseconds */
  observeNanos(nanoseconds) {
    this.#observe(nanosOf(nanoseconds))
  }

  /** The first value of its page, and values at the ends of the range. @param {number} nanos whole, within the range */
  #observe(nanos) {
    if (this.#index === 0) this.#open(this.#family.own())
    this.#family.layoutOf(this.#index).recordAny(this.#cells, this.#words, this.#index, nanos)
    this.#rememberExtremes()
  }

  #rememberExtremes() {
    this.#low = Math.max(this.#cells[this.#head + MIN], 1)
    this.#high = Math.min(this.#cells[this.#head + MAX], MAX_WORD)
    this.#beginnings = extremes.beginnings
  }

  /** @param {number} index */
  #open(index) {
    const { shard } = this.#family
    this.#index = index
    this.#head = index & CHUNK_MASK
    this.#cells = shard.cellsOf(index)
    this.#words = shard.wordsOf(index)
    this.#shift = this.#family.layoutOf(index).wholeShift
    this.#rememberExtremes()
  }

  /**
   * @template T
   * @param {() => T} fn
   * @returns {T}
   */
  time(fn) {
    if (typeof fn !== 'function') throw notAFunction('fn', fn)
    const began = elapsed()
    return untilEnded(fn, () => this.observeMillis(elapsed() - began))
  }

  /** @returns {() => number} */
  start() {
    const began = elapsed()
    return () => {
      const milliseconds = elapsed() - began
      this.observeMillis(milliseconds)
      return milliseconds
    }
  }

  /** @returns {import('../..').TimingStats | undefined} */
  value() {
    return this.#family.shard.value(this.#index)
  }

  /** @param {number} [scale] of nanoseconds */
  [HDR_PAGES](scale = 1) {
    return this.#family.hdrPages(this.#index, scale)
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
