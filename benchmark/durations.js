'use strict'

// Typical durations of a service: most of them about 2 ms, some thirty times that. The same ones at each run.

const COUNT = 4096
const MEDIAN_MILLIS = 2

/** Numbers from 0 to below 1 (mulberry32). @param {number} seed */
function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Whole nanoseconds, log-normal (Box and Muller's transform). */
function durationsNanos() {
  const next = random(3)
  return Array.from({ length: COUNT }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    return Math.round(MEDIAN_MILLIS * 1e6 * Math.exp(normal))
  })
}

const nanos = durationsNanos()
const millis = nanos.map((value) => value / 1e6)
const seconds = nanos.map((value) => value / 1e9)

/** The count and the sum after a number of calls over all values in turn. @param {number[]} values */
function countAndSum(values) {
  const whole = values.reduce((sum, value) => sum + value, 0)
  return (/** @type {number} */ calls) => [calls, (calls / COUNT) * whole]
}

module.exports = { COUNT, countAndSum, millis, nanos, random, seconds }
