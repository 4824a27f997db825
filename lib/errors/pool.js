'use strict'

// Errors about worker pools.

const { coded, shown } = require('./coded')

/** @param {unknown} value */
function notAPool(value) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_POOL',
    `pool must be { size, workers } (values or functions) or a supported pool, got ${shown(value)}`,
  )
}

function missingPool() {
  return coded(Error, 'ERR_TALLYSTICK_POOL', 'the pool is not initialized: call setPool first')
}

/** @param {unknown} cause */
function unreadablePool(cause) {
  const message =
    "the pool's workers cannot be read: provide an array, an iterable or a Map, or a function that returns one"
  return coded(Error, 'ERR_TALLYSTICK_POOL', message, cause)
}

/** @param {unknown} state @param {string[]} states */
function unknownState(state, states) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    `the state of a worker must be one of ${states.join(', ')}, got ${shown(state)}`,
  )
}

module.exports = { missingPool, notAPool, unknownState, unreadablePool }
