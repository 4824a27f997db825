'use strict'

// The clocks. They are loaded at their first use, because they take a tenth of the time that loading this package takes; neither a
// test's fake timers nor its mocks reach them.

const { performance } = require('node:perf_hooks')

/** When `elapsed` was 0, by the wall clock: milliseconds since the epoch. */
const timeOrigin = performance.timeOrigin

/** Node.js' own function, of which mocks replace only the object's property. Bun has no other. */
const { now: own } = Object.getPrototypeOf(performance)

/** Milliseconds of a monotonic clock, with a fraction. */
const elapsed = /** @type {() => number} */ ((own ?? performance.now).bind(performance))

/** The wall clock: milliseconds since the epoch, with a fraction; never goes back within a thread. */
function now() {
  return timeOrigin + elapsed()
}

module.exports = { elapsed, now, timeOrigin }
