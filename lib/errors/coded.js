'use strict'

// What all errors are made with: a code that never changes, and a message that repeats at most 80 characters of a value.
//
// They are made here, in JavaScript, because an addon's errors belong to another realm in Jest and vm contexts, where
// `instanceof TypeError` would fail. Files that every program loads require rare errors only where they throw them: each file takes
// time to load.

/**
 * @param {ErrorConstructor} Type
 * @param {import('../..').ErrorCode} code
 * @param {string} message
 * @param {unknown} [cause]
 */
function coded(Type, code, message, cause) {
  const error = new Type(message, cause === undefined ? undefined : { cause })
  return Object.assign(error, { code })
}

/** @param {unknown} value */
function shown(value) {
  let text
  try {
    const { inspect } = require('node:util')
    text = inspect(typeof value === 'string' ? value.slice(0, 81) : value, {
      depth: 0,
      breakLength: Number.POSITIVE_INFINITY,
    })
  } catch {
    text = typeof value
  }
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

module.exports = { coded, shown }
