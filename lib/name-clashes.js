'use strict'

// Warns, once, of two families whose names become equal in an exposition. The exposition keeps them apart.

const binding = require('./native')

/** @typedef {import('./record/types').Reference} Reference */

/** @type {WeakMap<Reference, number>} how many families of a collector were checked */
const known = new WeakMap()

/** Checks the families that are new since the last call. @param {Reference} reference */
function warnOfClashes(reference) {
  const { families, clashes } = binding.nameClashes(reference, known.get(reference) ?? 0)
  known.set(reference, families)
  for (const { earlier, later, exposed } of clashes) {
    const message = `the ${shown(earlier)} and the ${shown(later)} have the same name in Prometheus: the latter is exposed as ${shorten(exposed)} there; rename one of them`
    process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_NAMES' })
  }
}

/** @param {string[]} family its kind and its name */
function shown([kind, name]) {
  return `${kind} ${shownName(name)}`
}

/** @param {string} name */
function shownName(name) {
  return JSON.stringify(shorten(name))
}

/** @param {string} text */
function shorten(text) {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

module.exports = { shownName, warnOfClashes }
