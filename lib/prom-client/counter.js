'use strict'

// Counters, as prom-client has them.

const { ATTACH, CONVERT } = require('./home')
const { Exemplars, checkExemplar } = require('./exemplars')
const { getLabels, isObject, plainLabels } = require('./labels')
const { Metric } = require('./metric')
const { notANumber, validateLabel } = require('./validation')

/** @typedef {import('./labels').Labels} Labels */

class Counter extends Metric {
  #plain
  #table
  /** @type {InstanceType<typeof Exemplars> | undefined} */
  #exemplars

  /** @param {any} config */
  constructor(config) {
    super(config, 'counter')
    const { family } = this.home
    this.#plain = family.instrument
    this.#table = family.table
    if (this.enableExemplars) {
      this.#exemplars = new Exemplars()
      this.inc = this.incWithExemplar
    }
  }

  [ATTACH]() {
    const { family } = this.home
    this.#plain = family.instrument
    this.#table = family.table
  }

  /** @param {any} [labels] or the amount @param {number | null} [value] the amount */
  inc(labels, value) {
    if (labels === undefined && value === undefined) this.#plain.inc()
    else if (isObject(labels)) this.#add(labels, value)
    else this.#plain.inc(amountOf(labels))
  }

  /** @param {Labels} labels @param {unknown} value */
  #add(labels, value) {
    const amount = amountOf(value)
    this.#find(labels).inc(amount)
  }

  /** @param {Labels} labels */
  #find(labels) {
    try {
      return this.#table.find(labels)
    } catch {
      validateLabel(this.labelNames, labels)
      return this.#table.find(plainLabels(labels))
    }
  }

  /** The same for any counter, with exemplars or not. @param {any} [labels] @param {number | null} [value] */
  incWithoutExemplar(labels, value) {
    Counter.prototype.inc.call(this, labels, value)
  }

  /** @param {{ labels?: Labels, value?: number, exemplarLabels?: Labels }} [options] */
  incWithExemplar({ labels = {}, value = 1, exemplarLabels } = {}) {
    this.incWithoutExemplar(labels, value)
    const series = this.#find(labels)
    const total = /** @type {InstanceType<typeof Exemplars>} */ (this.#exemplars).count(series, value)
    if (exemplarLabels === undefined) return
    checkExemplar(exemplarLabels)
    this.#exemplars?.set(series, undefined, exemplarLabels, total)
  }

  /** @param {...any} args labels, as an object or as values */
  labels(...args) {
    const labels = getLabels(this.labelNames, args)
    return { inc: (/** @type {number | null} */ value) => this.inc(labels, value) }
  }

  reset() {
    super.reset()
    this.#exemplars?.clear()
  }

  /** @param {import('./types').FamilyValues} family */
  [CONVERT](family) {
    const reading = super[CONVERT](family)
    if (this.#exemplars === undefined) return reading
    for (const each of reading.values) each.exemplar = this.#exemplars.get(this.#find(each.labels))
    return reading
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
