'use strict'

// Summaries, as prom-client has them. Their quantiles come from log-linear buckets, within 0.8 %, instead of a t-digest.

const { LEAST_AGE, LONGEST_TIMER, MOST_AGE_BUCKETS } = require('../record/options')
const { OPEN } = require('../record/series')
const { recordAny } = require('../record/distribution')
const { ATTACH, COLLECT, LISTED } = require('./home')
const { findSeries, isObject } = require('./labels')
const { Metric } = require('./metric')
const { readValues } = require('./readings')
const { startTimer } = require('./timer')
const { notANumber } = require('./validation')
const { startWindow } = require('./window-clock')

/** @typedef {import('./labels').Labels} Labels */

const DEFAULT_PERCENTILES = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999]
const PRECISION = 2

class Summary extends Metric {
  #plain
  #table

  /** @param {any} config */
  constructor(config) {
    super(config, 'histogram', { percentiles: DEFAULT_PERCENTILES, compressCount: 1000 })
    this.type = 'summary'
    /** @type {number | undefined} */
    this.maxAgeSeconds = config.maxAgeSeconds
    /** @type {number | undefined} */
    this.ageBuckets = config.ageBuckets
    this.pruneAgedBuckets = Boolean(config.pruneAgedBuckets)
    const { family } = this.home
    prepare(family)
    this.#plain = family.instrument
    this.#table = family.table
  }

  [ATTACH]() {
    const { family } = this.home
    prepare(family)
    this.#plain = family.instrument
    this.#table = family.table
  }

  /** How its values are counted. */
  get distribution() {
    if (this.labelNames.includes('quantile')) throw new Error('quantile is a reserved label keyword')
    /** @type {number[]} */
    const percentiles = /** @type {any} */ (this).percentiles
    const quantiles = [...new Set(percentiles)].filter((each) => each >= 0 && each <= 1)
    return { precision: PRECISION, quantiles: quantiles.sort((one, other) => one - other), ...windowOf(this) }
  }

  /** @param {any} labels or the value @param {number} [value] */
  observe(labels, value) {
    if (isObject(labels)) {
      if (!Number.isFinite(value)) throw notANumber('Value', value)
      record(findSeries(this.#table, this.labelNames, labels), /** @type {number} */ (value))
    } else {
      const observed = labels === 0 || labels ? labels : value
      if (!Number.isFinite(observed)) throw notANumber('Value', observed)
      record(this.#plain, observed)
    }
  }

  /** @param {Labels} [labels] @returns {(labels?: Labels) => number} */
  startTimer(labels) {
    return startTimer(labels, (all, seconds) => this.observe(all, seconds))
  }

  /** @param {...any} args labels, as an object or as values */
  labels(...args) {
    const labels = this.labelsOf(args)
    return {
      observe: (/** @type {number} */ value) => this.observe(labels, value),
      startTimer: () => this.startTimer(labels),
    }
  }

  /**
   * With `pruneAgedBuckets`, removes the series whose window is empty before each reading.
   * @returns {PromiseLike<unknown> | undefined}
   */
  [COLLECT]() {
    const collected = super[COLLECT]()
    return this.pruneAgedBuckets ? this.#prune(collected) : collected
  }

  /** @param {PromiseLike<unknown> | undefined} collected */
  async #prune(collected) {
    await collected
    const { family, instruments } = this.home
    const [{ series }] = await readValues(instruments, { families: [this[LISTED]()] })
    const aged = series.filter(({ numbers }) => Number.isNaN(numbers[0]))
    for (const { names, values } of aged) family.removeSeries(names.flatMap((name, at) => [name, values[at]]))
    if (aged.length > 0) this.isZero = false
  }

  /** Unlike a counter, it shows all its series again, with 0. */
  reset() {
    const known = this.#table.labelSets()
    super.reset()
    for (const labels of known) findSeries(this.#table, this.labelNames, labels)
  }

  /**
   * @param {any[]} all
   * @param {import('./types').SeriesValues} series
   * @param {Labels} labels
   * @param {import('./types').FamilyValues} family
   */
  addValues(all, { numbers }, labels, { bounds }) {
    const { length } = bounds
    // a copy of an object takes V8 half the time of one with another property before it
    const labelled = { quantile: 0, ...labels }
    for (let at = 0; at < length; at++) {
      const own = { ...labelled }
      own.quantile = bounds[at]
      all.push({ labels: own, value: numbers[at] || 0 })
    }
    all.push({ metricName: `${this.name}_sum`, labels, value: numbers[length] })
    all.push({ metricName: `${this.name}_count`, labels, value: numbers[length + 1] })
  }
}

/** How long values count in its quantiles; for ever without these options. @param {any} summary */
function windowOf({ maxAgeSeconds, ageBuckets }) {
  const maxAge = Number(maxAgeSeconds) * 1000
  const steps = Math.round(Number(ageBuckets))
  if (!(maxAge > 0) || !(steps > 0)) return {}
  return {
    isSummary: true,
    maxAge: Math.min(Math.max(maxAge, LEAST_AGE), LONGEST_TIMER),
    ageBuckets: Math.min(steps, MOST_AGE_BUCKETS),
  }
}

/**
 * Loads now what a first value needs, because under Jest the timer of a default metric may outlive its test file.
 * @param {import('../record/types').Family} family that was just made
 */
function prepare(family) {
  family.layoutOf(true)
  family.layoutOf(false)
  startWindow()
}

/** The sum of values below 0 is exact; in quantiles they count as 0. @param {any} series @param {number} value */
function record(series, value) {
  if (value >= 0) return series.observe(value)
  series[OPEN]()
  recordAny(series, value)
}

module.exports = { Summary }
