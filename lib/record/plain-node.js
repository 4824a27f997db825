'use strict'

// The node of the series without labels, which has no keys. Its tree is made when it records: many families have labelled series only.

const { Tree } = require('./tree')

/** @type {string[]} */
const NO_NAMES = []

class PlainNode {
  #family
  /** @type {import('./types').Tree | undefined} */
  #tree
  parent = undefined
  key = ''
  names = NO_NAMES

  /** @param {import('./types').Family} family */
  constructor(family) {
    this.#family = family
  }

  get shard() {
    return this.#family.shard
  }

  get tree() {
    this.#tree ??= new Tree(this.#family, NO_NAMES, '[]', /** @type {any} */ (this))
    return this.#tree
  }

  /** Rust has forgotten all cells. */
  forgetCells() {
    this.#tree?.forgetCells()
  }
}

module.exports = { PlainNode }
