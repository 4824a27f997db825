'use strict'

// How log-linear distributions are divided: the cell of a value is read off its bits. This is the arithmetic of
// `src/histogram/log_linear.rs`; one table of vectors tests both.

const { EXPONENT_BIAS, PRECISION_BITS } = require('./layout')

const FLOAT = new Float64Array(1)
/** The float's upper half is word 1, as on every (little-endian) platform we build for. */
const WORDS = new Uint32Array(FLOAT.buffer)
const HIGH = 1
/** Bits of the fraction in the upper half. */
const HIGH_FRACTION_BITS = 20

/** The same for all distributions of a family that have, or have not, labels. */
class LogLinear {
  /**
   * @param {number} precision
   * @param {number} first the exponent of directory entry 0
   * @param {number} entries how many powers of two there are
   */
  constructor(precision, first, entries) {
    const bits = PRECISION_BITS[precision]
    /** the biased exponent of directory entry 0 */
    this.first = first + EXPONENT_BIAS
    this.entries = entries
    /** by how much a float's upper half is shifted to the number of its cell, whose upper bits are the exponent */
    this.shift = HIGH_FRACTION_BITS - bits
    this.mask = (1 << bits) - 1
  }

  /** The directory entry of a positive value: below 0, or too large, outside the range. @param {number} value */
  entryOf(value) {
    FLOAT[0] = value
    return (WORDS[HIGH] >>> HIGH_FRACTION_BITS) - this.first
  }

  /** Its cell within the power of two. @param {number} value */
  cellOf(value) {
    FLOAT[0] = value
    return (WORDS[HIGH] >>> this.shift) & this.mask
  }
}

/** What stands in its place before the first use: no value is in its range. */
const NO_LAYOUT = new LogLinear(1, 0, 0)

module.exports = { FLOAT, HIGH, HIGH_FRACTION_BITS, LogLinear, NO_LAYOUT, WORDS }
