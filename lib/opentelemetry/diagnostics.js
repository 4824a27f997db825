'use strict'

// OpenTelemetry's diagnostics: what its API logs where a wrong call must not throw. The API is not loaded for that: it keeps its
// logger in a global, and without a logger nothing is reported, as with OpenTelemetry's SDK.

const API = Symbol.for('opentelemetry.js.api.1')

/** @param {string} message @param {unknown} [about] its end: what a caller passed or threw */
function warn(message, about = '') {
  try {
    const realm = /** @type {any} */ (globalThis)
    realm[API]?.diag?.warn(`tallystick: ${message}${textOf(about)}`)
  } catch {
    // a logger that throws must not break what it logs
  }
}

/** @param {unknown} value may be anything, also what throws when it is looked at */
function textOf(value) {
  try {
    return String(value)
  } catch {
    return typeof value
  }
}

module.exports = { warn }
