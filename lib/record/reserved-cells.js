'use strict'

// The cells of the series of one label set. They are reserved in batches, so that most new series need no call of Rust.

const { TINY } = require('./layout')
const { NONE } = require('./node')

/** The largest batches, of cells and of heads of distributions. */
const MOST_CELLS = TINY ? 4 : 256
const MOST_HEADS = TINY ? 2 : 8
const NONE_RESERVED = new Uint32Array(0)

class ReservedCells {
  #family
  #shard
  #names
  /** the number of the label set in Rust, once a series has cells */
  #set = NONE
  /** cells that were reserved at once, for the next series */
  #cells = NONE_RESERVED
  /** how many of them series have */
  #used = 0
  /** how many are reserved next */
  #batch = 1

  /** @param {import('./types').Family} family @param {string[]} names of the labels */
  constructor(family, names) {
    this.#family = family
    this.#shard = family.shard
    this.#names = names
  }

  /** The number of the label set in Rust. */
  get labelSet() {
    // a family that was removed is there again from now on
    const { number } = this.#family.current()
    if (this.#set === NONE) this.#set = this.#shard.labelSet(number, this.#names)
    return this.#set
  }

  /** Whether cells are left of the present batch. */
  get hasReserved() {
    return this.#used < this.#cells.length
  }

  /** Makes sure that a cell is reserved for another series, which may call Rust. False if there is no room. */
  reserveNext() {
    return this.#used < this.#cells.length || this.#reserve()
  }

  /** The next cell. */
  get next() {
    return this.#cells[this.#used]
  }

  /** The next cell, for a series that has it from now on. 0 if there is no room for another one. */
  take() {
    return this.#used < this.#cells.length || this.#reserve() ? this.#cells[this.#used++] : 0
  }

  /**
   * Claims the cells of a series, by the log if it can name it: the index of the first one.
   * @param {string[]} strings of the labels
   * @param {number[]} places of those in the set's order
   */
  claim(strings, places) {
    // first, because it may forget the cells
    const { labelSet } = this
    if (this.reserveNext() && this.#shard.append(labelSet, this.next, strings, places)) return this.take()
    return this.register(strings, places)
  }

  /** The same by a call of Rust. @param {string[]} strings @param {number[]} places */
  register(strings, places) {
    return this.#shard.register(
      this.labelSet,
      places.map((place) => strings[place]),
    )
  }

  /** Whether another thread has the series with these values. @param {string[]} strings */
  isKnown(strings) {
    return this.#shard.isKnown(this.labelSet, strings)
  }

  /** Reserves cells, each time twice as many. False if there is no room for another series. */
  #reserve() {
    if (this.#names.length > 0 && this.#family.isFull) return false
    const cells = new Uint32Array(this.#batch)
    const count = this.#shard.reserve(this.labelSet, cells)
    this.#cells = count < cells.length ? cells.subarray(0, count) : cells
    this.#used = 0
    this.#batch = Math.min(2 * this.#batch, this.#family.isDistribution ? MOST_HEADS : MOST_CELLS)
    // from now on it is known without a call when there is room again
    if (count === 0) this.#family.watchRoom()
    return count > 0
  }

  /** The labels have another order from here on, which is another label set. @param {string[]} names */
  reorder(names) {
    this.#names = names
    this.#set = NONE
  }

  /** Forgets the cells, of which Rust has taken back those that no series has. */
  forgetCells() {
    this.#cells = NONE_RESERVED
    this.#used = 0
    this.#batch = 1
  }

  /** Rust has forgotten the label set, or all cells. */
  forget() {
    this.#set = NONE
    this.forgetCells()
  }

  /** Frees the label set, which has no series. */
  close() {
    if (this.#set !== NONE) this.#shard.dropLabelSets([this.#set])
    this.forget()
  }
}

module.exports = { ReservedCells }
