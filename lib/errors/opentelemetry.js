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
    `option url must be an http or https URL without a user name${secretless(url)}`,
  )
}

/** @param {string} what @param {string} reason @param {unknown} [cause] */
function notDelivered(what, reason, cause) {
  return coded(Error, 'ERR_TALLYSTICK_PUSH', `${what} were not delivered: ${reason}`, cause)
}

/** What was given, unless it may have a password. @param {unknown} url */
function secretless(url) {
  return typeof url === 'string' && url.includes('@') ? '' : `, got ${shown(url)}`
}

module.exports = { invalidUrl, invalidView, notDelivered }
