'use strict'

// This thread's memory for one collector. It is the only place that holds the arrays of cells; instruments borrow them into
// private fields. Whoever could reach an array could transfer or detach it, and every later write would vanish silently.

const binding = require('../native')
const { missingBinary, noExternalMemory } = require('../errors')
const { CHUNK_BITS, CHUNK_MASK, DIRECTORY, FAR, FULL, HISTOGRAM_ENTRIES } = require('./layout')
const { parsedValue } = require('./parsing')

/** @typedef {import('./types').Handle} Handle */

/** What an instrument holds, for HdrHistogram: only this package has the key. */
const HDR_PAGES = Symbol('tallystick hdrPages')

/**
 * For how long a handle may go by the extremes that it has read. It remembers them so that a value between them is compared with
 * no cell. In the cells they only grow apart, also where several handles write them, but for one thing: when a thread removes
 * series, Rust lets the extremes in that thread's cells begin anew. A handle that went on with the old ones would not be seen
 * again. What was remembered counts as long as this number stays.
 */
const extremes = { beginnings: 0 }

/** Called where Rust has let extremes of this thread begin anew. */
function forgetExtremes() {
  extremes.beginnings++
}

class Shard {
  /** @type {Handle} */
  #handle
  /** @type {Uint32Array} what keeps the collector; Rust sets its word when this thread should begin anew */
  #anchor
  /** what a thread finds again while it holds any instrument: a second shard would count its gauges twice */
  #home
  /** claims the cells of a series */
  #register
  /** @type {(Float64Array | undefined)[]} by chunk number */
  #chunks = []
  /** @type {(Int32Array | undefined)[]} the same memory as 32-bit words: directories and pages of distributions */
  #words = []
  /** @type {number[][]} by chunk number: where the pages are that its heads have in other chunks */
  #far = []
  /** @type {Uint32Array | undefined} where texts and label numbers are left for the next call */
  #scratch
  /** @type {Uint16Array} the same memory, for text */
  #units = new Uint16Array(0)
  /** @type {Map<number, number>} a counter's cell to its cell of downs */
  #downs = new Map()
  /** @type {Map<number, number>} a counter's cell to its cell of touches */
  #touches = new Map()

  /** how often this thread has begun anew */
  renewals = 0
  /** how many series this thread has claimed cells for */
  registrations = 0

