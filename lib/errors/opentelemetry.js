'use strict'

// Errors of the OpenTelemetry provider's options, and of exporters.

const { coded, shown } = require('./coded')

/** @param {unknown} view @param {string} reason */
function invalidView(view, reason) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `the view ${shown(view)} ${reason}`)
}

/** @param {unknown} url */
function invalidUrl(url) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    `option url must be an http or https URL without a user name, got ${shown(url)}`,
  )
}

/** @param {string} what @param {string} reason @param {unknown} [cause] */
function notDelivered(what, reason, cause) {
  return coded(Error, 'ERR_TALLYSTICK_PUSH', `${what} were not delivered: ${reason}`, cause)
}

module.exports = { invalidUrl, invalidView, notDelivered }
