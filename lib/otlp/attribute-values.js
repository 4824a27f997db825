'use strict'

// Attributes' values as the values of labels, which are strings. Their types are kept separately, for OTLP, in the bits of
// `src/collector/label_types.rs`.

const STRING = 1
const INT = 2
const DOUBLE = 4
const BOOL = 8
const JSON_TEXT = 16

/** @param {unknown} value neither null nor undefined */
function typeOf(value) {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? INT : DOUBLE
  if (typeof value === 'boolean') return BOOL
  return typeof value === 'object' ? JSON_TEXT : STRING
}

/**
 * A value as a string; undefined if it is absent, or cannot be one. Arrays and objects become JSON.
 * @param {unknown} value
 * @returns {string | undefined}
 */
function stringOf(value) {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'object') {
    if (ArrayBuffer.isView(value)) return JSON.stringify([.../** @type {Uint8Array} */ (value)])
    return JSON.stringify(value)
  }
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : String(value)
}

/**
 * A resource's attributes as Rust takes them.
 * @param {Record<string, unknown>} attributes
 * @returns {import('../../binding').OtlpAttribute[]}
 */
function typedAttributes(attributes) {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const string = stringOf(value)
    return string === undefined || name === '' ? [] : [{ name, value: string, types: typeOf(value) }]
  })
}

module.exports = { BOOL, DOUBLE, INT, JSON_TEXT, STRING, stringOf, typeOf, typedAttributes }
