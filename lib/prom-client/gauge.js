'use strict'

// Gauges, as prom-client has them.

const { flatLabels } = require('../record/label-strings')
const { ATTACH, canWaitForHome } = require('./home')
const { findSeries, isObject } = require('./labels')
const { Metric } = require('./metric')
const { startTimer } = require('./timer')
const { notANumber } = require('./validation')

/** @typedef {import('./labels').Labels} Labels */

class Gauge extends Metric {
  /** @type {any} the series without labels, once it has a home */
  #plain
  /** @type {import('../record/types').LabelTable | undefined} */
  #table

  /** @param {any} config */
  constructor(config) {
    super(config, 'gauge')
    if (!canWaitForHome(this)) this[ATTACH]()
  }

  [ATTACH]() {
    const { family } = this.home
    this.#plain = family.instrument
    this.#table = family.table
  }

  /** @param {any} labels or the value @param {number} [value] */
  set(labels, value) {
    const isLabelled = isObject(labels)
    const next = isLabelled ? value : labels
    if (typeof next !== 'number') throw notANumber('Value', next)
    this.#find(isLabelled ? labels : undefined).set(next)
  }

  /** @param {Labels} [labels] */
  #find(labels) {
    if (this.#table === undefined) this[ATTACH]()
    if (labels === undefined) return this.#plain
    return findSeries(/** @type {import('../record/types').LabelTable} */ (this.#table), this.labelNames, labels)
  }

  /** @param {any} [labels] or the amount @param {number} [value] */
  inc(labels, value) {
    if (isObject(labels)) this.#add(labels, value, 1)
    else this.#add(undefined, labels, 1)
  }

  /** @param {any} [labels] or the amount @param {number} [value] */
  dec(labels, value) {
    if (isObject(labels)) this.#add(labels, value, -1)
    else this.#add(undefined, labels, -1)
  }

  /** @param {Labels | undefined} labels @param {number | null | undefined} value @param {1 | -1} sign */
  #add(labels, value, sign) {
    const delta = value === undefined || value === null ? sign : value * sign
    if (value !== undefined && value !== null && typeof value !== 'number') throw notANumber('Delta', value)
    const series = this.#find(labels)
    if (Number.isFinite(delta)) series.inc(delta)
    else series.set((series.value() ?? 0) + delta)
  }

  /** @param {Labels} [labels] */
  setToCurrentTime(labels) {
    this.set(labels ?? {}, Date.now() / 1000)
  }

  /** @param {Labels} [labels] @returns {(labels?: Labels) => number} */
  startTimer(labels) {
    return startTimer(labels, (all, seconds) => this.set(all ?? {}, seconds))
  }

  /** The value of a series, or 0. @param {Labels} [labels] @returns {number} */
  _getValue(labels) {
    return this.home.family.valueOf(flatLabels(labels)) ?? 0
  }

  /** @param {...any} args labels, as an object or as values */
  labels(...args) {
    const labels = this.labelsOf(args)
    return {
      inc: (/** @type {number | undefined} */ value) => this.inc(labels, value),
      dec: (/** @type {number | undefined} */ value) => this.dec(labels, value),
      set: (/** @type {number} */ value) => this.set(labels, value),
      setToCurrentTime: () => this.setToCurrentTime(labels),
      startTimer: () => this.startTimer(labels),
    }
  }
}

module.exports = { Gauge }
