'use strict'

// Counters, as prom-client has them.

const { lend } = require('../record/counter')
const { RESET } = require('../record/series')
const { exemplarAt, putExemplar } = require('./exemplars')
const { ATTACH, canWaitForHome } = require('./home')
const { findSeries, getLabels, hasLabels, isObject } = require('./labels')
const { Metric } = require('./metric')
const { notANumber } = require('./validation')

/** @typedef {import('./labels').Labels} Labels */

/** @type {Float64Array} its element 0 is undefined */
const NO_CELL = new Float64Array(0)

class Counter extends Metric {
  /** the cell of `#plain`, while that lends it: to count in it here makes `inc()` without arguments twice as fast */
  #cell = NO_CELL
  /** @type {any} the series without labels, once it has a home */
  #plain
  /** @type {import('../record/types').LabelTable | undefined} */
  #table

  /** @param {any} config */
  constructor(config) {
    super(config, 'counter')
    if (!canWaitForHome(this)) {
      this[ATTACH]()
      if (this.labelNames.length === 0) this.#borrow()
    }
    if (this.enableExemplars) this.inc = this.incWithExemplar
  }

  [ATTACH]() {
    const { family } = this.home
    this[RESET]()
    this.#plain = family.instrument
    this.#table = family.table
  }

  #borrow() {
    this.#cell = lend(this.#plain, this) ?? NO_CELL
  }

  /** Returns the cell that it has borrowed. */
  [RESET]() {
    this.#cell = NO_CELL
  }

  /** @param {any} [labels] or the amount @param {number | null} [value] the amount */
  inc(labels, value) {
    if (labels === undefined && value === undefined && this.#cell[0] !== undefined) this.#cell[0]++
    else if (isObject(labels)) this.#add(labels, value)
    else this.#addPlain(amountOf(labels))
  }

  /** @param {Labels} labels @param {unknown} value */
  #add(labels, value) {
    const amount = amountOf(value)
    if (this.labelNames.length === 0 && !hasLabels(labels)) return this.#addPlain(amount)
    this.#find(labels).inc(amount)
  }

  /** @param {Labels} [labels] */
  #find(labels) {
    if (this.#table === undefined) this[ATTACH]()
    if (labels === undefined) return this.#plain
    return findSeries(/** @type {import('../record/types').LabelTable} */ (this.#table), this.labelNames, labels)
  }

  /** @param {number} [amount] */
  #addPlain(amount) {
    if (amount === 1 && this.#cell[0] !== undefined) {
      this.#cell[0]++
      return
    }
    this.#find().inc(amount)
    if (this.#cell === NO_CELL) this.#borrow()
  }

  /** The same for any counter, with exemplars or not. @param {any} [labels] @param {number | null} [value] */
  incWithoutExemplar(labels, value) {
    Counter.prototype.inc.call(this, labels, value)
  }

  /** @param {{ labels?: Labels, value?: number, exemplarLabels?: Labels }} [options] */
  incWithExemplar({ labels, value = 1, exemplarLabels } = {}) {
    if (labels === undefined) this.#addPlain(amountOf(value))
    else this.incWithoutExemplar(labels, value)
    if (exemplarLabels === undefined) return
    const series = this.#find(labels)
    putExemplar(series, this.exemplarValue(series, value), exemplarLabels)
  }

  /** @param {import('../record/types').Leaf} _series @param {number} value that it was incremented by */
  exemplarValue(_series, value) {
    return value || 1
  }

  /** @param {...any} args labels, as an object or as values */
  labels(...args) {
    const labels = getLabels(this.labelNames, args)
    return { inc: (/** @type {number | null} */ value) => this.inc(labels, value) }
  }

  /** @param {any[]} all @param {import('./types').SeriesValues} series @param {Labels} labels */
  addValues(all, { numbers, exemplars }, labels) {
    const value = numbers[0]
    all.push(exemplars === undefined ? { value, labels } : { value, labels, exemplar: exemplarAt(exemplars, 0) })
  }
}

/** @param {any} value @returns {number | undefined} */
function amountOf(value) {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) throw notANumber('Value', value)
  if (value < 0) throw new Error('It is not possible to decrease a counter')
  return value
}

module.exports = { Counter }
