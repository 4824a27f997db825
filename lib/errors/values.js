'use strict'

// Errors about what is passed to a recording: names, values, labels and functions.

const { coded, shown } = require('./coded')

/** @param {unknown} name @param {string} [what] */
function invalidName(name, what = 'a metric name') {
  return coded(TypeError, 'ERR_TALLYSTICK_NAME', `${what} must be a non-empty string, got ${shown(name)}`)
}

/** @param {string} what @param {unknown} value */
function notAString(what, value) {
  return coded(TypeError, 'ERR_TALLYSTICK_NAME', `${what} must be a string, got ${shown(value)}`)
}

/** @param {string} what @param {unknown} value @param {string} [expected] */
function notANumber(what, value, expected = 'a number') {
  return coded(TypeError, 'ERR_TALLYSTICK_VALUE', `${what} must be ${expected}, got ${shown(value)}`)
}

/** @param {string} what @param {unknown} value @param {string} expected */
function outOfRange(what, value, expected) {
  return coded(RangeError, 'ERR_TALLYSTICK_VALUE', `${what} must be ${expected}, got ${shown(value)}`)
}

/** @param {string} what @param {unknown} value an object @param {string} [expected] */
function labelsForNumber(what, value, expected = 'a number') {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    `${what} must be ${expected}, got ${shown(value)}: pass labels to .labels({ … }) of an instrument, or as the third argument of metrics.inc, set, observe, observeMillis and observeNanos`,
  )
}

function noObserve() {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    'a timing has no observe(): call observeMillis(milliseconds) or observeNanos(nanoseconds); use a histogram for other units',
  )
}

/** @param {unknown} fields or the name of the field that cannot become a string @param {unknown} [cause] */
function invalidFields(fields, cause) {
  const message = cause ? 'must be convertible to strings' : 'must be an object'
  return coded(TypeError, 'ERR_TALLYSTICK_VALUE', `trace fields ${message}, got ${shown(fields)}`, cause)
}

/** @param {string} what @param {unknown} value */
function notAFunction(what, value) {
  return coded(TypeError, 'ERR_TALLYSTICK_FUNCTION', `${what} must be a function, got ${shown(value)}`)
}

/** @param {string} message @param {unknown} [cause] */
function invalidLabels(message, cause) {
  return coded(TypeError, 'ERR_TALLYSTICK_LABELS', message, cause)
}

function noBunServe() {
  const message =
    'serve() needs Bun.serve, which this runtime does not have: in Node.js, instrument() measures all servers'
  return coded(TypeError, 'ERR_TALLYSTICK_FUNCTION', message)
}

/** @param {unknown} labels */
function notLabels(labels) {
  return invalidLabels(
    `labels must be a plain object of names and values, as in { method: "GET" }, got ${shown(labels)}`,
  )
}

/** @param {string} method and what it takes @param {unknown} more what it got besides */
function unexpectedArgument(method, more) {
  return invalidLabels(`${method}, and got ${shown(more)}: pass labels to .labels({ … })`)
}

/** @param {number} characters @param {number} limit */
function exemplarTooLong(characters, limit) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_LABELS',
    `the names and values of an exemplar's labels must have at most ${limit} characters together, got ${characters}: keep the id of the trace, and look up the rest there`,
  )
}

function labelsOnBoundTiming() {
  return invalidLabels(
    'a bound timing already has its labels: pass all of them to labels({ … }), or use start({ … }), stop({ … }) and time(fn, { … }) of the timing itself',
  )
}

module.exports = {
  exemplarTooLong,
  invalidFields,
  invalidLabels,
  invalidName,
  labelsForNumber,
  labelsOnBoundTiming,
  noBunServe,
  noObserve,
  notAFunction,
  notANumber,
  notAString,
  notLabels,
  outOfRange,
  unexpectedArgument,
}
