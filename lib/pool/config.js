'use strict'

// Checks the options of a service. If one is wrong, none changes.

const { invalidOption, optionOutOfRange } = require('../errors/options')
const { notAFunction } = require('../errors/values')
const { instrumentsOf } = require('../record/collector')
const { checkedMillis, readOptions } = require('../record/options')

/** @typedef {import('../../pool').MetricsConfig} MetricsConfig */
/** @typedef {import('../../pool').MetricsConfig['authorize']} Authorize */
/**
 * @typedef {object} Config the options in effect
 * @property {boolean} prometheus
 * @property {number} sseInterval
 * @property {string} base without a slash at its end; empty for none
 * @property {string} namespace
 * @property {boolean} workers
 * @property {import('../..').Collector | null} collector
 * @property {NonNullable<Authorize> | null} authorize
 * @property {readonly string[] | true | null} allowedHosts in lower case; null if none were given
 * @property {number} maxStreams
 * @property {boolean} ui
 * @property {boolean} injectBase
 * @property {boolean} history
 */

const SHORTEST_INTERVAL_MILLIS = 50

/** @type {Config} */
const defaults = {
  prometheus: true,
  sseInterval: 1000,
  base: '/metrics',
  namespace: 'buntime',
  workers: false,
  collector: null,
  authorize: null,
  allowedHosts: null,
  maxStreams: 1000,
  ui: true,
  injectBase: true,
  history: true,
}

/** @type {{ [Option in keyof Config]: (value: any) => Config[Option] }} by option: returns the value to use, or throws */
const checks = {
  prometheus: (value) => checkedBoolean('prometheus', value),
  workers: (value) => checkedBoolean('workers', value),
  ui: (value) => checkedBoolean('ui', value),
  injectBase: (value) => checkedBoolean('injectBase', value),
  history: (value) => checkedBoolean('history', value),
  sseInterval: (value) => checkedMillis('sseInterval', value, SHORTEST_INTERVAL_MILLIS),
  base: checkedBase,
  namespace: checkedNamespace,
  collector: checkedCollector,
  authorize: checkedAuthorize,
  allowedHosts: checkedHosts,
  maxStreams: checkedMaxStreams,
}

const options = /** @type {(keyof Config)[]} */ (Object.keys(checks))

/**
 * The present options with the given ones in their place.
 * @param {MetricsConfig | undefined} given
 * @param {Config} [present]
 * @returns {Config}
 */
function checkedConfig(given, present = defaults) {
  if (given === undefined) return present
  const read = readOptions(given, options)
  const changed = options.filter((option) => read[option] !== undefined)
  return { ...present, ...Object.fromEntries(changed.map((option) => [option, checks[option](read[option])])) }
}

/** @param {string} option @param {unknown} value */
function checkedBoolean(option, value) {
  if (typeof value !== 'boolean') throw invalidOption(option, value, 'true or false')
  return value
}

/** As requests have it: other characters than ASCII are percent-encoded there. @param {unknown} value */
function checkedBase(value) {
  if (typeof value !== 'string' || !/^(\/[^\s?#]*)?$/.test(value)) {
    throw invalidOption('base', value, 'a path that starts with a slash, such as /metrics')
  }
  const encoded = value.toWellFormed().replace(/\P{ASCII}+/gu, encodeURIComponent)
  return encoded.replace(/\/+$/, '')
}

/** @param {unknown} value */
function checkedNamespace(value) {
  if (typeof value !== 'string' || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(value)) {
    throw invalidOption('namespace', value, 'a word of letters, digits and _ that does not start with a digit')
  }
  return value
}

/** @param {any} value */
function checkedCollector(value) {
  if (value !== null) instrumentsOf(value) // throws if it is not a Collector
  return value
}

/** @param {any} value */
function checkedAuthorize(value) {
  if (value !== null && typeof value !== 'function') throw notAFunction('option authorize', value)
  return value
}

/** @param {any} value */
function checkedHosts(value) {
  if (value === null || value === true) return value
  const isName = (/** @type {unknown} */ name) => typeof name === 'string' && /^\.?[^\s.:/[\]][^\s:/[\]]*$/.test(name)
  if (Array.isArray(value) && value.every(isName)) return value.map((name) => name.toLowerCase().replace(/\.$/, ''))
  throw invalidOption('allowedHosts', value, 'true, or a list of names without ports, as metrics.local or .example.com')
}

/** @param {unknown} value */
function checkedMaxStreams(value) {
  if (typeof value !== 'number') throw invalidOption('maxStreams', value, 'a number')
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw optionOutOfRange('maxStreams', value, 'a whole number from 0')
}

module.exports = { checkedBase, checkedConfig, options }
