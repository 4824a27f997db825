'use strict'

// What timings and histograms of values share: the way of a value to its cells.

const { CHUNK_MASK, FULL, MAX, MIN, SUM } = require('./layout')
const { FLOAT, HIGH, WORDS } = require('./log-linear')
const { NO_CELLS, NO_WORDS, extremes } = require('./shard')

/** @typedef {import('./types').LogLinear} LogLinear */
/** @typedef {import('./types').Shard} Shard */

/** No count is there. */
const NOWHERE = -(2 ** 30)
const NEVER = -1
/** After so many values elsewhere, the row of pages that the next one is in takes the place of the present one. */
const MAX_MISSES = 1000

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
  beginnings = NEVER
  /** the first and the last place that `offset` is for */
  first = 0
  last = -1
  /** how many values were not between them since the row was looked for */
  misses = 0
  /** the head's index, 0 before the first use */
  index = 0
  /** @type {LogLinear | undefined} from the first use on; none with bounds */
  layout = undefined

  /** @param {Shard} shard @param {number} index of the head @param {LogLinear} [layout] none with bounds */
  open(shard, index, layout) {
    this.index = index
    this.head = index & CHUNK_MASK
    this.cells = shard.cellsOf(index)
    this.words = shard.wordsOf(index)
    this.layout = layout
    this.shift = layout?.shift ?? 0
  }

  /**
   * Records a value whose page is known and in this chunk.
   * @param {number} value any number
   * @returns {boolean} false if nothing was recorded
   */
  record(value) {
    FLOAT[0] = value
    // `| 0`, here and elsewhere: it is known to be a word, and V8 need not check that it did not overflow
    const at = ((WORDS[HIGH] >>> this.shift) + this.offset) | 0
    if (at <= this.low || at >= this.high || this.beginnings !== extremes.beginnings) return this.recordNear(value)
    const { words } = this
    const count = (words[at] + 1) | 0
    if (count === FULL) return false
    words[at] = count
    this.cells[this.head + SUM] += value
    return true
  }

  /** The same for one that is not between those places. @param {number} value @returns {boolean} */
  recordNear(value) {
    const { cells, head, layout } = this
    if (layout === undefined || !(value >= cells[head + MIN] && value <= cells[head + MAX])) return false
    if (this.beginnings !== extremes.beginnings || ++this.misses >= MAX_MISSES) return false
    return layout.recordNear(cells, this.words, head, value)
  }

  /** Records any value from 0 up in a distribution without bounds. @param {number} value */
  recordAny(value) {
    const layout = /** @type {LogLinear} */ (this.layout)
    const isBetween = value >= this.cells[this.head + MIN] && value <= this.cells[this.head + MAX]
    const isNewPage = layout.recordAny(this.cells, this.words, this.index, value)
    const isStale = this.misses >= MAX_MISSES || this.beginnings !== extremes.beginnings
    if (isNewPage || isStale) this.findRow(layout, value)
    else if (!isBetween) this.findEnds()
  }

  /**
   * Goes by the row of pages that a value is in, if that is longer, or if many were not in the present one.
   * @param {LogLinear} layout
   * @param {number} value
   */
  findRow(layout, value) {
    const row = layout.rowOf(this.words, this.head, value)
    if (row !== undefined && (row.last - row.first > this.last - this.first || this.misses >= MAX_MISSES)) {
      this.first = row.first
      this.last = row.last
      this.offset = row.offset
    }
    this.misses = 0
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
