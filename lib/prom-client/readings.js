'use strict'

// Readings by Rust of the families that a registry lists. The reader thread makes them.

const binding = require('../native')
const { Readings } = require('../readings')
const { aheadMillis } = require('./window-clock')

/** @typedef {import('../record/types').Instruments} Instruments */
/** @typedef {import('./types').FamilyValues} FamilyValues */
/** @typedef {import('./types').Listing} Listing */

/** Readings in the queue, by collector. @type {WeakMap<Instruments, InstanceType<typeof Readings>>} */
const waiting = new WeakMap()

/** @param {Instruments} instruments @param {Listing} listing @returns {Promise<string>} */
async function readText(instruments, listing) {
  const request = requestOf(listing)
  const bytes = await queued(instruments, `text ${JSON.stringify(request)}`, () =>
    binding.registryText(instruments.reference, request),
  )
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
}

/** @param {Instruments} instruments @param {Listing} listing @returns {Promise<FamilyValues[]>} */
async function readValues(instruments, listing) {
  const request = requestOf(listing)
  const bytes = await queued(instruments, `values ${JSON.stringify(request)}`, () =>
    binding.registryJson(instruments.reference, request),
  )
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
  return text === '' ? [] : text.split('\n').map(parsed)
}

/** @param {string} line @returns {FamilyValues} */
function parsed(line) {
  const family = JSON.parse(line)
  // JSON has neither NaN nor infinities: these are texts
  for (const series of family.series) series.numbers = series.numbers.map(Number)
  return family
}

/** @param {Instruments} instruments @param {string} key @param {() => [number, Promise<Uint8Array>] | null} start */
async function queued(instruments, key, start) {
  const readings = waiting.get(instruments) ?? new Readings()
  waiting.set(instruments, readings)
  return await readings.read(key, start)
}

/** @param {Listing} listing */
function requestOf({ families, hasOthers = false, labels = {}, isOpenMetrics = false, separator = '\n\n' }) {
  const flat = Object.entries(labels).flatMap(([name, value]) => [name, String(value)])
  return { families, hasOthers, labels: flat, isOpenMetrics, separator, ahead: aheadMillis() }
}

/**
 * The labels of a series as they were given: a number is a number.
 * @param {import('../record/types').LabelTable} table
 * @param {string[]} flat names and values in turn
 * @returns {Record<string, any>}
 */
function givenLabels(table, flat) {
  /** @type {Map<string, string>} */
  const texts = new Map()
  for (let at = 0; at < flat.length; at += 2) texts.set(flat[at], flat[at + 1])
  return Object.fromEntries(table.formsOf(texts))
}

module.exports = { givenLabels, readText, readValues }
