'use strict'

// OpenTelemetry's diagnostics: what its API logs where a wrong call must not throw. The API is not loaded for that: it keeps its
// logger in a global, and without a logger nothing is reported, as with OpenTelemetry's SDK.

const API = Symbol.for('opentelemetry.js.api.1')

/** @param {string} message */
function warn(message) {
  try {
    const realm = /** @type {any} */ (globalThis)
    realm[API]?.diag?.warn(`tallystick: ${message}`)
  } catch {
    // a logger that throws must not break what it logs
  }
}

/** @type {Set<string>} */
const given = new Set()

/** A warning that users should see without a logger, once. @param {string} message */
function warnOnce(message) {
  if (given.has(message)) return
  given.add(message)
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_OPENTELEMETRY' })
}

module.exports = { warn, warnOnce }
