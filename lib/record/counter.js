'use strict'

// Counters. Recording is one addition to a cell that belongs to this thread alone.

const { labelsApart } = require('../errors')
const { CHUNK_MASK } = require('./layout')
const { checkedDelta } = require('./numbers')
const { RecentHandles } = require('./recent')
const { NO_CELLS } = require('./shard')

/** @typedef {import('./types').Family} Family */

/** One series. */
class BoundCounter {
  #family
  #cells = NO_CELLS
  /** its cell's index, 0 before the first use */
  #cell = 0

  /** @param {Family} family @param {number} cell 0 for the series without labels */
  constructor(family, cell) {
    this.#family = family
    if (cell === 0) return
    this.#cells = family.shard.cellsOf(cell)
    this.#cell = cell
  }

  /** @param {number | null} [delta] @param {unknown} [more] nothing */
  inc(delta, more) {
    if (more !== undefined) throw labelsApart(more)
    if (delta === undefined && this.#cell !== 0) this.#cells[this.#cell & CHUNK_MASK] += 1
    else this.#count(checkedDelta(delta))
  }

  /** @param {number} delta */
  #count(delta) {
    if (this.#cell === 0) this.#begin()
    if (delta > 0) this.#cells[this.#cell & CHUNK_MASK] += delta
    else this.#family.shard.count(this.#cell, delta)
  }

  #begin() {
    this.#cell = this.#family.own()
    this.#cells = this.#family.shard.cellsOf(this.#cell)
  }

  /** @returns {number | undefined} */
  value() {
    return this.#family.shard.value(this.#cell)
  }
}

/** The series without labels, and the way to those with labels. */
class Counter extends BoundCounter {
  #family
  #recent

  /** @param {Family} family */
  constructor(family) {
    super(family, 0)
    this.#family = family
    this.#recent = family.keepRecent(new RecentHandles(family, (cell) => new BoundCounter(family, cell)))
  }

  get name() {
    return this.#family.name
  }

  /** @param {import('../..').Labels} labels */
  labels(labels) {
    return this.#recent.find(labels)
  }

  /** @param {import('../..').Labels} [labels] */
  remove(labels) {
    return this.#family.remove(labels)
  }

  /** @returns {number | undefined} */
  value() {
    return this.#family.value()
  }
}

module.exports = { BoundCounter, Counter }
