'use strict'

// The labels of series as this thread gave them: Rust has strings where a call may have had numbers.

const { formsOf } = require('./walks')

class GivenLabels {
  #table
  /** @type {string[]} of the latest series */
  #names = []
  /** @type {import('./types').Tree | undefined} of these names, if it has values that are no strings */
  #mixed
  /** @type {number[]} for each step of the tree the place of its name */
  #places = []

  /** @param {import('./types').LabelTable} table */
  constructor(table) {
    this.#table = table
  }

  /**
   * @param {string[]} names the same array for series with the same names
   * @param {string[]} strings
   * @returns {Record<string, any>}
   */
  of(names, strings) {
    if (names !== this.#names) this.#open(names)
    const values = this.#mixed === undefined ? strings : formsOf(this.#mixed, strings, this.#places)
    // no name is that of an accessor: Prometheus reserves names like `__proto__`, and so Rust has escaped it
    /** @type {Record<string, any>} */
    const labels = {}
    for (let at = 0; at < names.length; at++) labels[names[at]] = values[at]
    return labels
  }

  /** @param {string[]} names */
  #open(names) {
    const tree = this.#table.peekTree(names)
    this.#names = names
    this.#mixed = tree?.isMixed ? tree : undefined
    this.#places = tree?.names.map((name) => names.indexOf(name)) ?? []
  }
}

module.exports = { GivenLabels }
