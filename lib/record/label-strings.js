'use strict'

// Converts labels to strings: their names and values, of whatever type they were given.

const { invalidLabels, notLabels } = require('../errors/values')
const { wellFormed } = require('./options')

const MAX_LABELS = 1000

/** @typedef {[name: string, value: string]} Pair an absent value is empty */

/**
 * Own enumerable keys, in the order given.
 * @param {any} labels
 * @returns {Pair[]}
 */
function labelPairs(labels) {
  return pairsOf(labelEntries(labels))
}

/** @param {[string, unknown][]} entries as read of an object @returns {Pair[]} */
function pairsOf(entries) {
  const { length } = entries
  if (length > MAX_LABELS) throw invalidLabels(`labels must be at most ${MAX_LABELS}, got ${length}`)
  let isReplaced = false
  /** @type {Pair[]} */
  const pairs = []
  // a loop rather than `map`: an exemplar takes a tenth less
  for (let at = 0; at < length; at++) {
    const [raw, value] = entries[at]
    const name = wellFormed(raw)
    if (name === '') throw invalidLabels('a label name must be a non-empty string')
    if (name !== raw) isReplaced = true
    pairs.push([name, labelText(name, value)])
  }
  if (isReplaced && new Set(pairs.map(([name]) => name)).size < length) {
    throw invalidLabels('two label names are the same once lone surrogates are replaced')
  }
  return pairs
}

/** @param {any} labels @returns {[string, unknown][]} */
function labelEntries(labels) {
  /** @type {[string, unknown][] | undefined} */
  let entries
  try {
    entries = isList(labels) ? undefined : entriesOf(labels)
    if (entries?.length === 0 && !isPlain(labels)) entries = undefined
  } catch (cause) {
    throw unreadableLabels(cause)
  }
  if (entries === undefined) throw notLabels(labels)
  return entries
}

/** `Object.entries` takes three times as long for objects whose shape has never been enumerated. @param {any} labels */
function entriesOf(labels) {
  const keys = Object.keys(labels)
  /** @type {[string, unknown][]} */
  const entries = []
  for (let at = 0; at < keys.length; at++) entries.push([keys[at], labels[keys[at]]])
  return entries
}

/** No object, or one whose keys are no names: an array, a Buffer, a `new String`. @param {any} labels */
function isList(labels) {
  return (
    typeof labels !== 'object' ||
    labels === null ||
    // most are plain objects, which need no further checks
    (Object.getPrototypeOf(labels) !== Object.prototype &&
      (Array.isArray(labels) ||
        ArrayBuffer.isView(labels) ||
        Object.prototype.toString.call(labels) === '[object String]'))
  )
}

/**
 * Whether it is a plain object, of any realm. A Map or a Date has no keys, but is a mistake rather than no labels.
 * @param {object} labels without a key
 */
function isPlain(labels) {
  const prototype = Object.getPrototypeOf(labels)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** @param {unknown} cause */
function unreadableLabels(cause) {
  return invalidLabels('labels cannot be read: a getter or a proxy throws', cause)
}

/** @param {string} name @param {unknown} value */
function labelText(name, value) {
  if (value === undefined || value === null) return ''
  try {
    return wellFormed(String(value))
  } catch (cause) {
    throw invalidLabels(
      `the value of label ${JSON.stringify(name.slice(0, 80))} cannot be converted to a string`,
      cause,
    )
  }
}

/**
 * A flat list of label names and values, as Rust takes them.
 * @param {import('../..').Labels | null | undefined} labels
 */
function flatLabels(labels) {
  if (labels === undefined || labels === null) return []
  /** @type {string[]} */
  const flat = []
  for (const [name, string] of labelPairs(labels)) if (string !== '') flat.push(name, string)
  return flat
}

module.exports = { MAX_LABELS, flatLabels, isList, labelEntries, labelPairs, pairsOf, unreadableLabels }
