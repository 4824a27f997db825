'use strict'

// What timings and histograms share: the way of a value to its cells, which are private to this file. The count is written last: when
// a thread asks for new values and the count is the same, there are none, and a sum without its count would be lost with the cells.

const { pageOf } = require('./directory')
const { putExemplar } = require('./exemplars')
const { BOUNDED, CHUNK_MASK, FLAT_HEAD, FULL, LARGE, MAX, MIN, PAGES, SUM, ZERO } = require('./layout')
const { FLOAT, HIGH, NO_LAYOUT, WORDS, layoutOfBounds } = require('./log-linear')
const { EXEMPLAR, RESET, SAMPLE, Series, nodeOf } = require('./series')
const { NO_CELLS, NO_ENTRIES, NO_WORDS } = require('./shard')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').LogLinear} LogLinear */
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
/** @type {(series: DistributionSeries, value: number) => void} asks for an exemplar after a recording that took the slow path */
let askAfterSlowPath
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
  #entries = NO_ENTRIES
  #index = 0
  #layout = NO_LAYOUT

  // functions of this package rather than methods, which users could call
  static {
    headOf = (series) => series.#index

    open = (series) => {
      const { tree } = nodeOf(series)
      series.#take(tree, tree.register(series))
    }

    // Records a value whose page is in the head's chunk. False if nothing was recorded: then the value takes the slow path.
    record = (series, value) => {
      FLOAT[0] = value
      const layout = series.#layout
      const cell = (WORDS[HIGH] >>> layout.shift) - layout.origin
      if (cell < 0) return false
      // `flatSize` rather than `isFlat`: to read a boolean takes a tenth of the whole recording
      if (cell < layout.flatSize) return count(series, FLAT_HEAD, 2 * (FLAT_HEAD + PAGES) + cell, value)
      if (cell >= layout.size) return layout !== layout.real && recordSampled(series, layout.real, value)
      const head = series.#index & CHUNK_MASK
      const page = pageOf(series.#entries, head, cell >>> layout.bits)
      return page > 0 && count(series, head, 2 * page + (cell & layout.mask), value)
    }

    /**
     * The same where recordings may have exemplars, for a value that may get one.
     * @param {DistributionSeries} series
     * @param {LogLinear} layout
     * @param {number} value
     */
    const recordSampled = (series, layout, value) => {
      const cell = (WORDS[HIGH] >>> layout.shift) - layout.origin
      if (layout.bounds !== undefined) {
        if (!recordBounded(series, layout.bounds, value)) return false
        // only values below 0 are so far above and yet not new
        if (series.#layout.isBelow(value)) return true
      } else {
        if (cell >= layout.size) return false
        const head = series.#index & CHUNK_MASK
        const page = layout.isFlat ? FLAT_HEAD + PAGES : pageOf(series.#entries, head, cell >>> layout.bits)
        const at = layout.isFlat ? cell : cell & layout.mask
        if (page <= 0 || !count(series, head, 2 * page + at, value)) return false
      }
      ask(series, value)
      return true
    }

    askAfterSlowPath = (series, value) => {
      const layout = series.#layout
      if (layout !== layout.real && !layout.isBelow(value)) ask(series, value)
    }

    /**
     * Asks for an exemplar, and for none of a value in this or a lower power of two before the next interval.
     * @param {DistributionSeries} series
     * @param {number} value
     */
    const ask = (series, value) => {
      const { sampler } = nodeOf(series).tree.shard
      const layout = series.#layout
      if (layout === layout.upTo(0)) sampler?.askAgainLater(series)
      series.#layout = layout.upTo(layout.powersTo(value))
      sampler?.ask(series.#index, value)
    }

    /**
     * @param {DistributionSeries} series
     * @param {number} head
     * @param {number} at which of the chunk's words
     * @param {number} value
     */
    const count = (series, head, at, value) => {
      const cells = series.#cells
      const words = series.#words
      // `| 0`: it is known to be a word, and V8 need not check that it did not overflow
      const counted = (words[at] + 1) | 0
      const sum = cells[head + SUM] + value
      if (counted >= FULL || sum > LARGE) return false
      cells[head + SUM] = sum
      if (value < cells[head + MIN]) cells[head + MIN] = value
      if (value > cells[head + MAX]) cells[head + MAX] = value
      words[at] = counted
      return true
    }

    // Records any value. What is outside the range counts in its first or last cell, and what is below 0 with the zeros.
    recordAny = (series, value) => {
      const index = series.#index
      const layout = series.#layout.real
      const { tree } = nodeOf(series)
      series.#addToHead(value)
      if (value <= 0) series.#cells[(index & CHUNK_MASK) + ZERO]++
      else {
        const cell = layout.cellOf(value)
        if (layout.isFlat) tree.shard.count(index, index + PAGES, cell)
        else tree.countInPage(index, cell >>> layout.bits, cell & layout.mask)
      }
      series.#flushLarge()
    }

    // Records a value of a histogram with bounds. False if nothing was recorded: then the value takes the slow path.
    recordBounded = (series, bounds, value) => {
      const cells = series.#cells
      const head = series.#index & CHUNK_MASK
      const sum = cells[head + SUM] + value
      // also false for NaN, which any value that is no number makes of the sum
      if (bounds === NO_BOUNDS || !(Math.abs(sum) <= LARGE)) return false
      cells[head + SUM] = sum
      if (value < cells[head + MIN]) cells[head + MIN] = value
      if (value > cells[head + MAX]) cells[head + MAX] = value
      cells[head + BOUNDED + firstAtLeast(bounds, value)]++
      return true
    }

    recordAnyBounded = (series, bounds, value) => {
      series.#addToHead(value)
      series.#cells[(series.#index & CHUNK_MASK) + BOUNDED + firstAtLeast(bounds, value)]++
      series.#flushLarge()
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
    if (!this.#layout.isFlat) this.#entries = shard.entriesOf(index)
    if (shard.sampler !== undefined) this[SAMPLE]()
  }

  [SAMPLE]() {
    if (this.#index === 0) return
    const { family, shard } = nodeOf(this).tree
    const layout = family.isBounded ? layoutOfBounds(boundsOf(family)) : this.#layout.real
    if (shard.sampler !== undefined) this.#layout = layout.upTo(0)
    else this.#layout = family.isBounded ? NO_LAYOUT : layout
  }

  /** @param {number} value @param {string[]} strings */
  [EXEMPLAR](value, strings) {
    putExemplar(nodeOf(this).tree.shard, this.#index, value, strings)
  }

  [RESET]() {
    this.#index = 0
    this.#cells = NO_CELLS
    this.#words = NO_WORDS
    this.#entries = NO_ENTRIES
    this.#layout = NO_LAYOUT
  }

  /** Adds to the sum and the extremes. @param {number} value */
  #addToHead(value) {
    const cells = this.#cells
    const head = this.#index & CHUNK_MASK
    cells[head + SUM] += value
    if (value < cells[head + MIN]) cells[head + MIN] = value
    if (value > cells[head + MAX]) cells[head + MAX] = value
  }

  /** Moves the values into Rust's totals if the sum is large, after the count. */
  #flushLarge() {
    const sum = this.#cells[(this.#index & CHUNK_MASK) + SUM]
    if (Math.abs(sum) > LARGE) nodeOf(this).tree.flush(this.#index)
  }
}

/** @type {WeakMap<number[], Float64Array>} */
const arrays = new WeakMap()

/** A family's bounds, which its series share. @param {Family} family */
function boundsOf(family) {
  const { buckets } = family.options()
  if (buckets === undefined) return NO_BOUNDS
  const bounds = arrays.get(buckets) ?? Float64Array.from(buckets)
  arrays.set(buckets, bounds)
  return bounds
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

module.exports = {
  DistributionSeries,
  NO_BOUNDS,
  boundsOf,
  headOf,
  askAfterSlowPath,
  open,
  record,
  recordAny,
  recordAnyBounded,
  recordBounded,
}
