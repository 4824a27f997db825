'use strict'

// What timings and histograms of values share: the way of a value to its cells.

const { extremes } = require('./extremes')
const { CHUNK_MASK, FULL, MAX, MIN, SUM } = require('./layout')
const { FLOAT, HIGH, WORDS, note } = require('./log-linear')
const { NO_CELLS, NO_WORDS } = require('./shard')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').LogLinear} LogLinear */

/** No count is there. */
const NOWHERE = -(2 ** 30)

/**
 * The cells of a series as one handle knows them; whoever has this keeps it private. Its own fields are not: that takes more
 * bytecode, and V8 does not inline what is long. Each has from the beginning a value of the type that it will have, so that
 * V8 does not ask at each use what it is.
 */
class Distribution {
  cells = NO_CELLS
  words = NO_WORDS
  /** the head's offset in its chunk */
  head = 0
  /** by how much a float's upper half is shifted to the number of its cell */
  shift = 0
  /** what makes of that number the place of its count in `words`, where pages are side by side */
  offset = 0
  /** between the places of the smallest value and the largest, no value moves an extreme */
  low = NOWHERE
  high = NOWHERE
  /** when that was so */
  beginnings = 0
  /** the first and the last place that `offset` is for */
  first = 0
  last = -1
  /** the head's index, 0 before the first use */
  index = 0
  /** @type {LogLinear | undefined} from the first use on */
  layout

  /** @param {Family} family @param {number} index of the head */
  open(family, index) {
    const { shard } = family
    this.index = index
    this.head = index & CHUNK_MASK
    this.cells = shard.cellsOf(index)
    this.words = shard.wordsOf(index)
    this.layout = family.layoutOf(index)
    this.shift = this.layout.shift
  }

  /**
   * Records a value whose place is known, if there is no more to do than to count it.
   * @param {number} value any number
   * @returns {boolean} false if nothing was recorded
   */
  record(value) {
    FLOAT[0] = value
    // `| 0`, here and elsewhere: it is known to be a word, and V8 need not check that it did not overflow
    const at = ((WORDS[HIGH] >>> this.shift) + this.offset) | 0
    if (at <= this.low || at >= this.high || this.beginnings !== extremes.beginnings) return this.recordAtEnd(at, value)
    const { words } = this
    const count = (words[at] + 1) | 0
    if (count === FULL) return false
    words[at] = count
    this.cells[this.head + SUM] += value
    return true
  }

  /** The same where the smallest or the largest value was: this one may be beyond it. @param {number} at @param {number} value */
  recordAtEnd(at, value) {
    if ((at !== this.low && at !== this.high) || this.beginnings !== extremes.beginnings) return false
    const { words } = this
    const count = (words[at] + 1) | 0
    if (count === FULL) return false
    words[at] = count
    note(this.cells, this.head, value)
    return true
  }

  /** Records any value from 0 up. @param {number} value */
  recordAny(value) {
    const { cells, head } = this
    const layout = /** @type {LogLinear} */ (this.layout)
    const isBetween = value >= cells[head + MIN] && value <= cells[head + MAX]
    const isNewPage = layout.recordAny(cells, this.words, this.index, value)
    if (isNewPage || this.last < this.first) this.findRow(layout, value)
    else if (!isBetween || this.beginnings !== extremes.beginnings) this.findEnds()
  }

  /** Goes by the longest row of pages so far. @param {LogLinear} layout @param {number} value in one of its pages */
  findRow(layout, value) {
    const row = layout.rowOf(this.words, this.head, value)
    if (row !== undefined && row.last - row.first > this.last - this.first) {
      this.first = row.first
      this.last = row.last
      this.offset = row.offset
    }
    this.findEnds()
  }

  findEnds() {
    const low = Math.max(this.first, this.placeOf(this.cells[this.head + MIN]))
    const high = Math.min(this.last, this.placeOf(this.cells[this.head + MAX]))
    this.low = low <= high ? low : NOWHERE
    this.high = low <= high ? high : NOWHERE
    this.beginnings = extremes.beginnings
  }

  /** @param {number} value */
  placeOf(value) {
    FLOAT[0] = value
    return (WORDS[HIGH] >>> this.shift) + this.offset
  }
}

module.exports = { Distribution }
