'use strict'

// Histograms of any values: log-linear, or with the bounds of the option `buckets`.

const { outOfRange } = require('../errors/values')
const {
  DistributionSeries,
  NO_BOUNDS,
  boundsOf,
  headOf,
  askAfterSlowPath,
  open,
  record,
  recordAny,
  recordAnyBounded,
  recordBounded,
} = require('./distribution')
const { exemplarIn } = require('./exemplars')
const { labelled } = require('./labelled')
const { HISTOGRAM_ENTRIES, HISTOGRAM_FIRST } = require('./layout')
const { checkedNumber } = require('./numbers')
const { EXEMPLAR, OPEN, RESET, nodeOf } = require('./series')
const { readHdrPages, readValue } = require('./series-values')
const { HDR_PAGES } = require('./shard')

/** @typedef {import('./types').Family} Family */

/** HdrHistogram's values are whole: three decimals are kept. */
const HDR_SCALE = 1000

/** One series. */
class BoundHistogram extends DistributionSeries {
  /** @type {Float64Array} */
  #bounds = NO_BOUNDS

  /** @param {import('./types').Node} node @param {string} key @param {number} [index] of its head */
  constructor(node, key, index = 0) {
    super(node, key, index)
    if (index !== 0) this.#bounds = boundsOf(node.tree.family)
  }

  /** @param {number} value @param {unknown} [options] */
  observe(value, options) {
    if (options !== undefined) return this.#observe(value, options)
    if (typeof value === 'number' && (record(this, value) || recordBounded(this, this.#bounds, value))) return
    this.#observe(value)
  }

  /** @param {number} value @param {unknown} [options] */
  #observe(value, options) {
    checkedNumber('histogram value', value)
    const { tree } = nodeOf(this)
    const exemplar = options === undefined ? undefined : exemplarIn(options)
    checkSign(value, tree.family.options())
    tree.shard.releaseRemoved()
    if (headOf(this) === 0) {
      const leaf = tree.attach(this)
      if (leaf !== this) return leaf?.observe(value, options)
      this[OPEN]()
    }
    if (this.#bounds === NO_BOUNDS) recordAny(this, value)
    else recordAnyBounded(this, this.#bounds, value)
    if (exemplar === undefined) askAfterSlowPath(this, value)
    else this[EXEMPLAR](value, exemplar)
  }

  [OPEN]() {
    if (headOf(this) !== 0) return
    open(this)
    this.#bounds = boundsOf(nodeOf(this).tree.family)
  }

  [RESET]() {
    super[RESET]()
    this.#bounds = NO_BOUNDS
  }

  /** @returns {import('../..').HistogramStats | undefined} */
  value() {
    return readValue(this, headOf(this))
  }

  /** What HdrHistogram takes over; nothing with bounds. @param {number} [scale] */
  [HDR_PAGES](scale = HDR_SCALE) {
    const { tree } = nodeOf(this)
    if (tree.family.options().buckets !== undefined) return undefined
    return readHdrPages(this, headOf(this), scale)
  }
}

/** Negative values need bounds of the user. @param {number} value @param {{ buckets?: number[] }} options of the histogram */
function checkSign(value, { buckets }) {
  if (value >= 0 || buckets) return
  throw outOfRange('histogram value', value, 'at least 0 (make the histogram with buckets to record negative values)')
}

/** The series without labels, and those with labels. */
class Histogram extends labelled(BoundHistogram) {
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
  options: ['name', 'help', 'unit', 'labelNames', 'maxSeries', 'ttl', 'precision', 'buckets', 'quantiles', 'collect'],
  Instrument: Histogram,
  Bound: BoundHistogram,
  powers: { first: HISTOGRAM_FIRST, count: HISTOGRAM_ENTRIES },
  countsInBuckets: true,
}

module.exports = { BoundHistogram, Histogram, checkSign, kind }
