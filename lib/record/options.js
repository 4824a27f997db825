'use strict'

// Checks the options of an instrument when it is made, so that recording cannot fail.

const { MERGES, UNLIMITED } = require('./layout')

/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */

const optionErrors = () => require('../errors/options')
const valueErrors = () => require('../errors/values')

/** The most bounds of a family, and the most quantiles. More would fit into a chunk, but are probably a mistake. */
const MAX_BUCKETS = 1000
const MILLIS_PER_SECOND = 1000
/** Of a summary's values, in milliseconds. */
const LEAST_AGE = 100
/** The longest time of a timer, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1
const MOST_AGE_BUCKETS = 100

/** Options of other libraries, and what to use here instead. @type {Record<string, string>} */
const OF_OTHER_LIBRARIES = {
  description: 'a description is help',
  labels: 'label names are declared as labelNames, and labels given to .labels({ … })',
  percentiles: 'snapshots have p50, p90 and p99, and the option quantiles chooses those that Prometheus gets',
  registers: 'createMetrics(collector) makes instruments of another collector',
}

/**
 * Replaces lone surrogates, which have no UTF-8, by U+FFFD, so that JavaScript and Rust have the same string.
 * @param {string} string
 */
function wellFormed(string) {
  return string.toWellFormed()
}

/** @param {unknown} name @returns {string} */
function checkedName(name) {
  if (typeof name !== 'string' || name === '') throw valueErrors().invalidName(name)
  return wellFormed(name)
}

/**
 * @param {{ readonly kind: Pick<import('./types').Kind, 'options'> }} families of the kind, which may not be loaded yet
 * @param {any} options a name, or an object with one
 * @returns {{ name: string, request?: FamilyRequest, collect?: () => unknown, hasBuckets?: boolean }} whether the option `buckets` was given
 */
function checkedOptions(families, options) {
  if (typeof options === 'string') return { name: checkedName(options) }
  if (typeof options !== 'object' || options === null)
    throw valueErrors().invalidName(options, 'a metric name (or the name option)')
  const given = readOptions(options, families.kind.options)
  const [name, request, collect] = [checkedName(given.name), requestOf(given), checkedCollect(given.collect)]
  return { name, request, collect, hasBuckets: given.buckets !== undefined }
}

/**
 * Reads each option once, because a getter or a proxy may return something else next time, or throw. An unknown option is an error:
 * it is probably misspelled. So is an object without options that is not a plain one, such as a promise or a Map.
 * @param {any} options
 * @param {string[]} names
 * @returns {any}
 */
function readOptions(options, names) {
  if (typeof options !== 'object' || options === null) throw optionErrors().invalidOptions(options)
  let unknown
  /** @type {any} */
  let given
  let isNotOrdinary
  try {
    const keys = Object.keys(options)
    unknown = keys.find((name) => !names.includes(name) && options[name] !== undefined)
    given = {}
    for (const name of names) given[name] = options[name]
    isNotOrdinary = keys.length === 0 && !isOrdinary(options)
  } catch (cause) {
    throw optionErrors().unreadableOptions(cause)
  }
  if (unknown !== undefined) throw notAnOption(unknown, names)
  if (isNotOrdinary) throw optionErrors().invalidOptions(options)
  return given
}

/** @param {string} option @param {string[]} names of the options that exist; an instrument's include `help` */
function notAnOption(option, names) {
  const isKnown = names.includes('help') && Object.hasOwn(OF_OTHER_LIBRARIES, option)
  return isKnown
    ? optionErrors().optionOfAnotherLibrary(option, names, OF_OTHER_LIBRARIES[option])
    : optionErrors().unknownOption(option, names)
}

/**
 * Whether it is a plain object or an instance of a user's class, of any realm; not an array, Map, promise, error …
 * @param {object} options
 */
function isOrdinary(options) {
  return Object.prototype.toString.call(options) === '[object Object]'
}

