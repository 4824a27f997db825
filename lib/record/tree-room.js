'use strict'

// The room that the series of a tree take of their family's limit.

const { FOLDED, OVERFLOW, costOf, hashOf } = require('./room')

class TreeRoom {
  #family
  #cells
  #isLazy
  /** what the names take in each series */
  namesCost
  /** false for the series that stand for label sets without room */
  isCounted

  /**
   * @param {import('./types').Family} family
   * @param {string[]} names of the labels
   * @param {import('./types').ReservedCells} cells
   */
  constructor(family, names, cells) {
    this.#family = family
    this.#cells = cells
    this.#isLazy = family.Bound.isLazy
    this.namesCost = names.reduce((sum, name) => sum + costOf(name), 0)
    this.isCounted = names[0] !== OVERFLOW
  }

  /**
   * Claims the cells of a series, by the log unless its names take more room than others.
   * @param {string[]} strings
   * @param {number[]} places
   */
  claim(strings, places) {
    return this.namesCost === 0 ? this.#cells.claim(strings, places) : this.#cells.register(strings, places)
  }

  /** Whether there is room for another handle. Reserves cells, which may call Rust. */
  hasRoom() {
    return this.#isLazy ? this.#family.hasRoomForHandle(this.#cells.hasReserved) : this.#cells.reserveNext()
  }

  /** The room that strings take beyond that of their series. @param {string[]} strings */
  costOf(strings) {
    let cost = this.namesCost
    for (const string of strings) cost += costOf(string)
    return cost
  }

  /** Whether there is room for another handle with these values, which may take more of it. @param {string[]} strings */
  mayEnter(strings) {
    const cost = this.costOf(strings)
    return cost > 0 ? this.#family.room.hasRoomFor(1 + cost) : this.hasRoom()
  }

  /** Whether a handle with these values may claim cells. @param {string[]} strings */
  mayClaim(strings) {
    if (!this.isCounted) return true
    if (strings.includes(FOLDED)) return this.#family.room.hasRoomToFold || this.isKnown(strings)
    const cost = this.costOf(strings)
    const mayHave = cost > 0 ? this.#family.room.hasRoomFor(1 + cost) : this.#cells.reserveNext()
    return mayHave || this.isKnown(strings)
  }

  /** Whether another thread has the series with these values. @param {string[]} strings */
  isKnown(strings) {
    const { hasOthers, room } = this.#family
    const hash = () => strings.reduce((sum, string) => sum + hashOf(string), 0)
    return hasOthers && room.mayKnow(hash()) && this.#cells.isKnown(strings)
  }

  /** Counts handles that are in the tree. @param {string} string of their last label @param {number} change */
  count(string, change) {
    if (string === FOLDED) this.#family.foldedHandles += change
    else if (this.isCounted) this.#family.handles += change
  }
}

module.exports = { TreeRoom }
