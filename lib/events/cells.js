'use strict'

// The memory of a histogram object: log-linear counts that this thread alone writes. It belongs to JavaScript, because such
// objects come and go by the thousand, and an array of Rust's costs a call and a finaliser each. A power of two has a page, or
// several where it has many cells. The pages of neighbouring values are one run without gaps, in which a value finds its cell by
// one subtraction; pages far from it, which few histograms have, are found in a directory.

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

class Cells {
  /** head, run, pages far from it, and room for more of those */
  #cells
  /** by how much the number of a cell in the run, read off the value's upper half, is above its place */
  #origin = 0
  /** where the run ends, */
  #runEnd = PAGES
  /** and where the room begins */
  #end = PAGES
  /** the first entry of the run */
  #runFirst = 0
  /** @type {Uint32Array} for each page's worth of cells the place of the page, 0 where there is none */
  #directory
  /** a value's biased exponent and the next bits of its fraction, of the directory's first entry */
  #first
  /** the bits of the upper half below those */
  #entryShift
  /** the first entry that has a page */
  #lowest
  #bits
  #shift
  /** how many cells a page has */
  #length
  #limit
  #isWhole

  /**
   * @param {object} division
   * @param {number} division.bits of a value's fraction that choose its cell
   * @param {number} division.first the exponent of the smallest power of two; what is below counts in its first cell
   * @param {number} division.limit the largest value that has a cell
   * @param {boolean} division.isWhole whether values are whole numbers
   */
  constructor({ bits, first, limit, isWhole }) {
    this.#cells = new Float64Array(PAGES)
    const powers = Math.max(1, exponentOf(limit) - first + 1)
    let pagesBits = Math.max(0, bits - PAGE_BITS)
    while (pagesBits > 0 && powers * 2 ** pagesBits > MOST_PAGES) pagesBits--
    this.#directory = new Uint32Array(powers * 2 ** pagesBits)
    this.#first = (first + EXPONENT_BIAS) * 2 ** pagesBits
    this.#entryShift = HIGH_FRACTION_BITS - pagesBits
    this.#lowest = this.#directory.length
    this.#bits = bits
    this.#shift = HIGH_FRACTION_BITS - bits
    this.#length = 1 << (bits - pagesBits)
    this.#limit = limit
    this.#isWhole = isWhole
    this.clear()
  }

  /** Forgets all values and keeps the memory for the next ones. */
  clear() {
    this.#cells.fill(0)
    this.#cells[MIN] = Number.POSITIVE_INFINITY
    this.#cells[MAX] = Number.NEGATIVE_INFINITY
  }

  get isEmpty() {
    return this.#cells[MIN] === Number.POSITIVE_INFINITY
  }

  get min() {
    return this.#cells[MIN]
  }

  get max() {
    return this.#cells[MAX]
  }

  get overflow() {
    return this.#cells[OVERFLOW]
  }

  get count() {
    const cells = this.#cells
    let count = cells[ZERO]
    for (let at = OVERFLOW; at < cells.length; at++) count += cells[at]
    return count
  }

  /** What a histogram tells of itself: nothing while it is empty. @param {Quantiles} quantiles */
  snapshot(quantiles) {
    if (this.isEmpty) return {}
    return quantiles.snapshot(this, (shares, answers) => this.quantiles(shares, answers))
  }

  /** How many values a page has. @param {number} entry */
  #sum(entry) {
    const page = this.#directory[entry]
    const cells = this.#cells
    let sum = 0
    if (page !== 0) for (let at = page; at < page + this.#length; at++) sum += cells[at]
    return sum
  }

