'use strict'

// Parses what Rust returns as JSON text.

/** Longer than any string, for runtimes that do not publish their limit. */
const LONGEST = 2 ** 29

let longest = 0

/** The length of the longest possible string in this runtime, in UTF-16 units. */
function longestString() {
  longest ||= require('node:buffer').constants.MAX_STRING_LENGTH ?? LONGEST
  return longest
}

/**
 * @param {(longest: number) => string | null} read returns null, and resets nothing, if the text would be longer
 * @returns {import('../..').Snapshot}
 */
function parsedSnapshot(read) {
  const text = read(longestString())
  if (text === null) throw require('../errors/readings').tooLongSnapshot()
  const snapshot = JSON.parse(text)
  const { gauges } = snapshot
  for (const key in gauges) {
    if (gauges[key] === null) gauges[key] = Number.NaN
  }
  return snapshot
}

/** The value of one series. @param {string | null} text @returns {any} undefined if the series does not exist */
function parsedValue(text) {
  if (text === null) return undefined
  return JSON.parse(text) ?? Number.NaN
}

module.exports = { longestString, parsedSnapshot, parsedValue }
