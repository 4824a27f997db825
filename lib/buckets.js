'use strict'

// Lists of upper bounds for histograms and timings.

const { notANumber, outOfRange } = require('./errors/values')
const { MAX_BUCKETS } = require('./record/options')

/** A float has 15 digits of a decimal: further ones come from its rounding. */
const DIGITS = 15

/** @type {typeof import('..').linearBuckets} */
function linearBuckets(start, width, count) {
  finite('start', start)
  if (!(finite('width', width) > 0)) throw outOfRange('width', width, 'above 0')
  return bounds(count, (at) => start + width * at)
}

/** @type {typeof import('..').exponentialBuckets} */
function exponentialBuckets(start, factor, count) {
  if (!(finite('start', start) > 0)) throw outOfRange('start', start, 'above 0')
  if (!(finite('factor', factor) > 1)) throw outOfRange('factor', factor, 'above 1')
  return bounds(count, (at) => start * factor ** at)
}

/** @param {string} what @param {unknown} value */
function finite(what, value) {
  if (typeof value !== 'number') throw notANumber(what, value)
  if (!Number.isFinite(value)) throw outOfRange(what, value, 'finite')
  return value
}

/** @param {number} count @param {(at: number) => number} boundOf */
function bounds(count, boundOf) {
  if (typeof count !== 'number') throw notANumber('count', count)
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_BUCKETS)) {
    throw outOfRange('count', count, `a whole number from 1 to ${MAX_BUCKETS}`)
  }
  const all = Array.from({ length: count }, (_, at) => plain(boundOf(at)))
  const isAscending = all.every((bound, at) => Number.isFinite(bound) && (at === 0 || all[at - 1] < bound))
  if (!isAscending) throw outOfRange('the list', all, 'finite and strictly ascending: choose a smaller count')
  return all
}

/** 0.3 rather than 0.30000000000000004, which would be the label. @param {number} bound */
function plain(bound) {
  return Number.isInteger(bound) ? bound : Number(bound.toPrecision(DIGITS))
}

module.exports = { exponentialBuckets, linearBuckets, plain }
