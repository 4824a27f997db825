'use strict'

// Shared by tests of readings: metrics of a new collector, and the error that a call throws.

const assert = require('node:assert/strict')
const { Collector, createMetrics } = require('../..')
const { samplesOf } = require('./exposition-samples')

/** Metrics of a new collector. */
function fresh(options) {
  return createMetrics(new Collector(options))
}

function samples(own, options) {
  return samplesOf(own.prometheusSync(options).body)
}

/** Spins for a time measured by the clock. */
function spin(milliseconds) {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

function thrownBy(fn) {
  try {
    fn()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

const isConflict = { name: 'TypeError', code: 'ERR_TALLYSTICK_CONFLICT' }
const isLabelError = { name: 'TypeError', code: 'ERR_TALLYSTICK_LABELS' }

module.exports = { fresh, isConflict, isLabelError, samples, spin, thrownBy }
