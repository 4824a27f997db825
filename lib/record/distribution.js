'use strict'

// What timings and histograms share: the way of a value to its cells, which are private to this file.

const { pageOf } = require('./directory')
const { BOUNDED, CHUNK_MASK, FLAT_HEAD, FULL, LARGE, MAX, MIN, PAGES, SUM, ZERO } = require('./layout')
const { FLOAT, HIGH, NO_LAYOUT, WORDS } = require('./log-linear')
const { RESET, Series, nodeOf } = require('./series')
const { NO_CELLS, NO_WORDS } = require('./shard')

/** @typedef {import('./types').Node} Node */

/** What a histogram without bounds has. */
const NO_BOUNDS = new Float64Array(0)
/** At most this many bounds are searched one by one. */
const FEW = 16

/** @type {(series: DistributionSeries, value: number) => boolean} */
let record
/** @type {(series: DistributionSeries, value: number) => void} */
let recordAny
/** @type {(series: DistributionSeries, bounds: Float64Array, value: number) => boolean} */
let recordBounded
/** @type {(series: DistributionSeries, bounds: Float64Array, value: number) => void} */
let recordAnyBounded
/** @type {(series: DistributionSeries) => void} */
let open
/** @type {(series: DistributionSeries) => number} the head's index, 0 while it has none */
let headOf

/**
 * One series. Each field has from the beginning a value of the type that it will have, so that V8 does not check it at each
 * use.
 */
class DistributionSeries extends Series {
  #cells = NO_CELLS
  #words = NO_WORDS
  #index = 0
  #layout = NO_LAYOUT

  // functions of this package rather than methods, which users could call
  static {
    headOf = (series) => series.#index

    open = (series) => {
      const { tree } = nodeOf(series)
      series.#take(tree, tree.register(series))
    }

    // Records a value whose page is in the head's chunk. False if nothing was recorded: then the value takes the long way.
    record = (series, value) => {
      FLOAT[0] = value
      const layout = series.#layout
      const cell = (WORDS[HIGH] >>> layout.shift) - layout.origin
      if (cell < 0) return false
      // not a boolean: reading one takes a tenth of the whole
      if (cell < layout.flatSize) return count(series, FLAT_HEAD, 2 * (FLAT_HEAD + PAGES) + cell, value)
      if (cell >= layout.size) return false
      const head = series.#index & CHUNK_MASK
      const page = pageOf(series.#words, head, cell >>> layout.bits)
      return page > 0 && count(series, head, 2 * page + (cell & layout.mask), value)
    }

    /** @param {DistributionSeries} series @param {number} head @param {number} at which of the chunk's words @param {number} value */
    const count = (series, head, at, value) => {
      const cells = series.#cells
      const words = series.#words
      // `| 0`: it is known to be a word, and V8 need not check that it did not overflow
      const counted = (words[at] + 1) | 0
      const sum = cells[head + SUM] + value
      if (counted >= FULL || sum > LARGE) return false
      words[at] = counted
      cells[head + SUM] = sum
      if (value < cells[head + MIN]) cells[head + MIN] = value
      if (value > cells[head + MAX]) cells[head + MAX] = value
      return true
    }

    // Records any value. What is outside the range counts in its first or last cell, and what is below 0 with the zeros.
    recordAny = (series, value) => {
      const index = series.#index
      const layout = series.#layout
      const { tree } = nodeOf(series)
      if (value <= 0) series.#cells[(index & CHUNK_MASK) + ZERO] += 1
      else {
        const cell = layout.cellOf(value)
        if (layout.isFlat) tree.shard.count(index, index + PAGES, cell)
        else tree.countInPage(index, cell >>> layout.bits, cell & layout.mask)
      }
      series.#note(value)
    }

    // Records a value of a histogram with bounds. False if nothing was recorded: then the value takes the long way.
    recordBounded = (series, bounds, value) => {
      const cells = series.#cells
      const head = series.#index & CHUNK_MASK
      const sum = cells[head + SUM] + value
      // not a number either, as the sum with a value that is none
      if (bounds === NO_BOUNDS || !(Math.abs(sum) <= LARGE)) return false
      cells[head + BOUNDED + firstAtLeast(bounds, value)] += 1
      cells[head + SUM] = sum
      if (value < cells[head + MIN]) cells[head + MIN] = value
      if (value > cells[head + MAX]) cells[head + MAX] = value
      return true
    }

    recordAnyBounded = (series, bounds, value) => {
      series.#cells[(series.#index & CHUNK_MASK) + BOUNDED + firstAtLeast(bounds, value)] += 1
      series.#note(value)
    }
  }

  static isLazy = false

  /** @param {Node} node @param {string} key @param {number} [index] */
  constructor(node, key, index = 0) {
    super(node, key)
    if (index !== 0) this.#take(node.tree, index)
  }

  /** @param {import('./types').Tree} tree @param {number} index of its head */
  #take(tree, index) {
    const { shard } = tree
    this.#index = index
    this.#cells = shard.cellsOf(index)
    this.#words = shard.wordsOf(index)
    this.#layout = tree.family.isBounded ? NO_LAYOUT : tree.layout
  }

  [RESET]() {
    this.#index = 0
    this.#cells = NO_CELLS
    this.#words = NO_WORDS
    this.#layout = NO_LAYOUT
  }

  /** Adds to the sum and the extremes. @param {number} value */
  #note(value) {
    const cells = this.#cells
    const head = this.#index & CHUNK_MASK
    cells[head + SUM] += value
    if (value < cells[head + MIN]) cells[head + MIN] = value
    if (value > cells[head + MAX]) cells[head + MAX] = value
    if (Math.abs(cells[head + SUM]) > LARGE) nodeOf(this).tree.fold(this.#index)
  }
}

/** The place of the first bound that is not below the value. @param {Float64Array} bounds @param {number} value */
function firstAtLeast(bounds, value) {
  let low = 0
  let high = bounds.length
  // halving until few are left: a processor foresees the way through these better
  while (high - low > FEW) {
    const middle = (low + high) >>> 1
    if (bounds[middle] < value) low = middle + 1
    else high = middle
  }
  while (low < high && bounds[low] < value) low++
  return low
}

module.exports = { DistributionSeries, NO_BOUNDS, headOf, open, record, recordAny, recordAnyBounded, recordBounded }
