'use strict'

/** The middle value; of an even count the mean of the middle two. @param {number[]} values at least one */
function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >>> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The mean of the lowest tenth. @param {number[]} values */
function cheapest(values) {
  const lowest = [...values].sort((one, other) => one - other).slice(0, Math.ceil(values.length / 10))
  return lowest.reduce((sum, value) => sum + value, 0) / lowest.length
}

module.exports = { cheapest, median }