/** @param {any} options @returns {FamilyRequest} */
function requestOf({
  help,
  unit,
  labelNames,
  maxSeries,
  merge,
  precision,
  buckets,
  bucketsSeconds,
  quantiles,
  maxAge,
  ageBuckets,
  ttl,
}) {
  return {
    help: checkedString('help', help),
    unit: checkedString('unit', unit),
    labelNames: checkedLabelNames(labelNames),
    maxSeries: checkedMaxSeries(maxSeries),
    merge: checkedMerge(merge),
    precision: checkedPrecision(precision),
    buckets: bucketsSeconds === undefined ? checkedBuckets(buckets) : millisOf(buckets, bucketsSeconds),
    quantiles: checkedQuantiles(quantiles),
    maxAge: checkedMaxAge(maxAge),
    ageBuckets: checkedAgeBuckets(ageBuckets),
    ttl: checkedTtl(ttl),
  }
}

/** @param {any} collect @returns {(() => unknown) | undefined} */
function checkedCollect(collect) {
  if (collect === undefined || typeof collect === 'function') return collect
  throw valueErrors().notAFunction('collect', collect)
}

/** @param {string} option @param {unknown} string @returns {string | undefined} */
function checkedString(option, string) {
  if (string === undefined) return undefined
  if (typeof string !== 'string') throw optionErrors().invalidOption(option, string, 'a string')
  return string === '' ? undefined : wellFormed(string)
}

/** Sorted, so that the same names in another order are the same option. @param {unknown} names @returns {string[] | undefined} */
function checkedLabelNames(names) {
  const checked = checkedNames('labelNames', names)
  return checked && [...new Set(checked)].sort()
}

/** @param {string} option @param {unknown} names @returns {string[] | undefined} */
function checkedNames(option, names) {
  if (names === undefined) return undefined
  const isName = (/** @type {unknown} */ name) => typeof name === 'string' && name !== ''
  const copy = copied(names)
  if (!copy?.every(isName)) throw optionErrors().invalidOption(option, names, 'an array of non-empty strings')
  return copy.map(wellFormed)
}

/** A copy of an array; undefined if it is not an array or cannot be read. @param {any} array @returns {any[] | undefined} */
function copied(array) {
  try {
    return Array.isArray(array) ? [...array] : undefined
  } catch {
    return undefined
  }
}

/** @param {string} option @param {any} flag @returns {boolean | undefined} */
function checkedFlag(option, flag) {
  if (flag === undefined || typeof flag === 'boolean') return flag
  throw optionErrors().invalidOption(option, flag, 'true or false')
}

/** @param {any} series @returns {number | undefined} */
function checkedMaxSeries(series) {
  if (series === undefined) return undefined
  if (typeof series !== 'number')
    throw optionErrors().invalidOption('maxSeries', series, 'a whole number from 1, or Infinity')
  const isValid = series === Number.POSITIVE_INFINITY || (Number.isInteger(series) && series >= 1 && series < UNLIMITED)
  if (isValid) return series
  throw optionErrors().optionOutOfRange('maxSeries', series, `a whole number from 1 to ${UNLIMITED - 1}, or Infinity`)
}

/** @param {any} ttl in milliseconds @returns {number | undefined} */
function checkedTtl(ttl) {
  if (ttl === undefined) return undefined
  if (typeof ttl !== 'number') throw optionErrors().invalidOption('ttl', ttl, 'a number of milliseconds, at least 1')
  if (ttl >= 1) return ttl
  throw optionErrors().optionOutOfRange('ttl', ttl, 'at least 1 millisecond')
}

/** @param {any} merge @returns {number | undefined} */
function checkedMerge(merge) {
  if (merge === undefined) return undefined
  const number = MERGES.indexOf(merge)
  if (number === -1) throw optionErrors().invalidOption('merge', merge, `one of ${MERGES.join(', ')}`)
  return number
}

/** @param {string} option @param {unknown} value @param {string} expected */
function notInRange(option, value, expected) {
  const { invalidOption, optionOutOfRange } = optionErrors()
  return (typeof value === 'number' ? optionOutOfRange : invalidOption)(option, value, expected)
}

