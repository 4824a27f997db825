'use strict'

// Histograms of any values: log-linear, or with bounds of the user's choice.

const { labelsApart, outOfRange } = require('../errors')
const { DistributionSeries, headOf, open, record, recordAny, recordBounded } = require('./distribution')
const { checkedNumber } = require('./numbers')
const { OPEN, nodeOf } = require('./series')
const { HDR_PAGES } = require('./shard')

/** @typedef {import('./types').Family} Family */

/** HdrHistogram's values are whole: three decimals are kept. */
const HDR_SCALE = 1000

/** One series. */
class BoundHistogram extends DistributionSeries {
  /** @type {number[] | undefined} */
  #bounds

  /** @param {import('./types').Node} node @param {string} key @param {number} [index] of its head */
  constructor(node, key, index = 0) {
    super(node, key, index)
    if (index !== 0) this.#bounds = node.tree.family.options().buckets
  }

  /** @param {number} value @param {unknown} [more] nothing */
  observe(value, more) {
    if (more !== undefined) throw labelsApart(more)
    if (typeof value === 'number' && record(this, value)) return
    this.#observe(value)
  }

  /** @param {number} value */
  #observe(value) {
    checkedNumber('histogram value', value)
    const { tree } = nodeOf(this)
    checkSign(value, tree.family)
    tree.shard.releaseRemoved()
    if (headOf(this) === 0) {
      const leaf = tree.attach(this)
      if (leaf !== this) return leaf.observe(value)
      this[OPEN]()
    }
    if (this.#bounds === undefined) recordAny(this, value)
    else recordBounded(this, this.#bounds, value)
  }

  [OPEN]() {
    if (headOf(this) !== 0) return
    open(this)
    this.#bounds = nodeOf(this).tree.family.options().buckets
  }

  /** @returns {import('../..').HistogramStats | undefined} */
  value() {
    return nodeOf(this).tree.value(this, headOf(this))
  }

  /** What HdrHistogram takes over; nothing with bounds. @param {number} [scale] */
  [HDR_PAGES](scale = HDR_SCALE) {
    const { tree } = nodeOf(this)
    if (tree.family.options().buckets !== undefined) return undefined
    return tree.hdrPages(this, headOf(this), scale)
  }
}

/** Only the user's bounds tell negative values apart. @param {number} value @param {Family} family */
function checkSign(value, family) {
  if (value >= 0 || family.options().buckets) return
  throw outOfRange('histogram value', value, 'at least 0 (make the histogram with buckets to record negative values)')
}

/** The series without labels, and the way to those with labels. */
class Histogram extends BoundHistogram {
  #family
  #table

  /** @param {Family} family */
  constructor(family) {
    super(family.plain.root, '')
    this.#family = family
    this.#table = family.table
  }

  get name() {
    return this.#family.name
  }

  /** @param {import('../..').Labels} labels */
  labels(labels) {
    return this.#table.find(labels)
  }

  /** @param {import('../..').Labels} [labels] */
  remove(labels) {
    return this.#family.remove(labels)
  }
}

module.exports = { BoundHistogram, Histogram }
