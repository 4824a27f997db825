'use strict'

// Checks what an instrument is asked for with, once, so that recording with it cannot fail.

const { invalidName, invalidOption, optionOutOfRange } = require('../errors')
const { COUNTER, GAUGE, HISTOGRAM, MERGES, TIMING } = require('./layout')
const { wellFormed } = require('./labels')

/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */

/** So many bounds fit in a chunk with room to spare. */
const MAX_BUCKETS = 1000

/** The options of each kind, besides `name` and `help`. */
const ALLOWED = {
  [COUNTER]: ['unit', 'labelNames'],
  [GAUGE]: ['unit', 'labelNames', 'merge'],
  [TIMING]: ['labelNames', 'precision', 'buckets'],
  [HISTOGRAM]: ['unit', 'labelNames', 'precision', 'buckets'],
}

/** @param {unknown} name @returns {string} */
function checkedName(name) {
  if (typeof name !== 'string' || name === '') throw invalidName(name)
  return name
}

/**
 * @param {number} kind
 * @param {any} options a name, or an object with one
 * @returns {{ name: string, request: FamilyRequest | undefined }}
 */
function checkedOptions(kind, options) {
  if (typeof options === 'string') return { name: checkedName(options), request: undefined }
  if (typeof options !== 'object' || options === null) throw invalidName(options, 'a metric name (or the name option)')
  const name = checkedName(options.name)
  for (const option of ['unit', 'labelNames', 'merge', 'precision', 'buckets']) {
    const has = options[option] !== undefined
    if (has && !ALLOWED[kind].includes(option)) throw invalidOption(option, options[option], 'absent for this kind')
  }
  return { name, request: requestOf(options) }
}

/** @param {any} options @returns {FamilyRequest} */
function requestOf({ help, unit, labelNames, merge, precision, buckets }) {
  return {
    help: checkedText('help', help),
    unit: checkedText('unit', unit),
    labelNames: checkedLabelNames(labelNames),
    merge: checkedMerge(merge),
    precision: checkedPrecision(precision),
    buckets: checkedBuckets(buckets),
  }
}

/** @param {string} option @param {unknown} text @returns {string | undefined} */
function checkedText(option, text) {
  if (text === undefined) return undefined
  if (typeof text !== 'string') throw invalidOption(option, text, 'a string')
  return text === '' ? undefined : wellFormed(text)
}

/** Sorted, so that the same names in another order are the same option. @param {unknown} names @returns {string[] | undefined} */
function checkedLabelNames(names) {
  if (names === undefined) return undefined
  const isName = (/** @type {unknown} */ name) => typeof name === 'string' && name !== ''
  if (!Array.isArray(names) || !names.every(isName)) {
    throw invalidOption('labelNames', names, 'an array of non-empty strings')
  }
  return [...new Set(names.map(wellFormed))].sort()
}

/** @param {any} merge @returns {number | undefined} */
function checkedMerge(merge) {
  if (merge === undefined) return undefined
  const number = MERGES.indexOf(merge)
  if (number === -1) throw invalidOption('merge', merge, `one of ${MERGES.join(', ')}`)
  return number
}

/** @param {any} precision @returns {number | undefined} */
function checkedPrecision(precision) {
  if (precision === undefined || precision === 1 || precision === 2 || precision === 3) return precision
  throw optionOutOfRange('precision', precision, '1, 2 or 3')
}

/** @param {unknown} buckets @returns {number[] | undefined} */
function checkedBuckets(buckets) {
  if (buckets === undefined) return undefined
  if (!Array.isArray(buckets)) throw invalidOption('buckets', buckets, 'an array of ascending numbers')
  if (buckets.length === 0 || buckets.length > MAX_BUCKETS) {
    throw optionOutOfRange('buckets', buckets, `1 to ${MAX_BUCKETS} bounds (without +Infinity, which is always there)`)
  }
  const isAscending = buckets.every((bound, at) => Number.isFinite(bound) && (at === 0 || buckets[at - 1] < bound))
  if (!isAscending) throw optionOutOfRange('buckets', buckets, 'finite and strictly ascending')
  return [...buckets]
}

module.exports = { checkedBuckets, checkedName, checkedOptions, checkedText }
