'use strict'

// HdrHistogram objects: whole numbers in the buckets of HdrHistogram, so that other implementations read what these encode, and
// the other way round. Recording, merging and quantiles are JavaScript's alone; mean, deviation and encodings are Rust's.

const { invalidEncoding, notADistribution, notMergeable } = require('../errors/histogram-objects')
const { optionOutOfRange } = require('../errors/options')
const { notANumber, outOfRange } = require('../errors/values')
const { HDR_PAGES } = require('../record/shard')
const binding = require('../native')
const { HistogramBuckets } = require('./histogram-buckets')
const { compressedText, plainBytes } = require('./hdr-encoding')
const { checkNumber, checkedOptions, checkedScale } = require('./histogram-options')
const { checkedQuantiles } = require('./quantiles')

/** @typedef {import('../../binding').HdrPages} HdrPages */

const OPTIONS = ['precision', 'quantiles']
const DEFAULT_PRECISION = 2
/** How many bits of a value choose its bucket, by significant digits. */
const DIGITS_BITS = [0, 4, 7, 10, 14, 17]
const LARGEST = Number.MAX_SAFE_INTEGER
/** The default of `scale` for a collector's histogram. */
const HISTOGRAM_SCALE = 1000
/** The arguments of one call of `valueAt`. */
const QUANTILE = new Float64Array(1)
const VALUE = new Float64Array(1)

class HdrHistogram {
  #buckets
  #precision
  #quantiles

  /** @param {import('../..').HdrHistogramOptions} [options] */
  constructor(options) {
    const { precision = DEFAULT_PRECISION, quantiles } = checkedOptions(options, OPTIONS)
    checkNumber('precision', precision, (digits) => digits > 0 && digits in DIGITS_BITS, '1, 2, 3, 4 or 5')
    this.#precision = precision
    this.#quantiles = checkedQuantiles(quantiles)
    this.#buckets = new HistogramBuckets({ bits: DIGITS_BITS[precision], first: 0, limit: LARGEST, isWhole: true })
  }

  /** @param {string | Uint8Array} encoded @param {import('../..').HdrHistogramOptions} [options] */
  static decode(encoded, options) {
    const pages = binding.hdrDecode(plainBytes(encoded))
    if (typeof pages === 'string') throw invalidEncoding(pages)
    return HdrHistogram.#of(pages, options)
  }

  /** @param {any} instrument @param {{ scale?: number, quantiles?: number[] }} [options] */
  static from(instrument, options) {
    const { scale, quantiles } = checkedOptions(options, ['scale', 'quantiles'])
    if (scale !== undefined) checkedScale(scale)
    const pages = pagesOf(instrument, scale)
    if (pages === undefined) throw notADistribution(instrument)
    if (pages === false) throw scale === undefined ? tooLargeByDefault(instrument.value()?.max) : tooLarge(scale)
    return HdrHistogram.#of(pages, { quantiles })
  }