  /** Counts a value whose page is in the run. False if nothing was counted. @param {number} value @param {number} count */
  recordInRun(value, count) {
    FLOAT[0] = value
    const at = (WORDS[HIGH] >>> this.#shift) - this.#origin
    if (at < PAGES || at >= this.#runEnd) return false
    const cells = this.#cells
    cells[at] += count
    if (value < cells[MIN]) cells[MIN] = value
    if (value > cells[MAX]) cells[MAX] = value
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
      const high = WORDS[HIGH]
      const entry = (high >>> this.#entryShift) - this.#first
      // one below the first power of two counts in its first cell; a new page may be in a new array
      const place = entry < 0 ? this.#page(0) : this.#page(entry) + ((high >>> this.#shift) & (this.#length - 1))
      this.#cells[place] += count
    }
    this.#note(unsigned)
  }

  /** The place of an entry's page, made if it is new. @param {number} entry */
  #page(entry) {
    if (this.#directory[entry] === 0) this.#addPage(entry)
    return this.#directory[entry]
  }

  /** @param {number} entry */
  #addPage(entry) {
    const pages = (this.#runEnd - PAGES) / this.#length
    const first = pages === 0 ? entry : this.#runFirst
    const low = Math.min(entry, first)
    const high = Math.max(entry, first + pages - 1)
    this.#lowest = Math.min(this.#lowest, entry)
    if (this.#end === this.#runEnd && high - low < MOST_IN_RUN) this.#extendRun(low, high - low + 1)
    else this.#addFarPage(entry)
  }

  /** @param {number} first its first entry from now on @param {number} pages how many there will be */
  #extendRun(first, pages) {
    const length = this.#length
    const cells = new Float64Array(PAGES + pages * length)
    cells.set(this.#cells.subarray(0, PAGES))
    cells.set(this.#cells.subarray(PAGES), PAGES + Math.max(0, this.#runFirst - first) * length)
    for (let page = 0; page < pages; page++) this.#directory[first + page] = PAGES + page * length
    this.#cells = cells
    this.#runFirst = first
    this.#origin = (this.#first + first) * length - PAGES
    this.#end = cells.length
    this.#runEnd = cells.length
  }

  /** @param {number} entry */
  #addFarPage(entry) {
    const place = this.#end
    this.#end += this.#length
    if (this.#end > this.#cells.length) {
      // a quarter more, so that many pages are not copied for each of them
      const cells = new Float64Array(this.#end + (place >>> 2) - ((place >>> 2) % this.#length))
      cells.set(this.#cells)
      this.#cells = cells
    }
    this.#directory[entry] = place
  }

  /** Counts a value beyond the limit. @param {number} value */
  recordOverflow(value) {
    this.#cells[OVERFLOW] += 1
    this.#note(value)
  }

  /** @param {number} value */
  #note(value) {
    const cells = this.#cells
    if (value < cells[MIN]) cells[MIN] = value
    if (value > cells[MAX]) cells[MAX] = value
  }

  /** The smallest value of a whole number's cell. @param {number} value from 1 up */
  lowestOf(value) {
    FLOAT[0] = value
    WORDS[HIGH] &= -1 << this.#shift
    WORDS[LOW] = 0
    return FLOAT[0]
  }

  /** Adds what another one has, whose powers of two are the same and not cut more coarsely. @param {Cells} other */
  add(other) {
    // its smallest value is infinite, which would become one of these
    if (other.isEmpty) return
    const finer = other.#bits - this.#bits
    const length = other.#length
    for (let entry = other.#lowest; entry < other.#directory.length; entry++) {
      if (other.#directory[entry] === 0) continue
      for (let cell = 0; cell < length; cell++) {
        // of the same memory, a count is read before it is written
        const count = other.#cells[other.#directory[entry] + cell]
        if (count > 0) this.#addCell((entry * length + cell) >>> finer, count)
      }
    }
    const theirs = other.#cells
    this.#cells[OVERFLOW] += theirs[OVERFLOW]
    this.#addHead(theirs[MIN], theirs[MAX], theirs[ZERO])
  }

  /** Adds what Rust has counted, of the same division, which begins with 1. @param {HdrPages} counted */
  addCounts({ zeros, min, max, places, counts }) {
    places.forEach((place, at) => {
      this.#addCell(place, counts[at])
    })
    if (places.length > 0 || zeros > 0) this.#addHead(min, max, zeros)
  }

  /** @param {number} place of the cell among all of the directory @param {number} count */
  #addCell(place, count) {
    const page = this.#page(Math.floor(place / this.#length))
    this.#cells[page + (place % this.#length)] += count
  }

  /** @param {number} min @param {number} max @param {number} zeros */
  #addHead(min, max, zeros) {
    this.#note(min)
    this.#note(max)
    this.#cells[ZERO] += zeros
  }

  /**
   * Quantiles of what is not empty: the value of rank `⌈share · count⌉`, as its cell knows it. Of any values it is the middle
   * of the cell, and the first and the last rank are exact; of whole numbers it is the largest of the cell, as HdrHistogram
   * tells it; beyond the limit it is the limit.
   * @param {Float64Array} shares ascending
   * @param {Float64Array} answers one for each
   */
  quantiles(shares, answers) {
    const { count, min, max } = this
    const entries = this.#directory.length
    const first = this.#isWhole ? 0 : 1
    let entry = this.#lowest
    let sum = this.#sum(entry)
    /** how many values are below that entry */
    let before = this.#cells[ZERO]
    for (let at = 0; at < shares.length; at++) {
      const rank = Math.ceil(shares[at] * count)
      while (entry < entries && before + sum < rank) {
        before += sum
        sum = this.#sum(++entry)
      }
      if (rank >= count) answers[at] = max
      else if (rank <= first) answers[at] = min
      else if (rank <= this.#cells[ZERO]) answers[at] = 0
      else {
        const told = entry < entries ? this.#told(entry, this.#cellOf(entry, rank - before)) : this.#limit
        answers[at] = Math.min(Math.max(told, min), max)
      }
    }
  }

  /** The cell of the value with a rank among those of a page. @param {number} entry @param {number} rank */
  #cellOf(entry, rank) {
    const cells = this.#cells
    const page = this.#directory[entry]
    let cell = 0
    for (let below = cells[page]; below < rank; below += cells[page + cell]) cell++
    return cell
  }

  /** What is told of a value in a cell. @param {number} entry @param {number} cell */
  #told(entry, cell) {
    WORDS[LOW] = 0
    WORDS[HIGH] = ((entry + this.#first) << this.#entryShift) + (cell << this.#shift)
    const lowest = FLOAT[0]
    WORDS[HIGH] += 1 << this.#shift
    const edge = FLOAT[0]
    return this.#isWhole ? Math.max(Math.ceil(edge) - 1, lowest) : lowest + (edge - lowest) / 2
  }

  /**
   * Lends the memory to a function of Rust's, for the time of its call.
   * @template Answer
   * @param {(cells: Float64Array, directory: Uint32Array) => Answer} read
   */
  lend(read) {
    return read(this.#cells, this.#directory)
  }
}

module.exports = { Cells, exponentOf }
