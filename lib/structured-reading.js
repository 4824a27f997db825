'use strict'

// `read()`: the families of a collector as objects, for exporters and scripts. Rust makes a line of JSON for each family, so that
// only a single family can be too long for a string.

const binding = require('./native')
const { notAWindow } = require('./errors/collectors')
const { invalidOption } = require('./errors/options')
const { tooLongFamily } = require('./errors/readings')
const { Readings } = require('./readings')
const { callbacksOf } = require('./record/callbacks')
const { checkedNames, readOptions } = require('./record/options')
const { longestString } = require('./record/parsing')

/** @typedef {import('..').FamilyReading} FamilyReading */
/** @typedef {import('./record/types').Instruments} Instruments */
/** @typedef {import('../binding').ExternalObject<import('../binding').WindowReference>} WindowReference */
/**
 * @typedef {(window: unknown, instruments: Instruments) => WindowReference | undefined} ReferenceOf of a window of the same collector
 */

const LINE_FEED = 0x0a

/** Readings in the queue, by collector. @type {WeakMap<Instruments, InstanceType<typeof Readings>>} */
const waiting = new WeakMap()

/**
 * @param {Instruments} instruments
 * @param {ReferenceOf} referenceOf
 * @param {import('..').ReadOptions} [options]
 */
async function read(instruments, referenceOf, options) {
  const { reference } = instruments
  const { names, window, reset } = checkedOptions(instruments, referenceOf, options)
  const start = () => binding.families(reference, names, window, reset)
  const readings = waiting.get(instruments) ?? new Readings()
  waiting.set(instruments, readings)
  await callbacksOf(instruments).run()
  // a window may be reset between two readings, so they cannot be shared
  const key = window === undefined ? JSON.stringify(names) : Symbol('window')
  return parsedFamilies(await readings.read(/** @type {string} */ (key), start))
}

/**
 * @param {Instruments} instruments
 * @param {ReferenceOf} referenceOf
 * @param {import('..').ReadOptions} [options]
 */
function readSync(instruments, referenceOf, options) {
  const { names, window, reset } = checkedOptions(instruments, referenceOf, options)
  callbacksOf(instruments).runSync()
  return parsedFamilies(binding.familiesSync(instruments.reference, names, window, reset))
}

/**
 * @param {Instruments} instruments
 * @param {ReferenceOf} referenceOf
 * @param {import('..').ReadOptions | undefined} options
 */
function checkedOptions(instruments, referenceOf, options) {
  const {
    names,
    window,
    reset = false,
  } = readOptions(options === undefined ? {} : options, ['names', 'window', 'reset'])
  if (typeof reset !== 'boolean') throw invalidOption('reset', reset, 'true or false')
  // the values of other names would be lost
  if (reset && (window === undefined || names !== undefined)) {
    throw invalidOption('reset', reset, 'false without a window, and where only some names are read')
  }
  const reference = window === undefined ? undefined : referenceOf(window, instruments)
  if (window !== undefined && reference === undefined) throw notAWindow(window)
  return { names: checkedNames('names', names), window: reference, reset }
}

/** @param {Uint8Array} bytes @returns {FamilyReading[]} */
function parsedFamilies(bytes) {
  const families = []
  const decoder = new TextDecoder()
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start)
    const end = found === -1 ? bytes.length : found
    const line = bytes.subarray(start, end)
    if (line.length > longestString()) throw tooLongFamily(nameOf(line))
    families.push(parsedFamily(decoder.decode(line)))
    start = end + 1
  }
  return families
}

/** The start of a line that is too long to parse. Its first property is the name. @param {Uint8Array} line */
function nameOf(line) {
  return new TextDecoder().decode(line.subarray('{"name":'.length, 100))
}

/** @param {string} line @returns {FamilyReading} */
function parsedFamily(line) {
  const family = JSON.parse(line)
  for (const series of family.series) {
    // JSON has no NaN
    if (series.value === null) series.value = Number.NaN
  }
  return family
}

module.exports = { read, readSync }
