'use strict'

// Checks the numbers that are passed to recordings, and converts durations to whole nanoseconds.

const { MAX_NANOS } = require('./layout')

const valueErrors = () => require('../errors/values')

const NANOS_PER_MILLI = 1e6

/**
 * The delta of a counter or gauge; 1 if it is absent.
 * @param {number | null | undefined} delta
 * @returns {number}
 */
function checkedDelta(delta) {
  if (delta === undefined || delta === null) return 1
  return checkedNumber('delta', delta)
}

/** What a source has counted. @param {unknown} total */
function checkedTotal(total) {
  const checked = checkedNumber('total', total)
  if (checked < 0) throw valueErrors().outOfRange('total', checked, 'at least 0')
  return checked
}

/** A finite number. @param {string} what @param {unknown} value @returns {number} */
function checkedNumber(what, value) {
  if (typeof value !== 'number') throw wrongType(what, value)
  if (!Number.isFinite(value)) throw valueErrors().outOfRange(what, value, 'finite')
  return value
}

/** Any number, also NaN and the infinities. @param {unknown} value @param {string} [what] @returns {number} */
function checkedGauge(value, what = 'gauge value') {
  if (typeof value !== 'number') throw wrongType(what, value)
  return value
}

/** If the value is an object, it is probably labels. @param {string} what @param {unknown} value @param {string} [expected] */
function wrongType(what, value, expected) {
  const isObject = typeof value === 'object' && value !== null
  return isObject
    ? valueErrors().labelsForNumber(what, value, expected)
    : valueErrors().notANumber(what, value, expected)
}

/** Whole nanoseconds within the range. @param {number} milliseconds */
function nanosOfMillis(milliseconds) {
  if (typeof milliseconds !== 'number') throw wrongType('milliseconds', milliseconds)
  // without rounding, a value at a bucket's bound could fall on the wrong side of it
  const nanos = Math.round(milliseconds * NANOS_PER_MILLI)
  if (nanos >= 0 && nanos <= MAX_NANOS) return nanos
  checkedNumber('milliseconds', milliseconds)
  return clamped(nanos)
}

/** Whole nanoseconds within the range. @param {number | bigint} nanoseconds */
function nanosOf(nanoseconds) {
  if (typeof nanoseconds === 'bigint') return clamped(Number(nanoseconds))
  if (typeof nanoseconds !== 'number') throw wrongType('nanoseconds', nanoseconds, 'a number or a bigint')
  return Math.round(clamped(checkedNumber('nanoseconds', nanoseconds)))
}

/** Clamps a duration to the range. Negative ones come from clocks that were set back. @param {number} duration */
function clamped(duration) {
  return Math.min(Math.max(duration, 0), MAX_NANOS)
}

module.exports = { NANOS_PER_MILLI, checkedDelta, checkedGauge, checkedNumber, checkedTotal, nanosOf, nanosOfMillis }
