'use strict'

// Histograms of any values: log-linear, or with bounds of the user's.

const { labelsApart, outOfRange } = require('../errors')
const { Distribution } = require('./distribution')
const { BOUNDED } = require('./layout')
const { note } = require('./log-linear')
const { checkedNumber } = require('./numbers')
const { RecentHandles } = require('./recent')
const { HDR_PAGES } = require('./shard')

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
  #distribution = new Distribution()
  /** @type {number[] | undefined} */
  #bounds

  /** @param {Family} family @param {number} index of the head, 0 for the series without labels */
  constructor(family, index) {
    this.#family = family
    if (index !== 0) this.#open(index)
  }

  /** @param {number} value @param {unknown} [more] nothing */
  observe(value, more) {
    if (more !== undefined) throw labelsApart(more)
    if (typeof value === 'number' && this.#distribution.record(value)) return
    this.#observe(value)
  }

  /** @param {number} value */
  #observe(value) {
    checkedNumber('histogram value', value)
    checkSign(value, this.#family)
    const distribution = this.#distribution
    if (distribution.index === 0) this.#open(this.#family.own())
    if (this.#bounds === undefined) distribution.recordAny(value)
    else countBounded(distribution.cells, distribution.head, this.#bounds, value)
  }

  /** @param {number} index */
  #open(index) {
    const family = this.#family
    this.#bounds = family.options().buckets
    this.#distribution.open(family.shard, index, this.#bounds === undefined ? family.layoutOf(index) : undefined)
  }

  /** @returns {import('../..').HistogramStats | undefined} */
  value() {
    return this.#family.shard.value(this.#distribution.index)
  }

  /** @param {number} [scale] */
  [HDR_PAGES](scale) {
    return hdrPages(this.#family, this.#distribution.index, scale)
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