  /** @param {HdrPages} pages @param {import('../..').HdrHistogramOptions} [options] */
  static #of(pages, options) {
    const { quantiles } = checkedOptions(options, ['quantiles'])
    const histogram = new HdrHistogram({ precision: /** @type {any} */ (pages.digits), quantiles })
    histogram.#buckets.addCounts(pages)
    return histogram
  }

  get precision() {
    return this.#precision
  }

  get count() {
    return this.#buckets.count
  }

  get min() {
    return this.#buckets.isEmpty ? Number.NaN : this.#buckets.min
  }

  get max() {
    return this.#buckets.isEmpty ? Number.NaN : this.#buckets.max
  }

  get mean() {
    return this.#moments()[0]
  }

  get stdev() {
    return this.#moments()[1]
  }

  /** Mean and standard deviation. */
  #moments() {
    return this.#buckets.lend((cells, directory) => binding.hdrMoments(cells, directory, this.#precision))
  }

  /** @param {number} value @param {number} [count] */
  record(value, count = 1) {
    if (count === 1 && typeof value === 'number' && this.#buckets.recordInRun(Math.floor(value), 1)) return
    if (!(typeof value === 'number' && value >= 0 && value <= LARGEST)) throw wrongWhole('histogram value', value, 0)
    if (count !== 1) {
      if (!isWhole(count, 0)) throw wrongWhole('count', count, 0)
      if (count === 0) return
    }
    this.#buckets.record(Math.floor(value), count)
  }

  /** @param {number} value */
  add(value) {
    this.record(value)
  }

  /** @param {number} value @param {number} expectedInterval */
  recordCorrected(value, expectedInterval) {
    if (!isWhole(expectedInterval, 1)) throw wrongWhole('expectedInterval', expectedInterval, 1)
    this.record(value)
    let missing = Math.floor(value) - expectedInterval
    while (missing >= expectedInterval) {
      // all values of one bucket at once: a long pause between short intervals has millions of them
      const lowest = Math.max(this.#buckets.lowestOf(missing), expectedInterval)
      const steps = Math.floor((missing - lowest) / expectedInterval)
      const smallest = missing - steps * expectedInterval
      this.#buckets.record(smallest, steps + 1)
      missing = smallest - expectedInterval
    }
  }

  /** @param {number} q */
  valueAt(q) {
    if (typeof q !== 'number') throw notANumber('quantile', q)
    if (!(q >= 0 && q <= 1)) throw outOfRange('quantile', q, 'from 0 to 1 (0.99, not 99)')
    if (this.#buckets.isEmpty) return Number.NaN
    QUANTILE[0] = q
    this.#buckets.quantiles(QUANTILE, VALUE)
    return VALUE[0]
  }

  snapshot() {
    return this.#buckets.snapshot(this.#quantiles)
  }

  clear() {
    this.#buckets.clear()
  }

  /** @param {HdrHistogram} other */
  merge(other) {
    if (typeof other !== 'object' || other === null || !(#buckets in other)) {
      throw notMergeable('HdrHistogram', other, 'only another HdrHistogram can be merged into it')
    }
    if (other.#precision < this.#precision) {
      const remedy = `its precision is ${other.#precision}, this one's ${this.#precision}: merge this one into it, or make this one with precision ${other.#precision}`
      throw notMergeable('HdrHistogram', other, remedy)
    }
    this.#buckets.add(other.#buckets)
  }

  /** @param {{ scale?: number }} [options] @returns {string} */
  encode(options) {
    const { scale = 1 } = checkedOptions(options, ['scale'])
    checkedScale(scale)
    // no reader accepts more, and beyond it a float is no exact count
    if (this.count > LARGEST) throw outOfRange('the count of what is encoded', this.count, 'at most 2^53 - 1')
    const plain = this.#buckets.lend((cells, directory) => binding.hdrEncode(cells, directory, this.#precision, scale))
    if (plain === null) throw tooLarge(scale)
    return compressedText(plain)
  }
}

/**
 * The counts of a collector's instrument; undefined for anything else, such as a proxy of one.
 * @param {any} instrument
 * @param {number} [scale]
 */
function pagesOf(instrument, scale) {
  try {
    return typeof instrument?.[HDR_PAGES] === 'function' ? instrument[HDR_PAGES](scale) : undefined
  } catch (cause) {
    throw notADistribution(instrument, cause)
  }
}

/** @param {unknown} scale */
function tooLarge(scale) {
  return optionOutOfRange('scale', scale, 'so small that no value times it is beyond 2^53 - 1')
}

/** Only a histogram's: nanoseconds of a timing are taken as they are. @param {number | undefined} max */
function tooLargeByDefault(max) {
  const expected = `given where values go up to ${max}, so small that none times it is beyond 2^53 - 1`
  return optionOutOfRange('scale', HISTOGRAM_SCALE, `${expected} (the default is ${HISTOGRAM_SCALE})`)
}

/** @param {unknown} value @param {number} least */
function isWhole(value, least) {
  return Number.isSafeInteger(value) && Number(value) >= least
}

/** @param {string} what @param {unknown} value @param {number} least */
function wrongWhole(what, value, least) {
  if (typeof value !== 'number') return notANumber(what, value)
  return outOfRange(what, value, `a whole number from ${least} to 2^53 - 1`)
}

module.exports = { HdrHistogram }
