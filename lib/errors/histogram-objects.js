'use strict'

// Errors about histogram objects.

const { coded, shown } = require('./coded')

/** @param {string} into @param {unknown} value @param {string} remedy */
function notMergeable(into, value, remedy) {
  return coded(TypeError, 'ERR_TALLYSTICK_MERGE', `${shown(value)} cannot be merged into this ${into}: ${remedy}`)
}

/** @param {string} reason @param {unknown} [cause] */
function invalidEncoding(reason, cause) {
  return coded(TypeError, 'ERR_TALLYSTICK_ENCODING', `not a readable HdrHistogram encoding: ${reason}`, cause)
}

/** @param {unknown} value @param {unknown} [cause] */
function notADistribution(value, cause) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    `instrument must be a timing, or a histogram without buckets, got ${shown(value)}`,
    cause,
  )
}

module.exports = { invalidEncoding, notADistribution, notMergeable }
