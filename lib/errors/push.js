'use strict'

// Errors of pushes.

const { coded, shown } = require('./coded')

/** @param {unknown} url */
function invalidUrl(url) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    `option url must be an http or https URL without a user name${secretless(url)}`,
  )
}

/** @param {string} action as in `the push of metrics` @param {string} reason @param {unknown} [cause] */
function pushFailed(action, reason, cause) {
  return coded(Error, 'ERR_TALLYSTICK_PUSH', `${action} failed: ${reason}`, cause)
}

/** What was given, unless it may have a password. @param {unknown} url */
function secretless(url) {
  return typeof url === 'string' && url.includes('@') ? '' : `, got ${shown(url)}`
}

module.exports = { invalidUrl, pushFailed }
