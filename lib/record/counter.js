'use strict'

// Counters. Recording is one addition to a cell that belongs to this thread alone.

const { unexpectedLabels } = require('../errors/values')
const { labelled } = require('./labelled')
const { CHUNK_MASK, LARGE } = require('./layout')
const { checkedDelta } = require('./numbers')
const { OPEN, RESET, Series, nodeOf } = require('./series')
const { NO_CELLS } = require('./shard')

/** @typedef {import('./types').Node} Node */

/** @type {(counter: BoundCounter, delta: number) => void} the slow path */
let count

/**
 * One series. There are many of them: each field is a word, and so is the mark that V8 gives to an object with private methods,
 * which is why there are none.
 */
class BoundCounter extends Series {
  #cells
  /** its cell's index, 0 while it has none */
  #cell
  /** @type {{ decrements: number, zeros: number } | undefined} the sibling cells for deltas that are not above 0 */
  #siblings

  static isLazy = false

  static {
    count = (counter, delta) => {
      if (counter.#cell === 0) {
        const leaf = nodeOf(counter).tree.attach(counter)
        if (leaf !== counter) return leaf.inc(delta)
        counter[OPEN]()
      }
      if (delta <= 0) return countInSibling(counter, delta)
      const cells = counter.#cells
      const at = counter.#cell & CHUNK_MASK
      const sum = cells[at] + delta
      cells[at] = sum
      if (sum > LARGE) nodeOf(counter).tree.shard.fold(counter.#cell)
    }

    /** Counts in a sibling cell, so that each cell only goes up. @param {BoundCounter} counter @param {number} delta 0 or below */
    const countInSibling = (counter, delta) => {
      const { shard } = nodeOf(counter).tree
      counter.#siblings ??= { decrements: 0, zeros: 0 }
      const siblings = counter.#siblings
      if (delta < 0) {
        siblings.decrements ||= shard.decrements(counter.#cell)
        shard.add(siblings.decrements, -delta)
      } else {
        siblings.zeros ||= shard.zeros(counter.#cell)
        shard.add(siblings.zeros, 1)
      }
    }
  }

  /** @param {Node} node @param {string} key @param {number} [cell] */
  constructor(node, key, cell = 0) {
    super(node, key)
    this.#cells = cell === 0 ? NO_CELLS : node.tree.shard.cellsOf(cell)
    this.#cell = cell
    this.#siblings = undefined
  }

  /** @param {number | null} [delta] @param {unknown} [more] nothing */
  inc(delta, more) {
    if (more !== undefined) throw unexpectedLabels(more)
    if (delta === undefined && this.#cell !== 0) this.#cells[this.#cell & CHUNK_MASK] += 1
    else count(this, checkedDelta(delta))
  }

  [OPEN]() {
    if (this.#cell !== 0) return
    this.#cell = nodeOf(this).tree.register(this)
    this.#cells = nodeOf(this).tree.shard.cellsOf(this.#cell)
  }

  [RESET]() {
    this.#cells = NO_CELLS
    this.#cell = 0
    this.#siblings = undefined
  }

  /** @returns {number | undefined} */
  value() {
    return nodeOf(this).tree.value(this, this.#cell)
  }
}

/** The series without labels, and those with labels. */
class Counter extends labelled(BoundCounter) {
  #table

  /** @param {import('./types').Family} family */
  constructor(family) {
    super(family)
    this.#table = family.table
  }

  /** @param {import('../..').Labels} labels */
  labels(labels) {
    return this.#table.find(labels)
  }
}

/** @type {import('./types').Kind} */
const kind = {
  options: ['name', 'help', 'unit', 'labelNames', 'maxSeries', 'ttl'],
  Instrument: Counter,
  Bound: BoundCounter,
}

module.exports = { BoundCounter, Counter, kind }
