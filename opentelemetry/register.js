'use strict'

// `node --import tallystick/opentelemetry/register app.js`: everything that OpenTelemetry's instrumentations record goes to this package.
// Without a binary for this machine the application runs as it would without us.

const { warnOnce } = require('../lib/otlp/warnings')

try {
  require('../lib/opentelemetry/register').register()
} catch (error) {
  const { code, message } = /** @type {any} */ (error)
  if (code !== 'ERR_TALLYSTICK_BINARY') throw error
  warnOnce(`metrics are not recorded: ${message}`)
}
