'use strict'

// Errors about the binary.

const { coded } = require('./coded')

/** @param {string} message @param {unknown} [cause] */
function missingBinary(message, cause) {
  return coded(Error, 'ERR_TALLYSTICK_BINARY', message, cause)
}

/** @param {unknown} cause */
function noExternalMemory(cause) {
  return missingBinary(
    'this runtime does not support external memory, which Tallystick needs (Electron, for example)',
    cause,
  )
}

module.exports = { missingBinary, noExternalMemory }
