'use strict'

// Exemplars as prom-client takes and returns them. The collector keeps them.

const { flatLabels } = require('../record/label-strings')
const { EXEMPLAR } = require('../record/series')

const MAX_UNITS = 128

/** @typedef {{ labelSet: Record<string, any>, value: number, timestamp: number }} Exemplar in seconds since 1970 */

/**
 * Keeps the exemplar of a recording that has been made.
 * @param {import('../record/types').Leaf} series
 * @param {number} value
 * @param {Record<string, any>} labelSet
 */
function putExemplar(series, value, labelSet) {
  const strings = flatLabels(labelSet)
  let units = 0
  for (const string of strings) units += string.length
  if (units > MAX_UNITS) throw new RangeError('Label set size must be smaller than 128 UTF-8 chars')
  series[EXEMPLAR](value, strings)
}

/** @param {import('./types').ExemplarValues[]} exemplars @param {number} bucket @returns {Exemplar | undefined} */
function exemplarAt(exemplars, bucket) {
  const found = exemplars.find((exemplar) => exemplar.bucket === bucket)
  if (found === undefined) return undefined
  const { labels, value, time } = found
  const names = labels.filter((_, at) => at % 2 === 0)
  const labelSet = Object.fromEntries(names.map((name, at) => [name, labels[2 * at + 1]]))
  return { labelSet, value: Number(value), timestamp: time / 1000 }
}

module.exports = { exemplarAt, putExemplar }
