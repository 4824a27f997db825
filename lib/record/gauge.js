'use strict'

// Gauges. A cell of NaN is a gauge that nobody has set.

const { labelsApart } = require('../errors')
const { CHUNK_MASK, MERGE_LAST } = require('./layout')
const { now } = require('./clock')
const { checkedDelta, checkedNumber } = require('./numbers')
const { RecentHandles } = require('./recent')
const { NO_CELLS } = require('./shard')

/** @typedef {import('./types').Family} Family */

/** Before the first use. */
const NONE = -1

/** One series. */
class BoundGauge {
  /** @type {Family} */
  #family
  #shard
  #cells = NO_CELLS
  /** its cell's index, 0 before the first use of the series without labels */
  #cell
  /** how often this thread had begun anew when the cell was found: gauges move then */
  #renewals = NONE
  /** whether the next cell takes the time of setting */
  #timed = false

  /** @param {Family} family @param {number} cell */
  constructor(family, cell) {
    this.#family = family
    this.#shard = family.shard
    this.#cell = cell
    if (cell !== 0) this.#begin(cell)
  }

  /** @param {number} value @param {unknown} [more] nothing */
  set(value, more) {
    if (more !== undefined) throw labelsApart(more)
    // of all numbers only NaN and the infinities differ from themselves by something else than 0
    if (typeof value !== 'number' || value - value !== 0) checkedNumber('gauge value', value)
    if (this.#renewals !== this.#shard.renewals) this.#follow()
    const at = this.#cell & CHUNK_MASK
    this.#cells[at] = value
    if (this.#timed) this.#cells[at + 1] = now()
  }

  /** @param {number | null} [delta] @param {unknown} [more] nothing */
  inc(delta, more) {
    if (more !== undefined) throw labelsApart(more)
    this.#add(checkedDelta(delta))
  }

  /** @param {number | null} [delta] @param {unknown} [more] nothing */
  dec(delta, more) {
    if (more !== undefined) throw labelsApart(more)
    this.#add(-checkedDelta(delta))
  }

  /** @param {number} delta */
  #add(delta) {
    if (this.#renewals !== this.#shard.renewals) this.#follow()
    const at = this.#cell & CHUNK_MASK
    const value = this.#cells[at]
    this.#cells[at] = Number.isNaN(value) ? delta : value + delta
    if (this.#timed) this.#cells[at + 1] = now()
  }

  /** Finds the cell at the first use, and where it is when gauges may have moved. */
  #follow() {
    this.#begin(this.#cell === 0 ? this.#family.own() : this.#shard.gauge(this.#cell))
  }

  /** @param {number} cell */
  #begin(cell) {
    this.#cell = cell
    this.#cells = this.#shard.cellsOf(cell)
    this.#renewals = this.#shard.renewals
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
