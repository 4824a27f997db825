'use strict'

// The clocks, as they were when Tallystick was loaded: a test's fake timers do not reach them.

const { performance } = require('node:perf_hooks')

/** When `elapsed` was 0, by the wall clock: milliseconds since the epoch. */
const timeOrigin = performance.timeOrigin

/** Milliseconds of a monotonic clock, with a fraction. */
const elapsed = performance.now.bind(performance)

/** The wall clock: milliseconds since the epoch, with a fraction; never goes back within a thread. */
function now() {
  return timeOrigin + elapsed()
}

module.exports = { elapsed, now, timeOrigin }
