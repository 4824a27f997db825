'use strict'

// Gauges. A gauge that was never set has no cell.

const { unexpectedArgument } = require('../errors/values')
const { labelled } = require('./labelled')
const { CHECK, CHUNK_MASK, MERGE_LAST, TIME } = require('./layout')
const { now } = require('./clock')
const { checkedDelta, checkedGauge } = require('./numbers')
const { RESET, Series, nodeOf } = require('./series')
const { readValue } = require('./series-values')
const { NO_CELLS, NO_REMOVALS, NO_WORDS } = require('./shard')

/** One series. */
class BoundGauge extends Series {
  #cells = NO_CELLS
  /** its cell's index, 0 while it has none */
  #cell = 0
  /** a gauge that another thread has removed must reappear when it is set, even to the same value */
  #removals = NO_REMOVALS
  /** whether two more cells hold the time of setting and a check; `#words` are the same cells as 32-bit words */
  #timed = false
  #words = NO_WORDS

  static isLazy = true

  /** @param {number} value @param {unknown} [more] nothing */
  set(value, more) {
    if (more !== undefined) throw unexpectedArgument('a gauge takes one value', more)
    if (typeof value !== 'number') checkedGauge(value)
    if (this.#removals[0] !== 0) {
      const leaf = this.#leaf()
      if (leaf !== this) return leaf?.set(value)
      this.#claim()
    }
    this.#cells[this.#cell & CHUNK_MASK] = value
    if (this.#timed) this.#note()
  }

  /** @param {number | null} [delta] @param {unknown} [more] nothing */
  inc(delta, more) {
    if (more !== undefined) throw unexpectedArgument('a gauge takes one value', more)
    this.#add(checkedDelta(delta))
  }

  /** @param {number | null} [delta] @param {unknown} [more] nothing */
  dec(delta, more) {
    if (more !== undefined) throw unexpectedArgument('a gauge takes one value', more)
    this.#add(-checkedDelta(delta))
  }

  /** @param {number} delta */
  #add(delta) {
    if (this.#removals[0] !== 0) {
      const leaf = this.#leaf()
      if (leaf !== this) return leaf?.inc(delta)
      // a gauge that is not set starts at 0
      if (this.#cell === 0) return this.set(delta)
      this.#claim()
    }
    const at = this.#cell & CHUNK_MASK
    const value = this.#cells[at] + delta
    this.#cells[at] = value
    if (this.#timed) this.#note()
  }

  /** The series' handle: this one, unless it was removed and the series has a new handle; none once the gauge is unregistered. */
  #leaf() {
    const { tree } = nodeOf(this)
    tree.shard.releaseRemoved()
    return this.#cell === 0 ? tree.attach(this) : this
  }

  /** Claims its cells if it has none. */
  #claim() {
    if (this.#cell !== 0) return
    const { tree } = nodeOf(this)
    this.#cell = tree.register(this)
    this.#cells = tree.shard.cellsOf(this.#cell)
    this.#words = tree.shard.wordsOf(this.#cell)
    this.#timed = tree.family.options().merge === MERGE_LAST
    this.#removals = tree.shard.removals
  }

  /** Notes when the value was set, and a check of both: a reader may see the three stores in any order. */
  #note() {
    const at = this.#cell & CHUNK_MASK
    this.#cells[at + TIME] = now()
    const words = this.#words
    const value = 2 * at
    const time = 2 * (at + TIME)
    const check = 2 * (at + CHECK)
    words[check] = words[value] ^ words[time]
    words[check + 1] = words[value + 1] ^ words[time + 1]
  }

  [RESET]() {
    this.#cells = NO_CELLS
    this.#words = NO_WORDS
    this.#cell = 0
    this.#removals = NO_REMOVALS
  }

  /** @returns {number | undefined} */
  value() {
    return readValue(this, this.#cell)
  }
}

/** The series without labels, and those with labels. */
class Gauge extends labelled(BoundGauge) {
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
  options: ['name', 'help', 'unit', 'labelNames', 'maxSeries', 'ttl', 'merge', 'collect'],
  Instrument: Gauge,
  Bound: BoundGauge,
}

module.exports = { BoundGauge, Gauge, kind }
