'use strict'

// Histograms of any values: log-linear, or with bounds of the user's.

const { outOfRange } = require('../errors')
const { extremes } = require('./extremes')
const { BOUNDED, CHUNK_MASK, MAX, MIN } = require('./layout')
const { LARGEST, SMALLEST, note, recordPositive } = require('./log-linear')
const { checkedNumber } = require('./numbers')
const { RecentHandles } = require('./recent')
const { HDR_PAGES, NO_CELLS, NO_WORDS } = require('./shard')

/** @typedef {import('./types').Family} Family */

/** HdrHistogram's values are whole: three decimals are kept. */
const HDR_SCALE = 1000

/** Only bounds that the user gave can tell negative values apart. @param {number} value @param {Family} family */
function checkSign(value, family) {
  if (value >= 0 || family.options().buckets) return
  throw outOfRange('histogram value', value, 'at least 0 (make the histogram with buckets to record negative values)')
}

/**
 * Records in a distribution with bounds.
 * @param {Float64Array} cells
 * @param {number} head
 * @param {number[]} bounds
 * @param {number} value
 */
function countBounded(cells, head, bounds, value) {
  cells[head + BOUNDED + firstAtLeast(bounds, value)] += 1
  note(cells, head, value)
}

/** The place of the first bound that is not below the value, by halving. @param {number[]} bounds @param {number} value */
function firstAtLeast(bounds, value) {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bounds[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** What HdrHistogram takes over; nothing with bounds. @param {Family} family @param {number} index @param {number} [scale] */
function hdrPages(family, index, scale = HDR_SCALE) {
  return family.options().buckets === undefined ? family.hdrPages(index, scale) : undefined
}

/** One series. */
class BoundHistogram {
  #family
  #cells = NO_CELLS
  #words = NO_WORDS
  /** the head's index, 0 before the first use */
  #index = 0
  /** the head's offset in its chunk */
  #head = 0
  #shift = 0
  /** what is between these moves no extreme and has a cell of its own; nothing with bounds */
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY
  /** when that was so */
  #beginnings = 0
  /** @type {import('./types').LogLinear | undefined} one of the two, from the first use on */
  #layout
  /** @type {number[] | undefined} */
  #bounds

  /** @param {Family} family @param {number} index of the head, 0 for the series without labels */
  constructor(family, index) {
    this.#family = family
    if (index !== 0) this.#open(index, family.layoutOf(index))
  }

  /** @param {number} value */
  observe(value) {
    if (typeof value === 'number' && value >= this.#low && value <= this.#high) {
      const isKnown = this.#beginnings === extremes.beginnings
      if (isKnown && recordPositive(this.#cells, this.#words, this.#head, this.#shift, value)) return
    }
    this.#observe(value)
  }

  /** @param {number} value */
  #observe(value) {
    checkedNumber('histogram value', value)
    checkSign(value, this.#family)
    if (this.#index === 0) this.#begin()
    if (this.#bounds !== undefined) return countBounded(this.#cells, this.#head, this.#bounds, value)
    this.#layout?.recordAny(this.#cells, this.#words, this.#index, value)
    this.#rememberExtremes()
  }

  #rememberExtremes() {
    this.#low = Math.max(this.#cells[this.#head + MIN], SMALLEST)
    this.#high = Math.min(this.#cells[this.#head + MAX], LARGEST)
    this.#beginnings = extremes.beginnings
  }

  #begin() {
    const index = this.#family.own()
    this.#open(index, this.#family.layoutOf(index))
  }

  /** @param {number} index @param {import('./types').LogLinear} layout */
  #open(index, layout) {
    const { shard } = this.#family
    this.#index = index
    this.#cells = shard.cellsOf(index)
    this.#head = index & CHUNK_MASK
    this.#bounds = this.#family.options().buckets
    if (this.#bounds !== undefined) return
    this.#layout = layout
    this.#words = shard.wordsOf(index)
    this.#shift = layout.wholeShift
    this.#rememberExtremes()
  }

  /** @returns {import('../..').HistogramStats | undefined} */
  value() {
    return this.#family.shard.value(this.#index)
  }

  /** @param {number} [scale] */
  [HDR_PAGES](scale) {
    return hdrPages(this.#family, this.#index, scale)
  }
}

/** The series without labels, and the way to those with labels. */
class Histogram extends BoundHistogram {
  #family
  #recent

  /** @param {Family} family */
  constructor(family) {
    super(family, 0)
    this.#family = family
    this.#recent = family.keepRecent(new RecentHandles(family, (cell) => new BoundHistogram(family, cell)))
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

  /** @returns {import('../..').HistogramStats | undefined} */
  value() {
    return this.#family.value()
  }

  /** @param {number} [scale] */
  [HDR_PAGES](scale) {
    return hdrPages(this.#family, 0, scale)
  }
}

module.exports = { BoundHistogram, Histogram }
