'use strict'

// This thread's memory for one collector. It is the only place that holds the arrays of cells; instruments borrow them into
// private fields. Whoever could reach an array could transfer or detach it, and every later write would vanish silently.

const binding = require('../native')
const { missingBinary, noExternalMemory } = require('../errors')
const { CHUNK_BITS, CHUNK_MASK, DIRECTORY, FULL, HISTOGRAM_ENTRIES, LARGE } = require('./layout')
const { parsedValue } = require('./parsing')

/** @typedef {import('./types').Handle} Handle */

/** What an instrument holds, for HdrHistogram: only this package has the key. */
const HDR_PAGES = Symbol('tallystick hdrPages')

class Shard {
  /** @type {Handle} */
  #handle
  /** @type {Uint32Array} keeps the collector; Rust changes its word when another thread removes what this one holds */
  #anchor
  /** the word when this thread last released what was removed */
  #released = 0
  /** the instruments: a thread finds them while it holds any, as a second shard would count its gauges twice */
  #home
  /** claims the cells of a series */
  #register
  /** @type {(Float64Array | undefined)[]} by chunk number */
  #chunks = withoutPrototype()
  /** @type {(Int32Array | undefined)[]} the same memory as 32-bit words: directories and pages of distributions */
  #words = withoutPrototype()
  /** @type {Uint16Array | undefined} where texts are left for the next call */
  #scratch

  /** @param {Handle} handle @param {{ forget(removed: import('../../binding').RemovedNames[]): void }} home */
  constructor(handle, home) {
    this.#handle = handle
    this.#home = home
    const anchor = binding.anchor(handle)
    if (anchor === null) throw missingBinary('a handle was opened twice; please report this')
    this.#anchor = anchor
    this.#register = binding.registrar(handle)
  }

  /** What calls into Rust take first. */
  get handle() {
    return this.#handle
  }

  /** Its word changes when another thread has removed something that this one holds. */
  get removals() {
    return this.#anchor
  }

  /** Whether nothing was removed by other threads that is not released. */
  get isReleased() {
    return this.#anchor[0] === this.#released
  }

  /** Forgets the handles of what other threads have removed, and releases their cells. */
  releaseRemoved() {
    const word = this.#anchor[0]
    if (word === this.#released) return
    this.#released = word
    this.#home.forget(binding.releaseRemoved(this.#handle))
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
    if (!cells) throw missingBinary(`there is no chunk ${number}; please report this`)
    this.#chunks[number] = cells
    this.#words[number] = new Int32Array(cells.buffer, cells.byteOffset, cells.length * 2)
    return cells
  }

  /** Adds to a cell by its index. @param {number} cell @param {number} delta */
  add(cell, delta) {
    const cells = this.cellsOf(cell)
    const sum = cells[cell & CHUNK_MASK] + delta
    cells[cell & CHUNK_MASK] = sum
    if (sum > LARGE) this.fold(cell)
  }

  /** Claims a counter's cell of decrements. @param {number} cell a counter's */
  decrements(cell) {
    return binding.decrements(this.#handle, cell)
  }

  /** Claims a counter's cell of increments by zero. @param {number} cell a counter's */
  zeros(cell) {
    return binding.zeros(this.#handle, cell)
  }

  /** Moves what is claimed at a cell into Rust's totals: a count of it is full, or its sum is large. @param {number} cell */
  fold(cell) {
    binding.fold(this.#handle, cell)
  }

  /**
   * Counts one more in a page, which is made if it is new and may be in another chunk than its head.
   * @param {number} head
   * @param {number} entry of its directory
   * @param {number} count which of the page's
   */
  countInPage(head, entry, count) {
    const words = this.wordsOf(head)
    const at = 2 * ((head & CHUNK_MASK) + DIRECTORY) + entry
    if (words[at] === 0) binding.page(this.#handle, head, entry)
    const place = words[at]
    const isNear = place > 0
    const page = isNear ? words : this.wordsOf(-place)
    const cell = count + (isNear ? place : 2 * (-place & CHUNK_MASK))
    page[cell] += 1
    if (page[cell] === FULL) this.fold(head)
  }

  /** A number for the series of a family with these labels. @param {number} family @param {string[]} names */
  labelSet(family, names) {
    return binding.labelSet(this.#handle, family, names)
  }

  /**
   * Claims the cells of a series.
   * @param {number} set
   * @param {string[]} values of its labels, in the set's order
   * @returns {number} its first cell
   */
  register(set, values) {
    const cell = this.#leave(values)
      ? this.#register(set, values.length)
      : binding.registerValues(this.#handle, set, values)
    this.cellsOf(cell)
    return cell
  }

  /** Leaves texts in the scratch, each behind its length; false if they are too long. @param {string[]} texts */
  #leave(texts) {
    const { length } = texts
    if (length === 0) return true
    const scratch = this.#scratch ?? this.#openScratch()
    let end = 0
    for (let number = 0; number < length; number++) {
      const text = texts[number]
      const units = text.length
      if (end + 1 + units > scratch.length) return false
      scratch[end++] = units
      for (let at = 0; at < units; at++) scratch[end++] = text.charCodeAt(at)
    }
    return true
  }

  #openScratch() {
    const { buffer, byteOffset, length } = binding.scratch(this.#handle)
    this.#scratch = new Uint16Array(buffer, byteOffset, length * 2)
    return this.#scratch
  }

  /** The current value, over all threads, of the series that has this cell. @param {number} cell @returns {any} */
  value(cell) {
    return parsedValue(binding.valueAt(this.#handle, cell))
  }
}

/** An array whose elements no setter of the user's on `Array.prototype` can see. @returns {any[]} */
function withoutPrototype() {
  return Object.setPrototypeOf([], null)
}

/** @type {Float64Array} what an instrument has for cells before its first use */
const NO_CELLS = new Float64Array(1)
/** @type {Int32Array} the directory of a distribution before its first use: it has no page */
const NO_WORDS = new Int32Array(2 * DIRECTORY + HISTOGRAM_ENTRIES)
/** @type {Uint32Array} what a gauge has for the word of removals before its first use */
const NO_REMOVALS = new Uint32Array(1)

module.exports = { HDR_PAGES, NO_CELLS, NO_REMOVALS, NO_WORDS, Shard }
