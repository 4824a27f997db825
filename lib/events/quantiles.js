'use strict'

// The quantiles of a histogram object, and its snapshot.

const { invalidOption, optionOutOfRange } = require('../errors/options')
const { copied } = require('../record/options')

/** @typedef {import('../..').HistogramSnapshot} HistogramSnapshot */

const DEFAULT = [0.5, 0.9, 0.99]
const MAX_QUANTILES = 1000
/** More digits of a percentage are errors of its multiplication. */
const KEY_DIGITS = 12

class Quantiles {
  /** ascending */
  #shares
  /** @type {string[]} */
  #keys
  /** for the time of one snapshot */
  #values

  /** @param {number[]} shares from 0 to 1 */
  constructor(shares) {
    this.#shares = Float64Array.from(new Set(shares)).sort()
    this.#keys = Array.from(this.#shares, (share) => `p${Number((share * 100).toPrecision(KEY_DIGITS))}`)
    this.#values = new Float64Array(this.#shares.length)
  }

  get length() {
    return this.#shares.length
  }

  /** @param {number} at */
  shareAt(at) {
    return this.#shares[at]
  }

  /**
   * @param {{ min: number, max: number, overflow?: number }} of what has at least one value
   * @param {(shares: Float64Array, values: Float64Array) => void} fill
   * @returns {HistogramSnapshot}
   */
  snapshot({ min, max, overflow }, fill) {
    const values = this.#values
    fill(this.#shares, values)
    // a literal is one allocation; a computed key is a transition each
    /** @type {HistogramSnapshot} */
    const snapshot =
      this === DEFAULT_QUANTILES ? { min, max, p50: values[0], p90: values[1], p99: values[2] } : this.#named(min, max)
    if (overflow) snapshot.overflow = overflow
    return snapshot
  }

  /** @param {number} min @param {number} max */
  #named(min, max) {
    /** @type {HistogramSnapshot} */
    const snapshot = { min, max }
    this.#keys.forEach((key, at) => {
      snapshot[/** @type {`p${number}`} */ (key)] = this.#values[at]
    })
    return snapshot
  }
}

/** Shared by all histograms with the default quantiles. */
const DEFAULT_QUANTILES = new Quantiles(DEFAULT)

/** @param {unknown} option @returns {Quantiles} */
function checkedQuantiles(option) {
  if (option === undefined || option === null) return DEFAULT_QUANTILES
  const shares = copied(option)
  if (!shares?.every((share) => typeof share === 'number')) {
    throw invalidOption('quantiles', option, 'an array of numbers')
  }
  const isInRange = shares.every((share) => share >= 0 && share <= 1)
  if (shares.length === 0 || shares.length > MAX_QUANTILES || !isInRange) {
    throw optionOutOfRange('quantiles', option, `1 to ${MAX_QUANTILES} numbers from 0 to 1 (0.99, not 99)`)
  }
  return new Quantiles(shares)
}

module.exports = { checkedQuantiles }
