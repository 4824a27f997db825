'use strict'

// Errors about options.

const { coded, shown } = require('./coded')

/** @param {unknown} cause */
function unreadableOptions(cause) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    'options cannot be read, because a getter or a proxy throws: pass a plain object',
    cause,
  )
}

/** @param {unknown} value */
function invalidOptions(value) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `options must be a plain object, got ${shown(value)}`)
}

/** @param {string} word @param {unknown} value of the second argument */
function secondArgument(word, value) {
  const message = `${word}() takes one argument, a name or options with the name, got ${shown(value)} too: ${word}({ name, … })`
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', message)
}

/** @param {string} option @param {string[]} known */
function unknownOption(option, known) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `unknown option ${shown(option)} (allowed: ${known.join(', ')})`)
}

/** An option of another library. @param {string} option @param {string[]} known @param {string} remedy */
function optionOfAnotherLibrary(option, known, remedy) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    `unknown option ${shown(option)} (allowed: ${known.join(', ')}): ${remedy}`,
  )
}

/** @param {string} option @param {unknown} value @param {string} expected */
function invalidOption(option, value, expected) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `option ${option} must be ${expected}, got ${shown(value)}`)
}

/** @param {string} option @param {unknown} value @param {string} expected */
function optionOutOfRange(option, value, expected) {
  return coded(RangeError, 'ERR_TALLYSTICK_OPTIONS', `option ${option} must be ${expected}, got ${shown(value)}`)
}

/**
 * @typedef {object} Conflict
 * @property {string} kind
 * @property {string} name
 * @property {string} option
 * @property {unknown} existing the option's current value
 * @property {string} fallback describes the value in effect if the option was not given
 * @property {unknown} requested
 */

/** @param {Conflict} conflict */
function conflictingOption({ kind, name, option, existing, fallback, requested }) {
  const known = existing === undefined ? fallback : shown(existing)
  return coded(
    TypeError,
    'ERR_TALLYSTICK_CONFLICT',
    `${kind} ${shown(name)} exists with ${option} ${known}, requested with ${requested === undefined ? 'none' : shown(requested)}: pass the same ${option} everywhere, before its first use, or only the name`,
  )
}

/** @param {string} option */
function conflictingRun(option) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_CONFLICT',
    `default metrics of this collector and prefix are collected already, with a different '${option}': pass the same options everywhere, another prefix, or stop the first ones`,
  )
}

module.exports = {
  conflictingRun,
  conflictingOption,
  invalidOption,
  invalidOptions,
  optionOfAnotherLibrary,
  optionOutOfRange,
  secondArgument,
  unknownOption,
  unreadableOptions,
}
