'use strict'

// Log-linear distributions: the cell of a value is read off its bits. This is the arithmetic of
// `src/histogram/log_linear.rs`; one table of vectors tests both.

const {
  CHUNK_MASK,
  DIRECTORY,
  EXPONENT_BIAS,
  FULL,
  HISTOGRAM_ENTRIES,
  HISTOGRAM_FIRST,
  MAX,
  MIN,
  PRECISION_BITS,
  SUM,
  ZERO,
} = require('./layout')

/** @typedef {import('./types').Shard} Shard */

const FLOAT = new Float64Array(1)
/** The float's upper half is word 1, as on every (little-endian) platform we build for. */
const WORDS = new Uint32Array(FLOAT.buffer)
const HIGH = 1
const WORD_BITS = 32
/** Bits of the fraction in the upper half. */
const HIGH_FRACTION_BITS = 20
/** Biased, of a histogram's first directory entry. */
const FIRST_OF_HISTOGRAM = HISTOGRAM_FIRST + EXPONENT_BIAS
/** From the one to the other, a histogram's value has a cell of its own. */
const SMALLEST = 2 ** HISTOGRAM_FIRST
const LARGEST = 2 ** (HISTOGRAM_FIRST + HISTOGRAM_ENTRIES - 1)

/** How the distributions of one family are divided, and how a value is recorded in one of them. */
class LogLinear {
  /** @type {Shard} */
  #shard
  /** biased exponents of the first and the last directory entry */
  #first
  #last
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
    this.#shift = HIGH_FRACTION_BITS - bits
    this.#mask = (1 << bits) - 1
  }

  /** By how much a whole number that begins at its highest bit is shifted to the number of its cell. */
  get wholeShift() {
    return this.#shift + WORD_BITS - HIGH_FRACTION_BITS
  }

  /**
   * Records any value from 0 up: what is outside the range counts in its first or last cell.
   * @param {Float64Array} cells the head's chunk
   * @param {Int32Array} words the same
   * @param {number} index the head's
   * @param {number} value
   */
  recordAny(cells, words, index, value) {
    FLOAT[0] = value
    const high = WORDS[HIGH]
    const exponent = high >>> HIGH_FRACTION_BITS
    if (value === 0) cells[(index & CHUNK_MASK) + ZERO] += 1
    else if (exponent < this.#first) this.#count(words, index, this.#first, 0)
    else if (exponent > this.#last) this.#count(words, index, this.#last, this.#mask)
    else this.#count(words, index, exponent, (high >>> this.#shift) & this.#mask)
    note(cells, index & CHUNK_MASK, value)
  }

  /**
   * @param {Int32Array} words
   * @param {number} index
   * @param {number} exponent biased
   * @param {number} cell of its power of two
   */
  #count(words, index, exponent, cell) {
    const entry = exponent - this.#first
    const page = pageOf(words, index & CHUNK_MASK, entry)
    if (page <= 0) return this.#shard.countInPage(index, entry, page & 0xffff, cell)
    const at = 2 * page + cell
    const count = words[at] + 1
    words[at] = count
    if (count === FULL) this.#shard.emptyPages(index)
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

/**
 * Records a whole number of nanoseconds that moves no extreme, from 1, below 2^31, if its page is in the head's chunk and gets
 * not full: it is counted in the cell that its float's bits would say, in fewer steps.
 * @param {Float64Array} cells the head's chunk
 * @param {Int32Array} words the same
 * @param {number} head its offset
 * @param {number} shift the layout's `wholeShift`
 * @param {number} nanos
 * @returns {boolean} false if nothing was recorded
 */
function recordWhole(cells, words, head, shift, nanos) {
  const zeros = Math.clz32(nanos)
  const page = pageOf(words, head, WORD_BITS - 1 - zeros)
  if (page <= 0) return false
  // the highest bit itself, the exponent, is shifted out; 1 has no other, and stays too small to be seen
  const at = ((page << 1) + ((nanos << (zeros + 1)) >>> shift)) | 0
  // `| 0`, here and elsewhere: it is known to be a word, and V8 need not check that it did not overflow
  const count = (words[at] + 1) | 0
  if (count === FULL) return false
  words[at] = count
  cells[head + SUM] += nanos
  return true
}

/**
 * Records a value of a histogram's range that moves no extreme, if its page is in the head's chunk and gets not full.
 * @param {Float64Array} cells the head's chunk
 * @param {Int32Array} words the same
 * @param {number} head its offset
 * @param {number} shift the layout's `wholeShift`
 * @param {number} value
 * @returns {boolean} false if nothing was recorded
 */
function recordPositive(cells, words, head, shift, value) {
  FLOAT[0] = value
  const high = WORDS[HIGH]
  const page = pageOf(words, head, (high >>> HIGH_FRACTION_BITS) - FIRST_OF_HISTOGRAM)
  if (page <= 0) return false
  const at = ((page << 1) + ((high << (WORD_BITS - HIGH_FRACTION_BITS)) >>> shift)) | 0
  const count = (words[at] + 1) | 0
  if (count === FULL) return false
  words[at] = count
  cells[head + SUM] += value
  return true
}

/** Adds to the sum and the extremes. @param {Float64Array} cells @param {number} head @param {number} value */
function note(cells, head, value) {
  cells[head + SUM] += value
  if (value < cells[head + MIN]) cells[head + MIN] = value
  if (value > cells[head + MAX]) cells[head + MAX] = value
}

module.exports = { LARGEST, LogLinear, SMALLEST, note, recordPositive, recordWhole }
