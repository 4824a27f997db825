'use strict'

// The memory of a histogram object: log-linear counts that this thread alone writes. It belongs to JavaScript, because such
// objects come and go by the thousand, and an array of Rust's costs a call and a finaliser each. A power of two has a page, or
// several where it has many buckets. The pages of neighbouring values are one run without gaps, in which a value finds its bucket by
// one subtraction; pages far from it, which few histograms have, are found in a directory. Quantiles are computed here too: with a
// sum for each page there is so little to add up that lending the memory to Rust would take longer than all of it.

const { EXPONENT_BIAS } = require('../record/layout')
const { MAX, MIN, OVERFLOW, PAGES, PAGE_BITS, ZERO } = require('./layout')

/** @typedef {import('../../binding').HdrPages} HdrPages */
/** @typedef {ReturnType<typeof import('./quantiles').checkedQuantiles>} Quantiles */

const FLOAT = new Float64Array(1)
/** The float's upper half is word 1, as on every (little-endian) platform we build for. */
const WORDS = new Uint32Array(FLOAT.buffer)
const LOW = 0
const HIGH = 1
/** Bits of the fraction in the upper half. */
const HIGH_FRACTION_BITS = 20
/** Pages are larger than usual where more than this many would be needed for all values: the directory has a number for each. */
const MOST_PAGES = 2 ** 16
const NO_SUMS = new Float64Array(0)
/** A run has at most this many: all of the usual divisions, and not the gaps between far values in fine ones. */
const MOST_IN_RUN = 128

/** The exponent of a positive value's power of two. @param {number} value */
function exponentOf(value) {
  return biasedExponentOf(value) - EXPONENT_BIAS
}

/** @param {number} value 0 or above */
function biasedExponentOf(value) {
  FLOAT[0] = value
  return WORDS[HIGH] >>> HIGH_FRACTION_BITS
}

class HistogramBuckets {
  // first what each recording needs: V8 has the first fields of an object at hand
  /** head, run, pages far from it, and room for more of those */
  #cells = new Float64Array(PAGES)
  /** how many values each of these pages has */
  #sums = NO_SUMS
  #shift
  /** by how much the number of a bucket in the run, read off the value's upper half, is above its place */
  #origin = 0
  /** where the run ends */
  #runEnd = PAGES
  /** a page has two to the power of this many buckets */
  #pageBits
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  /** the first entry of the run */
  #runFirst = 0
  /** how many pages there are */
  #pages = 0
  /** @type {Uint32Array} for each page's worth of buckets the place of the page, 0 where there is none */
  #directory
  /** a value's biased exponent and the next bits of its fraction, of the directory's first entry */
  #first
  /** the first entry that has a page */
  #lowest
  #bits
  #limit
  #isWhole

  /**
   * @param {object} division
   * @param {number} division.bits of a value's fraction that choose its bucket
   * @param {number} division.first the exponent of the smallest power of two; what is below counts in its first bucket
   * @param {number} division.limit the largest value that has a bucket
   * @param {boolean} division.isWhole whether values are whole numbers
   */
  constructor({ bits, first, limit, isWhole }) {
    const powers = Math.max(1, exponentOf(limit) - first + 1)
    let entryBits = Math.max(0, bits - PAGE_BITS)
    while (entryBits > 0 && powers * 2 ** entryBits > MOST_PAGES) entryBits--
    this.#directory = new Uint32Array(powers * 2 ** entryBits)
    this.#first = (first + EXPONENT_BIAS) * 2 ** entryBits
    this.#lowest = this.#directory.length
    this.#bits = bits
    this.#shift = HIGH_FRACTION_BITS - bits
    this.#pageBits = bits - entryBits
    this.#limit = limit
    this.#isWhole = isWhole
  }

  /** Forgets all values and keeps the memory for the next ones. */
  clear() {
    this.#cells.fill(0)
    this.#sums.fill(0)
    this.#min = Number.POSITIVE_INFINITY
    this.#max = Number.NEGATIVE_INFINITY
  }

  get isEmpty() {
    return this.#min === Number.POSITIVE_INFINITY
  }

  get min() {
    return this.#min
  }

  get max() {
    return this.#max
  }

  get overflow() {
    return this.#cells[OVERFLOW]
  }

