'use strict'

// Exemplars: recordings that are kept with the labels of a trace. Rust keeps the latest of each bucket.

const { exemplarTooLong, unexpectedArgument } = require('../errors/values')
const { flatLabels, unreadableLabels } = require('./label-strings')

/** @typedef {import('./types').Shard} Shard */

/** The characters of all names and values that OpenMetrics allows. */
const MAX_CHARACTERS = 128

/**
 * The exemplar in the last argument of a recording: names and values in turn, none without one.
 * @param {any} options
 * @returns {string[]}
 */
function exemplarIn(options) {
  let areOptions
  let exemplar
  try {
    areOptions = isRecordingOptions(options)
    exemplar = areOptions && options.exemplar
  } catch (cause) {
    throw unreadableLabels(cause)
  }
  if (!areOptions) throw unexpectedArgument('a recording takes one value and { exemplar }', options)
  return exemplarStrings(exemplar)
}

/** Whether it can be options rather than labels, which are passed here by mistake. @param {any} options */
function isRecordingOptions(options) {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return false
  return Object.keys(options).every((name) => name === 'exemplar')
}

/** @param {any} exemplar @returns {string[]} */
function exemplarStrings(exemplar) {
  const strings = flatLabels(exemplar)
  let units = 0
  for (const string of strings) units += string.length
  if (units > MAX_CHARACTERS) checkCharacters(strings)
  return strings
}

/** @param {string[]} strings */
function checkCharacters(strings) {
  let characters = 0
  for (const string of strings) characters += string.length > 2 * MAX_CHARACTERS ? string.length : [...string].length
  if (characters > MAX_CHARACTERS) throw exemplarTooLong(characters, MAX_CHARACTERS)
}

/** @param {Shard} shard @param {number} cell of its series @param {number} value @param {string[]} strings */
function putExemplar(shard, cell, value, strings) {
  if (strings.length > 0) shard.appendExemplar(cell, value, strings)
}

module.exports = { exemplarIn, exemplarStrings, putExemplar }
