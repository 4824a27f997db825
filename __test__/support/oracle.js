'use strict'

// Exact quantiles of a list of values, to compare with a distribution, and reproducible random numbers.

/** The value of rank ⌈q · count⌉. @param {number[]} values @param {number} q */
function exactQuantile(values, q) {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(Math.ceil(q * sorted.length), 1) - 1]
}

/** Numbers from 0 up to 1, the same ones for each seed (mulberry32). @param {number} seed */
function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

module.exports = { exactQuantile, random }
