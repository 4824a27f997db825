'use strict'

// What timings and histograms share: the way of a value to its cells.

const { pageOf } = require('./directory')
const { BOUNDED, CHUNK_MASK, FULL, LARGE, MAX, MIN, SUM, ZERO } = require('./layout')
const { FLOAT, HIGH, HIGH_FRACTION_BITS, NO_LAYOUT, WORDS } = require('./log-linear')
const { NO_CELLS, NO_WORDS } = require('./shard')

/** @typedef {import('./types').LogLinear} LogLinear */
/** @typedef {import('./types').Shard} Shard */
/** @typedef {import('./types').Tree} Tree */

/**
 * The cells of a series; whoever has this keeps it private. Its own fields are not: that takes more bytecode, and V8 does not
 * inline what is long. Each has from the beginning a value of the type that it will have, so that V8 does not check it at each
 * use.
 */
class Distribution {
  cells = NO_CELLS
  words = NO_WORDS
  /** the head's index, 0 before the first use */
  index = 0
  layout = NO_LAYOUT

  /** @param {Shard} shard @param {number} index of the head @param {LogLinear} layout NO_LAYOUT with bounds */
  open(shard, index, layout) {
    this.index = index
    this.cells = shard.cellsOf(index)
    this.words = shard.wordsOf(index)
    this.layout = layout
  }

  close() {
    this.index = 0
    this.cells = NO_CELLS
    this.words = NO_WORDS
    this.layout = NO_LAYOUT
  }

  /**
   * Records a value whose page is known and in the head's chunk.
   * @param {number} value any number
   * @returns {boolean} false if nothing was recorded, or if the distribution is to be folded
   */
  record(value) {
    FLOAT[0] = value
    const high = WORDS[HIGH]
    const { cells, words, layout } = this
    const head = this.index & CHUNK_MASK
    const entry = (high >>> HIGH_FRACTION_BITS) - layout.first
    if (entry < 0 || entry >= layout.entries || layout.removals.word[0] !== layout.removals.seen) return false
    const page = pageOf(words, head, entry)
    if (page <= 0) return false
    const at = 2 * page + ((high >>> layout.shift) & layout.mask)
    // `| 0`: it is known to be a word, and V8 need not check that it did not overflow
    const count = (words[at] + 1) | 0
    const sum = cells[head + SUM] + value
    if (count >= FULL || sum > LARGE) return false
    words[at] = count
    cells[head + SUM] = sum
    if (value < cells[head + MIN]) cells[head + MIN] = value
    if (value > cells[head + MAX]) cells[head + MAX] = value
    return true
  }

  /**
   * Records any value from 0 up in a distribution without bounds. What is outside the range counts in its first or last cell.
   * @param {Tree} tree
   * @param {number} value
   */
  recordAny(tree, value) {
    const { cells, index, layout } = this
    if (value === 0) cells[(index & CHUNK_MASK) + ZERO] += 1
    else {
      const entry = layout.entryOf(value)
      if (entry < 0) tree.countInPage(index, 0, 0)
      else if (entry >= layout.entries) tree.countInPage(index, layout.entries - 1, layout.mask)
      else tree.countInPage(index, entry, layout.cellOf(value))
    }
    this.note(tree, value)
  }

  /**
   * Records any value in a distribution with bounds.
   * @param {Tree} tree
   * @param {number[]} bounds
   * @param {number} value
   */
  recordBounded(tree, bounds, value) {
    this.cells[(this.index & CHUNK_MASK) + BOUNDED + firstAtLeast(bounds, value)] += 1
    this.note(tree, value)
  }

  /** Adds to the sum and the extremes. @param {Tree} tree @param {number} value */
  note(tree, value) {
    const { cells } = this
    const head = this.index & CHUNK_MASK
    cells[head + SUM] += value
    if (value < cells[head + MIN]) cells[head + MIN] = value
    if (value > cells[head + MAX]) cells[head + MAX] = value
    if (Math.abs(cells[head + SUM]) > LARGE) tree.fold(this.index)
  }
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

module.exports = { Distribution }
