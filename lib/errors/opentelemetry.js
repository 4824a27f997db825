'use strict'

// Errors of the OpenTelemetry provider's options.

const { coded, shown } = require('./coded')

/** @param {unknown} view @param {string} reason */
function invalidView(view, reason) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `the view ${shown(view)} ${reason}`)
}

module.exports = { invalidView }
