'use strict'

// Histograms, as prom-client has them: the counts at the user's bounds are exact.

const { OPEN } = require('../record/series')
const { exemplarAt, putExemplar } = require('./exemplars')
const { ATTACH } = require('./home')
const { findSeries, merged } = require('./labels')
const { Metric } = require('./metric')
const { startTimer } = require('./timer')
const { notANumber, validateLabel } = require('./validation')

/** @typedef {import('./labels').Labels} Labels */

/** In seconds. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** prom-client has no limit. The counts of this many buckets, with the head, fit into a chunk of 8,192 cells. */
const MOST_BUCKETS = 8000
/** The bound of the last bucket. */
const INFINITY = '+Inf'

class Histogram extends Metric {
  #plain
  #table

  /** @param {any} config */
  constructor(config) {
    super(config, 'histogram', { buckets: DEFAULT_BUCKETS })
    /** @type {readonly number[]} */
    this.upperBounds = /** @type {any} */ (this).buckets
    Object.freeze(this.upperBounds)
    const { family } = this.home
    this.#plain = family.instrument
    this.#table = family.table
    if (this.enableExemplars) this.observe = this.observeWithExemplar
  }

  [ATTACH]() {
    const { family } = this.home
    this.#plain = family.instrument
    this.#table = family.table
  }

  /** How its values are counted: also in more buckets than ours have, or in none but `+Inf`. */
  get distribution() {
    if (this.labelNames.includes('le')) throw new Error('le is a reserved label keyword')
    return { buckets: finiteAscending(/** @type {any} */ (this).buckets) }
  }

  /** @param {any} labels or the value @param {number} [value] */
  observe(labels, value) {
    if (typeof labels === 'object' && labels !== null) {
      if (!Number.isFinite(value)) throw notANumber('Value', value)
      findSeries(this.#table, this.labelNames, labels).observe(value)
    } else {
      const observed = labels === 0 || labels ? labels : value
      if (!Number.isFinite(observed)) throw notANumber('Value', observed)
      this.#plain.observe(observed)
    }
  }

  /** @param {any} labels @param {number} [value] */
  observeWithoutExemplar(labels, value) {
    Histogram.prototype.observe.call(this, labels, value)
  }

  /** @param {{ labels?: Labels, value?: number, exemplarLabels?: Labels }} [options] */
  observeWithExemplar({ labels, value, exemplarLabels = {} } = {}) {
    this.observeWithoutExemplar(labels, value)
    if (Object.keys(exemplarLabels).length === 0) return
    const series = labels === undefined ? this.#plain : findSeries(this.#table, this.labelNames, labels)
    putExemplar(series, /** @type {number} */ (value), exemplarLabels)
  }

  /** Shows a series with 0, or sets it to 0. @param {Labels} [labels] */
  zero(labels = {}) {
    validateLabel(this.labelNames, labels)
    this.remove(labels)
    findSeries(this.#table, this.labelNames, labels)[OPEN]()
  }

  /** @param {Labels} [labels] @param {Labels} [exemplarLabels] @returns {(labels?: Labels, exemplarLabels?: Labels) => number} */
  startTimer(labels, exemplarLabels) {
    if (!this.enableExemplars) return startTimer(labels, (all, seconds) => this.observe(all, seconds))
    return startTimer(labels, (all, value, /** @type {Labels | undefined} */ last) =>
      this.observeWithExemplar({ labels: all, value, exemplarLabels: merged(exemplarLabels, last) }),
    )
  }

  /** @param {...any} args labels, as an object or as values */
  labels(...args) {
    const labels = this.labelsOf(args)
    return {
      observe: (/** @type {number} */ value) => this.observeWithoutExemplar(labels, value),
      startTimer: () => this.startTimer(labels),
    }
  }

  /** Unlike a counter, it is not shown again before its next value. */
  reset() {
    super.reset()
    this.isZero = false
  }

  /**
   * @param {any[]} all
   * @param {import('./types').SeriesValues} series
   * @param {Labels} labels
   * @param {import('./types').FamilyValues} family
   */
  addValues(all, { numbers, exemplars = [] }, labels, { bounds }) {
    const { length } = bounds
    const [sum, count] = [numbers[length], numbers[length + 1]]
    const metricName = `${this.name}_bucket`
    /** @type {Labels} a copy of an object takes V8 half the time of one with another property before it */
    const labelled = { le: INFINITY, ...labels }
    for (let at = 0; at <= length; at++) {
      const own = { ...labelled }
      own.le = at < length ? bounds[at] : INFINITY
      const exemplar = exemplarAt(exemplars, at) ?? null
      all.push({ labels: own, value: at < length ? numbers[at] : count, metricName, exemplar })
    }
    all.push({ labels, value: sum, metricName: `${this.name}_sum`, exemplar: undefined })
    all.push({ labels, value: count, metricName: `${this.name}_count`, exemplar: undefined })
  }
}

/** @param {readonly number[]} bounds */
function finiteAscending(bounds) {
  const finite = bounds.filter(Number.isFinite)
  if (finite.length > MOST_BUCKETS)
    throw new RangeError(`buckets must be at most ${MOST_BUCKETS}, got ${finite.length}`)
  return [...new Set(finite)].sort((one, other) => one - other)
}

module.exports = { Histogram }
