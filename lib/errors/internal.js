'use strict'

const { coded } = require('./coded')

/** A defect of this package. @param {string} what */
function internalError(what) {
  return coded(Error, 'ERR_TALLYSTICK_INTERNAL', `${what}; please report this`)
}

module.exports = { internalError }
