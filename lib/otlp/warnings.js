'use strict'

/** @type {Set<string>} */
const given = new Set()

/** A warning that users should see without a logger, once. @param {string} message */
function warnOnce(message) {
  if (given.has(message)) return
  given.add(message)
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_OPENTELEMETRY' })
}

module.exports = { warnOnce }
