'use strict'

// The buckets of log-linear distributions: a value's bits are its bucket's number. This is the arithmetic of
// `src/histogram/log_linear.rs`; one table of vectors tests both.

const { EXPONENT_BIAS, PRECISION_BITS } = require('./layout')

const FLOAT = new Float64Array(1)
/** The float's upper half is word 1, as on every (little-endian) platform we build for. */
const WORDS = new Uint32Array(FLOAT.buffer)
const HIGH = 1
/** Above the upper half of any float. */
const BEYOND = 0x7fffffff
/** Bits of the fraction in the upper half. */
const HIGH_FRACTION_BITS = 20

/** The same for all distributions of a family that have, or have not, labels. */
class LogLinear {
  /**
   * @param {number} precision
   * @param {number} first the exponent of the first power of two
   * @param {number} entries how many powers of two there are
   * @param {boolean} isFlat whether all pages follow the head; else a directory leads to them
   */
  constructor(precision, first, entries, isFlat) {
    const bits = PRECISION_BITS[precision]
    this.isFlat = isFlat
    /** how many bits of a float's fraction are the number of its cell within the power of two */
    this.bits = bits
    this.mask = (1 << bits) - 1
    /** by how much a float's upper half is shifted: what remains is the exponent and these bits */
    this.shift = HIGH_FRACTION_BITS - bits
    /** the exponent and these bits of the first cell */
    this.origin = (first + EXPONENT_BIAS) << bits
    /** how many cells there are */
    this.size = entries << bits
    /** how many cells follow the head */
    this.flatSize = isFlat ? this.size : 0
    /** @type {LogLinear} the whole layout, where this one has fewer powers of two while exemplars are sampled */
    this.real = this
    /** @type {Float64Array | undefined} the bounds of a histogram that has some */
    this.bounds = undefined
    /** @type {(LogLinear | undefined)[]} */
    this.truncated = []
  }

  /** The same layout for values up to some power of two only. Recordings of others may have exemplars. @param {number} powers */
  upTo(powers) {
    const known = this.real.truncated[powers]
    return known ?? this.real.#beginning(powers)
  }

  /** Up to which power of two a value is. @param {number} value */
  powersTo(value) {
    if (this.bounds === undefined) return (this.real.cellOf(value) >>> this.bits) + 1
    // values below 0 are as 0 here: the sign would be the highest power
    FLOAT[0] = Math.max(value, 0)
    return (WORDS[HIGH] >>> HIGH_FRACTION_BITS) + 1
  }

  /** Whether a value is in this part of the real layout. @param {number} value */
  isBelow(value) {
    if (this.bounds === undefined) return this.real.cellOf(value) < this.size
    FLOAT[0] = Math.max(value, 0)
    return WORDS[HIGH] >>> this.shift < this.origin
  }

  /** @param {number} powers */
  #beginning(powers) {
    const beginning = Object.assign(new LogLinear(1, 0, 0, true), this)
    if (this.bounds === undefined) {
      beginning.size = Math.min(this.size, powers << this.bits)
      beginning.flatSize = Math.min(this.flatSize, beginning.size)
    } else {
      // values below the origin go to the bounds
      beginning.origin = powers << this.bits
    }
    this.truncated[powers] = beginning
    return beginning
  }

  /** The cell of a positive value; of one outside the range, the first or the last. @param {number} value */
  cellOf(value) {
    FLOAT[0] = value
    const cell = (WORDS[HIGH] >>> this.shift) - this.origin
    return Math.min(Math.max(cell, 0), this.size - 1)
  }
}

/** An empty layout, before the first use and for declared bounds: every value takes the slow path. */
const NO_LAYOUT = new LogLinear(1, 0, 0, true)
NO_LAYOUT.origin = BEYOND

/** @type {WeakMap<Float64Array, LogLinear>} */
const layoutsOfBounds = new WeakMap()

/** The layout of histograms with these bounds while the collector has a function for exemplars. @param {Float64Array} bounds */
function layoutOfBounds(bounds) {
  const known = layoutsOfBounds.get(bounds)
  if (known !== undefined) return known
  const layout = new LogLinear(1, 0, 0, true)
  layout.origin = BEYOND
  layout.bounds = bounds
  layoutsOfBounds.set(bounds, layout)
  return layout
}

module.exports = { FLOAT, HIGH, HIGH_FRACTION_BITS, LogLinear, NO_LAYOUT, WORDS, layoutOfBounds }
