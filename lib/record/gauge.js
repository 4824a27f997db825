'use strict'

// Gauges. A cell of NaN is a gauge that nobody has set.

const { CHUNK_MASK, MERGE_LAST } = require('./layout')
const { now } = require('./clock')
const { RecentHandles } = require('./recent')
const { NO_CELLS, checkedDelta, checkedNumber } = require('./shard')

/** @typedef {import('./types').Family} Family */

/** One series. */
class BoundGauge {
  /** @type {Family} */
  #family
  /** @type {Float64Array} */
  #cells
  /** its cell's index, 0 before the first use */
  #cell
  /** whether the next cell takes the time of setting */
  #timed = false

  /** @param {Family} family @param {number} cell */
  constructor(family, cell) {
    this.#family = family
    this.#cells = NO_CELLS
    this.#cell = 0
    if (cell !== 0) this.#begin(cell)
  }

  /** @param {number} value */
  set(value) {
    // of all numbers only NaN and the infinities differ from themselves by something else than 0
    if (typeof value !== 'number' || value - value !== 0) checkedNumber('gauge value', value)
    if (this.#cell === 0) this.#begin(this.#family.own())
    const at = this.#cell & CHUNK_MASK
    this.#cells[at] = value
    if (this.#timed) this.#cells[at + 1] = now()
  }

  /** @param {number | null} [delta] */
  inc(delta) {
    this.#add(checkedDelta(delta))
  }

  /** @param {number | null} [delta] */
  dec(delta) {
    this.#add(-checkedDelta(delta))
  }

  /** @param {number} delta */
  #add(delta) {
    if (this.#cell === 0) this.#begin(this.#family.own())
    const at = this.#cell & CHUNK_MASK
    const value = this.#cells[at]
    this.#cells[at] = Number.isNaN(value) ? delta : value + delta
    if (this.#timed) this.#cells[at + 1] = now()
  }

  /** @param {number} cell */
  #begin(cell) {
    this.#cell = cell
    this.#cells = this.#family.shard.cellsOf(cell)
    this.#timed = this.#family.options().merge === MERGE_LAST
  }

  /** @returns {number | undefined} */
  value() {
    return this.#family.shard.value(this.#cell)
  }
}

/** The series without labels, and the way to those with labels. */
class Gauge extends BoundGauge {
  #family
  #recent

  /** @param {Family} family */
  constructor(family) {
    super(family, 0)
    this.#family = family
    this.#recent = family.keepRecent(new RecentHandles(family, (cell) => new BoundGauge(family, cell)))
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

module.exports = { BoundGauge, Gauge }