  /** @param {Handle} handle @param {object} home the instruments of this shard */
  constructor(handle, home) {
    this.#handle = handle
    this.#home = home
    const anchor = binding.anchor(handle)
    if (anchor === null || this.#home === null) throw missingBinary('a handle was opened twice; please report this')
    this.#anchor = anchor
    this.#register = binding.registrar(handle)
  }

  /** What calls into Rust take first. */
  get handle() {
    return this.#handle
  }

  /** The chunk of a cell. @param {number} cell */
  cellsOf(cell) {
    return this.#chunks[cell >>> CHUNK_BITS] ?? this.#fetch(cell >>> CHUNK_BITS)
  }

  /** The chunk of a cell as 32-bit words. @param {number} cell */
  wordsOf(cell) {
    this.cellsOf(cell)
    return /** @type {Int32Array} */ (this.#words[cell >>> CHUNK_BITS])
  }

  /** @param {number} number */
  #fetch(number) {
    let cells
    try {
      cells = binding.chunk(this.#handle, number)
    } catch (cause) {
      throw noExternalMemory(cause)
    }
    if (!cells) throw missingBinary(`chunk ${number} was handed out before; please report this`)
    this.#chunks[number] = cells
    this.#words[number] = new Int32Array(cells.buffer, cells.byteOffset, cells.length * 2)
    this.#far[number] = []
    return cells
  }

  /** Adds to a cell by its index: for series without a handle. @param {number} cell @param {number} delta */
  add(cell, delta) {
    const cells = /** @type {Float64Array} */ (this.#chunks[cell >>> CHUNK_BITS])
    cells[cell & CHUNK_MASK] += delta
  }

  /**
   * Counts: ups in the cell itself, downs and zeros in cells of their own, made when first needed.
   * @param {number} cell a counter's
   * @param {number} delta finite
   */
  count(cell, delta) {
    if (delta > 0) this.add(cell, delta)
    else if (delta < 0) this.add(this.#beside(this.#downs, binding.downs, cell), -delta)
    else this.add(this.#beside(this.#touches, binding.touches, cell), 1)
  }

  /**
   * @param {Map<number, number>} known
   * @param {(handle: Handle, cell: number) => number} claim
   * @param {number} cell
   */
  #beside(known, claim, cell) {
    let beside = known.get(cell)
    if (beside === undefined) {
      beside = claim(this.#handle, cell)
      this.cellsOf(beside)
      known.set(cell, beside)
    }
    return beside
  }

  /**
   * Counts one more in a page that is not known yet, or in another chunk than its head.
   * @param {number} head
   * @param {number} entry of its directory
   * @param {number} known what the directory has there
   * @param {number} count which of the page's
   */
  countInPage(head, entry, known, count) {
    const page = known === 0 ? this.#page(head, entry) : this.#farPage(head, entry, known - FAR)
    const words = this.wordsOf(page)
    const at = 2 * (page & CHUNK_MASK) + count
    words[at] += 1
    if (words[at] === FULL) this.emptyPages(head)
  }

  /**
   * A page in another chunk than its head's. Where this thread has let go of that chunk, it moves.
   * @param {number} head
   * @param {number} entry
   * @param {number} number the page's place in the list of the head's chunk
   */
  #farPage(head, entry, number) {
    const far = this.#far[head >>> CHUNK_BITS]
    if (this.#chunks[far[number] >>> CHUNK_BITS] === undefined) far[number] = binding.page(this.#handle, head, entry)
    return far[number]
  }

  /** Makes the page of a distribution's directory entry. @param {number} head @param {number} entry */
  #page(head, entry) {
    const page = binding.page(this.#handle, head, entry)
    const number = head >>> CHUNK_BITS
    // Rust numbers the far pages of a chunk as they come
    if (page >>> CHUNK_BITS !== number) this.#far[number].push(page)
    return page
  }

  /** Takes the counts out of a distribution's pages, of which one is full. @param {number} head */
  emptyPages(head) {
    binding.emptyPages(this.#handle, head)
  }

  /** Whether most labelled series of this thread were removed, so that it should begin anew. */
  get isRenewalDue() {
    return this.#anchor[0] !== 0
  }

  /**
   * Lets go of the chunks with labelled series, and of the numbers of all texts. Rust folds what the chunks hold at once, and
   * gauges move to new cells. A kept handle has its own array and goes on there.
   */
  renew() {
    this.renewals++
    const chunks = new Set(binding.renew(this.#handle))
    forgetExtremes()
    for (const chunk of chunks) {
      this.#chunks[chunk] = undefined
      this.#words[chunk] = undefined
    }
    // a kept counter claims these again
    const isGone = (/** @type {number} */ cell) => chunks.has(cell >>> CHUNK_BITS)
    for (const known of [this.#downs, this.#touches]) {
      for (const [cell, beside] of known) if (isGone(cell) || isGone(beside)) known.delete(cell)
    }
  }

  /** Where the gauge that had this cell is now. @param {number} cell */
  gauge(cell) {
    return binding.gauge(this.#handle, cell)
  }

  /** The number of a text. @param {string} text well-formed */
  symbol(text) {
    if (this.#scratch === undefined) this.#openScratch()
    const units = this.#units
    const { length } = text
    if (length > units.length) return binding.symbolOf(this.#handle, text)
    for (let at = 0; at < length; at++) units[at] = text.charCodeAt(at)
    return binding.symbol(this.#handle, length)
  }

  /**
   * Claims the cells of a series.
   * @param {number} family
   * @param {number[]} names numbers of the labels' names
   * @param {number[]} values numbers of their values, and maybe more
   * @returns {number} its first cell
   */
  register(family, names, values) {
    const { length } = names
    if (length > 0) {
      const scratch = this.#scratch ?? this.#openScratch()
      for (let at = 0; at < length; at++) {
        scratch[2 * at] = names[at]
        scratch[2 * at + 1] = values[at]
      }
    }
    const cell = this.#register(family, length)
    this.registrations++
    this.cellsOf(cell)
    return cell
  }

  /** The current value, over all threads, of the series that has this cell. @param {number} cell @returns {any} */
  value(cell) {
    return parsedValue(binding.valueAt(this.#handle, cell))
  }

  #openScratch() {
    const scratch = binding.scratch(this.#handle)
    this.#units = new Uint16Array(scratch.buffer, scratch.byteOffset, scratch.length * 2)
    this.#scratch = scratch
    return scratch
  }
}

/** @type {Float64Array} what an instrument has for cells before its first use */
const NO_CELLS = new Float64Array(1)
/** @type {Int32Array} the directory of a distribution before its first use: it has no page */
const NO_WORDS = new Int32Array(2 * DIRECTORY + HISTOGRAM_ENTRIES)

module.exports = { HDR_PAGES, NO_CELLS, NO_WORDS, Shard, extremes, forgetExtremes }
