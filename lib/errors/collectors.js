'use strict'

// Errors about collectors and their windows.

const { coded, shown } = require('./coded')
const { invalidOption } = require('./options')

/** @param {unknown} value */
function notACollector(value) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_COLLECTOR',
    `collector must be a Collector of this package, got ${shown(value)}`,
  )
}

/** @param {unknown} id that is not a positive integer */
function notACollectorId(id) {
  if (typeof id !== 'object' || id === null) return unknownCollector(id)
  const message = `Collector.attach takes the id of a collector, got ${shown(id)}: pass collector.id`
  return coded(TypeError, 'ERR_TALLYSTICK_COLLECTOR', message)
}

/** @param {unknown} id */
function unknownCollector(id) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_COLLECTOR',
    `no collector has the id ${shown(id)}: a thread of this process must hold the collector while another one attaches to it`,
  )
}

/** @param {unknown} value */
function notAWindow(value) {
  return invalidOption('window', value, 'a window that this collector made: collector.window()')
}

module.exports = { notACollector, notACollectorId, notAWindow, unknownCollector }
