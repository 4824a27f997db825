'use strict'

// What histogram_quantile() makes of exact values.

/**
 * @param {number[]} values in the unit of the bounds
 * @param {number[]} bounds ascending, without infinity
 */
function bucketsOf(values, bounds) {
  return bounds.map((bound) => values.filter((value) => value <= bound).length)
}

/**
 * The bucket of a quantile, and its linear interpolation there.
 * @param {number[]} values not all beyond the last bound
 * @param {number[]} bounds
 * @param {number} q
 */
function histogramQuantile(values, bounds, q) {
  const counts = bucketsOf(values, bounds)
  const rank = q * values.length
  const index = counts.findIndex((count) => count >= rank)
  const [lower, upper] = [bounds[index - 1] ?? 0, bounds[index]]
  const below = counts[index - 1] ?? 0
  return { lower, upper, value: lower + ((upper - lower) * (rank - below)) / (counts[index] - below) }
}

module.exports = { histogramQuantile }
