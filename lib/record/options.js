'use strict'

// Checks what an instrument is asked for with, once, so that recording with it cannot fail.

const {
  foreignOption,
  invalidName,
  invalidOption,
  invalidOptions,
  optionOutOfRange,
  unknownOption,
  unreadableOptions,
} = require('../errors')
const { COUNTER, GAUGE, HISTOGRAM, MERGES, TIMING } = require('./layout')

/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */

/** So many bounds fit in a chunk with room to spare. */
const MAX_BUCKETS = 1000

/** The options of each kind. */
const OPTIONS = {
  [COUNTER]: ['name', 'help', 'unit', 'labelNames'],
  [GAUGE]: ['name', 'help', 'unit', 'labelNames', 'merge'],
  [TIMING]: ['name', 'help', 'labelNames', 'precision', 'buckets'],
  [HISTOGRAM]: ['name', 'help', 'unit', 'labelNames', 'precision', 'buckets', 'quantiles'],
}

/** Options that instruments of other libraries have, and what is done here instead. @type {Record<string, string>} */
const FOREIGN = {
  collect: 'set the gauge where its value changes, or in metrics.beforeRead(fn), which runs before a scrape',
  description: 'a description is help',
  labels: 'label names are declared as labelNames, and labels given to .labels({ … })',
  percentiles: 'snapshots have p50, p90 and p99, and the option quantiles chooses those that Prometheus gets',
  registers: 'createMetrics(collector) makes instruments of another collector',
}

/** Lone surrogates have no UTF-8: they become U+FFFD here, so that both halves have the same text. @param {string} text */
function wellFormed(text) {
  return text.toWellFormed()
}

/** @param {unknown} name @returns {string} */
function checkedName(name) {
  if (typeof name !== 'string' || name === '') throw invalidName(name)
  return wellFormed(name)
}

/**
 * @param {number} kind
 * @param {any} options a name, or an object with one
 * @returns {{ name: string, request: FamilyRequest | undefined }}
 */
function checkedOptions(kind, options) {
  if (typeof options === 'string') return { name: checkedName(options), request: undefined }
  if (typeof options !== 'object' || options === null) throw invalidName(options, 'a metric name (or the name option)')
  const given = readOptions(options, OPTIONS[kind])
  return { name: checkedName(given.name), request: requestOf(given) }
}

/**
 * Each option read once, so that a getter or a proxy of the caller's can neither answer twice nor throw later. An own one of
 * another name is mostly a slip of the pen, which would otherwise have no effect and no sign; and who passes a promise or a Map
 * means what is in it.
 * @param {any} options
 * @param {string[]} names
 * @returns {any}
 */
function readOptions(options, names) {
  if (typeof options !== 'object' || options === null) throw invalidOptions(options)
  let unknown
  let given
  let isOther
  try {
    unknown = Object.keys(options).find((name) => !names.includes(name) && options[name] !== undefined)
    given = Object.fromEntries(names.map((name) => [name, options[name]]))
    isOther = Object.keys(options).length === 0 && !isOrdinary(options)
  } catch (cause) {
    throw unreadableOptions(cause)
  }
  if (unknown !== undefined) throw notAnOption(unknown, names)
  if (isOther) throw invalidOptions(options)
  return given
}

/** @param {string} option @param {string[]} names those of an instrument have `help` among them */
function notAnOption(option, names) {
  const isForeign = names.includes('help') && Object.hasOwn(FOREIGN, option)
  return isForeign ? foreignOption(option, names, FOREIGN[option]) : unknownOption(option, names)
}

/** No array, Map, promise, error and so on, of any realm; an instance of a user's class is. @param {object} options */
function isOrdinary(options) {
  return Object.prototype.toString.call(options) === '[object Object]'
}

/** @param {any} options @returns {FamilyRequest} */
function requestOf({ help, unit, labelNames, merge, precision, buckets, quantiles }) {
  return {
    help: checkedText('help', help),
    unit: checkedText('unit', unit),
    labelNames: checkedLabelNames(labelNames),
    merge: checkedMerge(merge),
    precision: checkedPrecision(precision),
    buckets: checkedBuckets(buckets),
    quantiles: checkedQuantiles(quantiles),
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
  const copy = copied(names)
  if (!copy?.every(isName)) throw invalidOption('labelNames', names, 'an array of non-empty strings')
  return [...new Set(copy.map(wellFormed))].sort()
}

/** An array as it is now, if it is one that can be read. @param {any} array @returns {any[] | undefined} */
function copied(array) {
  try {
    return Array.isArray(array) ? Array.from(array) : undefined
  } catch {
    return undefined
  }
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

/** @param {unknown} buckets @param {string} [option] @returns {number[] | undefined} */
function checkedBuckets(buckets, option = 'buckets') {
  if (buckets === undefined) return undefined
  const bounds = copied(buckets)
  if (bounds === undefined) throw invalidOption(option, buckets, 'an array of ascending numbers')
  if (bounds.length === 0 || bounds.length > MAX_BUCKETS) {
    throw optionOutOfRange(option, buckets, `1 to ${MAX_BUCKETS} bounds (without +Infinity, which is always there)`)
  }
  const isAscending = bounds.every((bound, at) => Number.isFinite(bound) && (at === 0 || bounds[at - 1] < bound))
  if (!isAscending) throw optionOutOfRange(option, buckets, 'finite and strictly ascending')
  return bounds
}

/** @param {unknown} quantiles @returns {number[] | undefined} */
function checkedQuantiles(quantiles) {
  const checked = checkedBuckets(quantiles, 'quantiles')
  if (checked?.every((quantile) => quantile >= 0 && quantile <= 1) === false) {
    throw optionOutOfRange('quantiles', quantiles, 'from 0 to 1')
  }
  return checked
}

module.exports = {
  checkedBuckets,
  checkedName,
  checkedOptions,
  checkedPrecision,
  checkedText,
  copied,
  readOptions,
  wellFormed,
}
