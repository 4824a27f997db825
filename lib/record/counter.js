'use strict'

// Counters. Recording is one addition to a cell that belongs to this thread alone.

const { CHUNK_MASK } = require('./layout')
const { NO_CELLS, checkedDelta } = require('./shard')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Shard} Shard */

/** One series. */
class BoundCounter {
  /** @type {Shard} */
  #shard
  /** @type {Float64Array} */
  #cells
  /** its cell's index, 0 before the first use */
  #cell
  /** @type {Family | undefined} what a series without labels is registered with at its first use */
  #family

  /** @param {Shard} shard @param {number} cell @param {Family} [family] */
  constructor(shard, cell, family) {
    this.#shard = shard
    this.#cells = cell === 0 ? NO_CELLS : shard.cellsOf(cell)
    this.#cell = cell
    this.#family = family
  }

  /** @param {number | null} [delta] */
  inc(delta) {
    if (delta === undefined && this.#cell !== 0) this.#cells[this.#cell & CHUNK_MASK] += 1
    else this.#count(checkedDelta(delta))
  }

  /** @param {number} delta */
  #count(delta) {
    if (this.#family !== undefined && this.#cell === 0) this.#begin(this.#family)
    if (delta > 0) this.#cells[this.#cell & CHUNK_MASK] += delta
    else this.#shard.count(this.#cell, delta)
  }

  /** @param {Family} family */
  #begin(family) {
    this.#cell = family.own()
    this.#cells = this.#shard.cellsOf(this.#cell)
  }

  /** @returns {number | undefined} */
  value() {
    return this.#shard.value(this.#cell)
  }
}

/** The series without labels, and the way to those with labels. */
class Counter extends BoundCounter {
  #family

  /** @param {Family} family */
  constructor(family) {
    super(family.shard, 0, family)
    this.#family = family
  }

  get name() {
    return this.#family.name
  }

  /** @param {import('../..').Labels} labels */
  labels(labels) {
    const family = this.#family
    return new BoundCounter(family.shard, family.find(labels))
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
