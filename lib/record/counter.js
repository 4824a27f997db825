'use strict'

// Counters. Recording is one addition to a cell that belongs to this thread alone.

const { unexpectedLabels } = require('../errors/values')
const { labelled } = require('./labelled')
const { CHUNK_MASK, LARGE } = require('./layout')
const { checkedDelta } = require('./numbers')
const { OPEN, RESET, Series, nodeOf } = require('./series')
const { NO_CELLS } = require('./shard')

/** @typedef {import('./types').Node} Node */

/** One series. */
class BoundCounter extends Series {
  #cells = NO_CELLS
  /** its cell's index, 0 while it has none */
  #cell = 0
  /** @type {{ decrements: number, zeros: number } | undefined} the sibling cells for deltas that are not above 0 */
  #siblings = undefined

  /** @param {number | null} [delta] @param {unknown} [more] nothing */
  inc(delta, more) {
    if (more !== undefined) throw unexpectedLabels(more)
    if (delta === undefined && this.#cell !== 0) this.#cells[this.#cell & CHUNK_MASK] += 1
    else this.#count(checkedDelta(delta))
  }

  /** @param {number} delta */
  #count(delta) {
    if (this.#cell === 0) {
      const leaf = nodeOf(this).tree.attach(this)
      if (leaf !== this) return leaf.inc(delta)
      this[OPEN]()
    }
    if (delta > 0) {
      const cells = this.#cells
      const at = this.#cell & CHUNK_MASK
      const sum = cells[at] + delta
      cells[at] = sum
      if (sum > LARGE) nodeOf(this).tree.shard.fold(this.#cell)
    } else this.#countInSibling(delta)
  }

  /** Counts in a sibling cell, so that each cell only goes up. @param {number} delta 0 or below */
  #countInSibling(delta) {
    const { shard } = nodeOf(this).tree
    this.#siblings ??= { decrements: 0, zeros: 0 }
    const siblings = this.#siblings
    if (delta < 0) {
      siblings.decrements ||= shard.decrements(this.#cell)
      shard.add(siblings.decrements, -delta)
    } else {
      siblings.zeros ||= shard.zeros(this.#cell)
      shard.add(siblings.zeros, 1)
    }
  }

  /** @param {string[]} [texts] of its labels */
  [OPEN](texts) {
    if (this.#cell !== 0) return
    this.#cell = nodeOf(this).tree.register(this, texts)
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
  options: ['name', 'help', 'unit', 'labelNames'],
  Instrument: Counter,
  Bound: BoundCounter,
}

module.exports = { BoundCounter, Counter, kind }
