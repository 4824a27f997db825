'use strict'

// What Rust tells as JSON text, as values again.

const { tooLongSnapshot } = require('../errors')

/** More than any string holds where the runtime does not say. */
const LONGEST = 2 ** 29

let longest = 0

/** The most UTF-16 units that a string of this runtime has. */
function longestString() {
  longest ||= require('node:buffer').constants.MAX_STRING_LENGTH ?? LONGEST
  return longest
}

/**
 * @param {(longest: number) => string | null} read null, and nothing is reset, where the text would be longer
 * @returns {import('../..').Snapshot}
 */
function parsedSnapshot(read) {
  const text = read(longestString())
  if (text === null) throw tooLongSnapshot()
  const snapshot = JSON.parse(text)
  const { gauges } = snapshot
  for (const key in gauges) {
    if (gauges[key] === null) gauges[key] = Number.NaN
  }
  return snapshot
}

/** One series' value. @param {string | null} text @returns {any} undefined where there is none */
function parsedValue(text) {
  if (text === null) return undefined
  return JSON.parse(text) ?? Number.NaN
}

module.exports = { longestString, parsedSnapshot, parsedValue }
