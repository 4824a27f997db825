'use strict'

// Readings by Rust of the families that a registry lists. The reader thread makes them.

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
  return await queued(instruments, requestOf(listing, false))
}

/** @param {Instruments} instruments @param {Listing} listing @returns {Promise<FamilyValues[]>} */
async function readValues(instruments, listing) {
  const text = await queued(instruments, requestOf(listing, true))
  return text === '' ? [] : text.split('\n').map(parsed)
}

/** @param {string} line @returns {FamilyValues} */
function parsed(line) {
  const family = JSON.parse(line)
  /** @type {string[]} */
  let names = []
  for (const series of family.series) {
    // a series has no names where they are those of the series before
    names = series.names ?? names
    series.names = names
    const { numbers } = series
    // JSON has neither NaN nor infinities: these are texts
    for (let at = 0; at < numbers.length; at++) numbers[at] = Number(numbers[at])
  }
  return family
}

/** @param {Instruments} instruments @param {string} request @returns {Promise<string>} */
async function queued(instruments, request) {
  const readings = waiting.get(instruments) ?? new Readings()
  waiting.set(instruments, readings)
  // a small one is made at once, as a string
  const start = /** @type {() => any} */ (() => binding.registry(instruments.reference, request))
  /** @type {string | Uint8Array} */
  const text = await readings.read(request, start)
  return typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.length).toString()
}

/** The request as Rust reads it. @param {Listing} listing @param {boolean} isJson whether it is for values */
function requestOf({ families, hasOthers = false, labels = {}, isOpenMetrics = false, separator = '\n\n' }, isJson) {
  const flat = Object.entries(labels).flatMap(([name, value]) => [wellFormed(name), wellFormed(String(value))])
  return JSON.stringify({ isJson, families, hasOthers, labels: flat, isOpenMetrics, separator, ahead: aheadMillis() })
}

module.exports = { readText, readValues }