  get count() {
    let count = this.#cells[ZERO] + this.#cells[OVERFLOW]
    for (const sum of this.#sums) count += sum
    return count
  }

  /** The histogram's snapshot: nothing while it is empty. @param {Quantiles} quantiles */
  snapshot(quantiles) {
    if (this.isEmpty) return {}
    return quantiles.snapshot(this, (shares, values) => this.quantiles(shares, values))
  }

  /** How many values a page has. @param {number} entry */
  #sum(entry) {
    const page = this.#directory[entry]
    return page === 0 ? 0 : this.#sums[(page - PAGES) >>> this.#pageBits]
  }

  /**
   * Counts a value whose page is in the run, and no other.
   * @param {number} value any
   * @param {number} count above 0
   * @returns {boolean} whether it was counted
   */
  recordInRun(value, count) {
    FLOAT[0] = value
    const place = (WORDS[HIGH] >>> this.#shift) - this.#origin
    if (place < PAGES || place >= this.#runEnd) return false
    this.#cells[place] += count
    this.#sums[(place - PAGES) >>> this.#pageBits] += count
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    return true
  }

  /**
   * Counts a value.
   * @param {number} value from 0 to the limit
   * @param {number} count above 0
   */
  record(value, count) {
    // of −0, which would have a sign among its bits, this makes 0
    const unsigned = value + 0
    if (unsigned === 0) this.#cells[ZERO] += count
    else {
      FLOAT[0] = unsigned
      // what is below the first power of two counts in its first bucket
      this.#addToBucket(Math.max(0, (WORDS[HIGH] >>> this.#shift) - (this.#first << this.#pageBits)), count)
    }
    this.#note(unsigned)
  }

  /** @param {number} bucket its number among all of the directory @param {number} count */
  #addToBucket(bucket, count) {
    const entry = bucket >>> this.#pageBits
    if (this.#directory[entry] === 0) this.#addPage(entry)
    const page = this.#directory[entry]
    this.#cells[page + bucket - (entry << this.#pageBits)] += count
    this.#sums[(page - PAGES) >>> this.#pageBits] += count
  }

  /** Makes a page, in the run if it is near. @param {number} entry */
  #addPage(entry) {
    const inRun = (this.#runEnd - PAGES) >>> this.#pageBits
    const first = inRun === 0 ? entry : Math.min(entry, this.#runFirst)
    const last = Math.max(entry, this.#runFirst + inRun - 1)
    this.#lowest = Math.min(this.#lowest, entry)
    if (this.#pages === inRun && last - first < MOST_IN_RUN) this.#extendRun(first, last - first + 1)
    else this.#addFarPage(entry)
  }

  /** @param {number} first its first entry from now on @param {number} pages how many there will be */
  #extendRun(first, pages) {
    this.#resize(pages, this.#pages === 0 ? 0 : this.#runFirst - first)
    for (let page = 0; page < pages; page++) this.#directory[first + page] = PAGES + (page << this.#pageBits)
    this.#runFirst = first
    this.#origin = ((this.#first + first) << this.#pageBits) - PAGES
    this.#pages = pages
    this.#runEnd = this.#cells.length
  }

  /** @param {number} entry */
  #addFarPage(entry) {
    // a quarter more, so that many pages are not copied for each of them
    if (this.#pages === this.#sums.length) this.#resize(this.#pages + (this.#pages >>> 2) + 1, 0)
    this.#directory[entry] = PAGES + (this.#pages << this.#pageBits)
    this.#pages++
  }

  /** @param {number} pages for how many there will be memory @param {number} moved by how many those that exist move up */
  #resize(pages, moved) {
    const cells = new Float64Array(PAGES + (pages << this.#pageBits))
    cells.set(this.#cells.subarray(0, PAGES))
    cells.set(this.#cells.subarray(PAGES), PAGES + (moved << this.#pageBits))
    const sums = new Float64Array(pages)
    sums.set(this.#sums, moved)
    this.#cells = cells
    this.#sums = sums
  }

  /** Counts a value beyond the limit. @param {number} value */
  recordOverflow(value) {
    this.#cells[OVERFLOW] += 1
    this.#note(value)
  }

  /** @param {number} value */
  #note(value) {
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  /** The smallest value of a whole number's bucket. @param {number} value from 1 up */
  lowestOf(value) {
    FLOAT[0] = value
    WORDS[HIGH] &= -1 << this.#shift
    WORDS[LOW] = 0
    return FLOAT[0]
  }

  /** Adds what another one has, whose powers of two are the same and not cut more coarsely. @param {HistogramBuckets} other */
  add(other) {
    // its smallest value is infinite, which would become one of these
    if (other.isEmpty) return
    const finer = other.#bits - this.#bits
    const length = 1 << other.#pageBits
    for (let entry = other.#lowest; entry < other.#directory.length; entry++) {
      if (other.#sum(entry) === 0) continue
      for (let bucket = 0; bucket < length; bucket++) {
        // of the same memory, a count is read before it is written
        const count = other.#cells[other.#directory[entry] + bucket]
        if (count > 0) this.#addToBucket((entry * length + bucket) >>> finer, count)
      }
    }
    const theirs = other.#cells
    this.#cells[OVERFLOW] += theirs[OVERFLOW]
    this.#addHead(other.#min, other.#max, theirs[ZERO])
  }

  /** Adds what Rust has counted, of the same division, which begins with 1. @param {HdrPages} counted */
  addCounts({ zeros, min, max, places, counts }) {
    places.forEach((place, at) => {
      this.#addToBucket(place, counts[at])
    })
    if (places.length > 0 || zeros > 0) this.#addHead(min, max, zeros)
  }

  /** @param {number} min @param {number} max @param {number} zeros */
  #addHead(min, max, zeros) {
    this.#note(min)
    this.#note(max)
    this.#cells[ZERO] += zeros
  }

  /**
   * Quantiles of what is not empty: the value of rank `⌈share · count⌉`, as its bucket knows it. Of any values it is the middle
   * of the bucket, and the first and the last rank are exact; of whole numbers it is the largest of the bucket, as HdrHistogram
   * reports it; beyond the limit it is the limit.
   * @param {Float64Array} shares ascending
   * @param {Float64Array} values one for each
   */
  quantiles(shares, values) {
    const { count, min, max } = this
    const entries = this.#directory.length
    const first = this.#isWhole ? 0 : 1
    let entry = this.#lowest
    /** how many values are below that entry */
    let before = this.#cells[ZERO]
    for (let at = 0; at < shares.length; at++) {
      const rank = Math.ceil(shares[at] * count)
      while (entry < entries && before + this.#sum(entry) < rank) before += this.#sum(entry++)
      if (rank >= count) values[at] = max
      else if (rank <= first) values[at] = min
      else if (rank <= this.#cells[ZERO]) values[at] = 0
      else {
        const value = entry < entries ? this.#valueIn(entry, this.#bucketAt(entry, rank - before)) : this.#limit
        values[at] = Math.min(Math.max(value, min), max)
      }
    }
  }

  /** The bucket of the value with a rank among those of a page, from the nearer end. @param {number} entry @param {number} rank */
  #bucketAt(entry, rank) {
    const cells = this.#cells
    const page = this.#directory[entry]
    const sum = this.#sum(entry)
    if (rank * 2 <= sum) {
      let bucket = 0
      for (let below = cells[page]; below < rank; below += cells[page + bucket]) bucket++
      return bucket
    }
    let bucket = (1 << this.#pageBits) - 1
    for (let above = sum - cells[page + bucket]; above >= rank; above -= cells[page + bucket]) bucket--
    return bucket
  }

  /** The value that stands for those in a bucket. @param {number} entry @param {number} bucket */
  #valueIn(entry, bucket) {
    WORDS[LOW] = 0
    WORDS[HIGH] = (((entry + this.#first) << this.#pageBits) + bucket) << this.#shift
    const lowest = FLOAT[0]
    WORDS[HIGH] += 1 << this.#shift
    const edge = FLOAT[0]
    return this.#isWhole ? Math.max(Math.ceil(edge) - 1, lowest) : lowest + (edge - lowest) / 2
  }

  /**
   * Lends the memory to a function of Rust's, for the time of its call.
   * @template Result
   * @param {(cells: Float64Array, directory: Uint32Array) => Result} read
   */
  lend(read) {
    this.#cells[MIN] = this.#min
    this.#cells[MAX] = this.#max
    return read(this.#cells, this.#directory)
  }
}

module.exports = { HistogramBuckets, exponentOf }
