'use strict'

// Upper bounds of buckets.

/** @param {number} start @param {number} width @param {number} count */
function linearBuckets(start, width, count) {
  if (count < 1) throw new Error('Linear buckets needs a positive count')
  return Array.from({ length: count }, (_, at) => start + at * width)
}

/** @param {number} start @param {number} factor @param {number} count */
function exponentialBuckets(start, factor, count) {
  if (start <= 0) throw new Error('Exponential buckets needs a positive start')
  if (count < 1) throw new Error('Exponential buckets needs a positive count')
  if (factor <= 1) throw new Error('Exponential buckets needs a factor greater than 1')
  let bound = start
  return Array.from({ length: count }, (_, at) => {
    if (at > 0) bound *= factor
    return bound
  })
}

module.exports = { exponentialBuckets, linearBuckets }
