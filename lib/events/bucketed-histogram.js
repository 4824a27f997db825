'use strict'

// A histogram whose quantiles are within a given error, in memory that grows with how widely values are spread and not with
// how many there are.

const { notMergeable } = require('../errors/histogram-objects')
const { HistogramBuckets, exponentOf } = require('./histogram-buckets')
const { checkNumber, checkedOptions, isPositive, wrongValue } = require('./histogram-options')
const { checkedQuantiles } = require('./quantiles')

const OPTIONS = ['max', 'error', 'quantiles']
const HOUR_MILLIS = 60 * 60 * 1000
const DEFAULT_ERROR = 0.005
/** A power of two then has half a million buckets. */
const LEAST_ERROR = 1e-6
const SMALLEST_EXPONENT = -1022
/** Powers of two below 1, or below `max` where that is less. */
const SMALL_POWERS = 64

class BucketedHistogram {
  #buckets
  #quantiles
  #max
  #error

  /** @param {import('../..').BucketedHistogramOptions | null} [options] */
  constructor(options) {
    const given = checkedOptions(options ?? undefined, OPTIONS)
    const { quantiles } = given
    const max = given.max ?? HOUR_MILLIS
    const error = given.error ?? DEFAULT_ERROR
    checkNumber('max', max, isPositive, 'finite and above 0')
    checkNumber('error', error, isError, 'from 0.000001 up and below 1 (0.005 is half a percent)')
    this.#quantiles = checkedQuantiles(quantiles)
    this.#max = max
    this.#error = error
    this.#buckets = new HistogramBuckets({ bits: bitsFor(error), first: firstFor(max), limit: max, isWhole: false })
  }

  get count() {
    return this.#buckets.count
  }

  /** @param {number} value */
  add(value) {
    if (typeof value === 'number' && value <= this.#max && this.#buckets.recordInRun(value, 1)) return
    this.#addElsewhere(value)
  }

  /** @param {number} value */
  #addElsewhere(value) {
    if (!Number.isFinite(value) || value < 0) throw wrongValue(value)
    if (value <= this.#max) this.#buckets.record(value, 1)
    else this.#buckets.recordOverflow(value)
  }

  snapshot() {
    return this.#buckets.snapshot(this.#quantiles)
  }

  clear() {
    this.#buckets.clear()
  }

  /** @param {BucketedHistogram} other */
  merge(other) {
    if (typeof other !== 'object' || other === null || !(#buckets in other)) {
      throw notMergeable('BucketedHistogram', other, 'only another BucketedHistogram can be merged into it')
    }
    if (other.#max !== this.#max || other.#error !== this.#error) {
      throw notMergeable('BucketedHistogram', other, 'both must be made with the same max and error')
    }
    this.#buckets.add(other.#buckets)
  }
}

/** @param {number} value */
function isError(value) {
  return value >= LEAST_ERROR && value < 1
}

/**
 * How many bits of a fraction choose a bucket, so that half a bucket is at most the error of its smallest value.
 * @param {number} error
 */
function bitsFor(error) {
  return Math.max(0, Math.ceil(-Math.log2(error) - 1))
}

/** The exponent of the smallest power of two. @param {number} max */
function firstFor(max) {
  return Math.max(SMALLEST_EXPONENT, Math.min(0, exponentOf(max)) - SMALL_POWERS)
}

module.exports = { BUCKETED_OPTIONS: OPTIONS, BucketedHistogram }
