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

module.exports = { warn }