/** @param {any} precision @returns {number | undefined} */
function checkedPrecision(precision) {
  if (precision === undefined || precision === 1 || precision === 2 || precision === 3) return precision
  throw notInRange('precision', precision, '1, 2 or 3')
}

/** @param {unknown} buckets @param {string} [option] @returns {number[] | undefined} */
function checkedBuckets(buckets, option = 'buckets') {
  return checkedAscending(option, buckets, `1 to ${MAX_BUCKETS} bounds (without +Infinity, which is always there)`)
}

/** @param {string} option @param {unknown} given @param {string} expected @returns {number[] | undefined} */
function checkedAscending(option, given, expected) {
  if (given === undefined) return undefined
  const numbers = copied(given)
  if (numbers === undefined) throw optionErrors().invalidOption(option, given, 'an array of ascending numbers')
  if (numbers.length === 0 || numbers.length > MAX_BUCKETS) {
    throw optionErrors().optionOutOfRange(option, given, expected)
  }
  const isAscending = numbers.every((number, at) => Number.isFinite(number) && (at === 0 || numbers[at - 1] < number))
  if (!isAscending) throw optionErrors().optionOutOfRange(option, given, 'finite and strictly ascending')
  return numbers
}

/** Bounds in seconds, as milliseconds. @param {unknown} buckets @param {unknown} bucketsSeconds */
function millisOf(buckets, bucketsSeconds) {
  if (buckets !== undefined)
    throw optionErrors().invalidOption('bucketsSeconds', bucketsSeconds, 'absent where buckets is given')
  const { plain } = require('../buckets')
  // 0.07 s are 70 ms, not 70.00000000000001
  return checkedBuckets(bucketsSeconds, 'bucketsSeconds')?.map((bound) => plain(bound * MILLIS_PER_SECOND))
}

/** @param {any} maxAge @returns {number | undefined} */
function checkedMaxAge(maxAge) {
  return maxAge === undefined ? undefined : checkedMillis('maxAge', maxAge, LEAST_AGE)
}

/**
 * A time for which a timer can run.
 * @param {string} option
 * @param {unknown} milliseconds
 * @param {number} [least]
 * @returns {number}
 */
function checkedMillis(option, milliseconds, least = 1) {
  if (typeof milliseconds !== 'number')
    throw optionErrors().invalidOption(option, milliseconds, 'a number of milliseconds')
  if (milliseconds >= least && milliseconds <= LONGEST_TIMER) return milliseconds
  throw optionErrors().optionOutOfRange(option, milliseconds, `from ${least} to ${LONGEST_TIMER} milliseconds`)
}

/** @param {any} ageBuckets @returns {number | undefined} */
function checkedAgeBuckets(ageBuckets) {
  if (ageBuckets === undefined) return undefined
  if (Number.isInteger(ageBuckets) && ageBuckets >= 1 && ageBuckets <= MOST_AGE_BUCKETS) return ageBuckets
  throw notInRange('ageBuckets', ageBuckets, `a whole number from 1 to ${MOST_AGE_BUCKETS}`)
}

/** @param {unknown} quantiles @returns {number[] | undefined} */
function checkedQuantiles(quantiles) {
  const expected = `1 to ${MAX_BUCKETS} numbers from 0 to 1`
  const checked = checkedAscending('quantiles', quantiles, expected)
  if (checked?.every((quantile) => quantile >= 0 && quantile <= 1) === false) {
    throw optionErrors().optionOutOfRange('quantiles', quantiles, expected)
  }
  return checked
}

module.exports = {
  LEAST_AGE,
  LONGEST_TIMER,
  MAX_BUCKETS,
  MOST_AGE_BUCKETS,
  checkedBuckets,
  checkedFlag,
  checkedMaxSeries,
  checkedMillis,
  checkedName,
  checkedNames,
  checkedOptions,
  checkedPrecision,
  checkedString,
  checkedTtl,
  copied,
  notInRange,
  readOptions,
  wellFormed,
}
