'use strict'

// Log-linear distributions: the cell of a value is read off its bits. This is the arithmetic of
// `src/histogram/log_linear.rs`; one table of vectors tests both.

const { CHUNK_MASK, DIRECTORY, EXPONENT_BIAS, FULL, MAX, MIN, PRECISION_BITS, SUM, ZERO } = require('./layout')

/** @typedef {import('./types').Shard} Shard */

const FLOAT = new Float64Array(1)
/** The float's upper half is word 1, as on every (little-endian) platform we build for. */
const WORDS = new Uint32Array(FLOAT.buffer)
const HIGH = 1
/** Bits of the fraction in the upper half. */
const HIGH_FRACTION_BITS = 20
/** From this exponent on (biased), a value takes the long way: who rounds adds a half, and floats have none there. */
const NO_HALVES = EXPONENT_BIAS + 52

/** How the distributions of one family are divided, and how a value is recorded in one of them. */
class LogLinear {
  /** @type {Shard} */
  #shard
  /** biased exponents of the first and the last directory entry */
  #first
  #last
  /** how many entries there are below NO_HALVES */
  #end
  #shift
  #mask

  /**
   * @param {Shard} shard
   * @param {number} precision
   * @param {number} first the exponent of entry 0
   * @param {number} entries
   */
  constructor(shard, precision, first, entries) {
    const bits = PRECISION_BITS[precision]
    this.#shard = shard
    this.#first = first + EXPONENT_BIAS
    this.#last = this.#first + entries - 1
    this.#end = Math.min(entries, NO_HALVES - this.#first)
    this.#shift = HIGH_FRACTION_BITS - bits
    this.#mask = (1 << bits) - 1
  }

  /** By how much a float's upper half is shifted to the number of its cell, whose upper bits are the exponent. */
  get shift() {
    return this.#shift
  }

  /**
   * The pages side by side in the head's chunk among which that of a value is, if it is there.
   * @param {Int32Array} words the head's chunk
   * @param {number} head its offset
   * @param {number} value
   * @returns {{ first: number, last: number, offset: number } | undefined} the places of their first and their last count in
   *   `words`, and what makes of a value's shifted upper half the place of its count
   */
  rowOf(words, head, value) {
    FLOAT[0] = value
    const entry = (WORDS[HIGH] >>> HIGH_FRACTION_BITS) - this.#first
    if (entry < 0 || entry >= this.#end || pageOf(words, head, entry) <= 0) return undefined
    const counts = this.#mask + 1
    /** where the page of the directory's first entry would be, if it were in the row */
    const origin = 2 * pageOf(words, head, entry) - entry * counts
    const isInRow = (/** @type {number} */ other) => {
      const page = pageOf(words, head, other)
      return page > 0 && 2 * page === origin + other * counts
    }
    let first = entry
    let last = entry
    while (first > 0 && isInRow(first - 1)) first--
    while (last + 1 < this.#end && isInRow(last + 1)) last++
    return {
      first: origin + first * counts,
      last: origin + last * counts + this.#mask,
      offset: origin - this.#first * counts,
    }
  }

  /**
   * Records a value that moves no extreme, whose page is in the head's chunk and gets not full.
   * @param {Float64Array} cells the head's chunk
   * @param {Int32Array} words the same
   * @param {number} head its offset
   * @param {number} value any number
   * @returns {boolean} false if nothing was recorded
   */
  recordNear(cells, words, head, value) {
    if (value === 0) {
      cells[head + ZERO] += 1
      return true
    }
    FLOAT[0] = value
    const high = WORDS[HIGH]
    const entry = (high >>> HIGH_FRACTION_BITS) - this.#first
    if (entry < 0 || entry >= this.#end) return false
    const page = pageOf(words, head, entry)
    if (page <= 0) return false
    const at = 2 * page + ((high >>> this.#shift) & this.#mask)
    const count = (words[at] + 1) | 0
    if (count === FULL) return false
    words[at] = count
    cells[head + SUM] += value
    return true
  }

  /**
   * Records any value from 0 up: what is outside the range counts in its first or last cell.
   * @param {Float64Array} cells the head's chunk
   * @param {Int32Array} words the same
   * @param {number} index the head's
   * @param {number} value
   * @returns {boolean} whether it is the first one of its page
   */
  recordAny(cells, words, index, value) {
    FLOAT[0] = value
    const high = WORDS[HIGH]
    const exponent = high >>> HIGH_FRACTION_BITS
    let isNew = false
    if (value === 0) cells[(index & CHUNK_MASK) + ZERO] += 1
    else if (exponent < this.#first) isNew = this.#count(words, index, this.#first, 0)
    else if (exponent > this.#last) isNew = this.#count(words, index, this.#last, this.#mask)
    else isNew = this.#count(words, index, exponent, (high >>> this.#shift) & this.#mask)
    note(cells, index & CHUNK_MASK, value)
    return isNew
  }

  /**
   * @param {Int32Array} words
   * @param {number} index
   * @param {number} exponent biased
   * @param {number} cell of its power of two
   * @returns {boolean} whether the page is new
   */
  #count(words, index, exponent, cell) {
    const entry = exponent - this.#first
    const page = pageOf(words, index & CHUNK_MASK, entry)
    if (page <= 0) {
      this.#shard.countInPage(index, entry, page & 0xffff, cell)
      return page === 0
    }
    const at = 2 * page + cell
    const count = words[at] + 1
    words[at] = count
    if (count === FULL) this.#shard.emptyPages(index)
    return false
  }
}

/**
 * A directory's entry, the lower or the upper half of its word: 0 for no page, negative for one in another chunk.
 * @param {Int32Array} words
 * @param {number} head its offset
 * @param {number} entry
 */
function pageOf(words, head, entry) {
  return (words[(((head + DIRECTORY) << 1) + (entry >>> 1)) | 0] << ((~entry & 1) << 4)) >> 16
}

/** Adds to the sum and the extremes. @param {Float64Array} cells @param {number} head @param {number} value */
function note(cells, head, value) {
  cells[head + SUM] += value
  if (value < cells[head + MIN]) cells[head + MIN] = value
  if (value > cells[head + MAX]) cells[head + MAX] = value
}

module.exports = { FLOAT, HIGH, LogLinear, WORDS, note }
