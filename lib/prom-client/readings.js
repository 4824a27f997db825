'use strict'

// Rust reads the families that a registry lists: small readings at once on this thread, others on the reader thread.

const binding = require('../native')
const { Readings } = require('../readings')
const { wellFormed } = require('../record/options')
const { aheadMillis } = require('./window-clock')

/** @typedef {import('../record/types').Instruments} Instruments */
/** @typedef {import('./types').FamilyValues} FamilyValues */
/** @typedef {import('./types').Listing} Listing */

/** Readings in the queue, by collector. @type {WeakMap<Instruments, InstanceType<typeof Readings>>} */
const waiting = new WeakMap()

/** @param {Instruments} instruments @param {Listing} listing @returns {Promise<string>} */
async function readText(instruments, listing) {
  return stringOf(await queued(instruments, requestOf(listing, false)))
}

/** @param {Instruments} instruments @param {Listing} listing @returns {Promise<FamilyValues[]>} */
async function readValues(instruments, listing) {
  const families = JSON.parse(stringOf(await queued(instruments, requestOf(listing, true))))
  for (const { series } of families) complete(series)
  return families
}

/** @param {any[]} series of a family, as Rust writes them */
function complete(series) {
  /** @type {string[]} */
  let names = []
  for (const one of series) {
    // a series has no names where they are those of the series before
    names = one.names ?? names
    one.names = names
    const { numbers } = one
    // JSON has neither NaN nor infinities: these are strings
    for (let at = 0; at < numbers.length; at++) numbers[at] = Number(numbers[at])
  }
}

/** @param {Instruments} instruments @param {string} request @returns {Promise<string | Uint8Array>} */
function queued(instruments, request) {
  const readings = waiting.get(instruments) ?? new Readings()
  waiting.set(instruments, readings)
  // Rust returns a small reading at once, as a string
  return readings.read(request, /** @type {() => any} */ (() => binding.registry(instruments.reference, request)))
}

/** @param {string | Uint8Array} text */
function stringOf(text) {
  return typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.length).toString()
}

/** The request as Rust reads it. @param {Listing} listing @param {boolean} isJson whether it is for values */
function requestOf({ families, hasOthers = false, labels = {}, isOpenMetrics = false, separator = '\n\n' }, isJson) {
  const flat = Object.entries(labels).flatMap(([name, value]) => [wellFormed(name), wellFormed(String(value))])
  return JSON.stringify({ isJson, families, hasOthers, labels: flat, isOpenMetrics, separator, ahead: aheadMillis() })
}

module.exports = { readText, readValues }
