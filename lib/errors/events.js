'use strict'

// Errors about recorders, events and reports.

const { coded, shown } = require('./coded')

/** @param {unknown} value */
function notARecorder(value) {
  return coded(TypeError, 'ERR_TALLYSTICK_RECORDER', `recorder must be a Recorder of this package, got ${shown(value)}`)
}

/** @param {string} kind @param {string[]} methods @param {unknown} value @param {unknown} [cause] */
function notAnInstrument(kind, methods, value, cause) {
  const expected = methods.map((method) => `${method}()`).join(' and ')
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    `option ${kind} must return an instrument with ${expected}, got ${shown(value)}`,
    cause,
  )
}

/** @param {string} kind @param {number} depth */
function recursiveFactory(kind, depth) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_OPTIONS',
    `option ${kind} calls recorder.${kind}, ${depth} levels deep: return an instrument instead, such as Default${kind[0].toUpperCase()}${kind.slice(1)}(recorder, name, …)`,
  )
}

/** @param {unknown} id */
function unknownTimerId(id) {
  const message = `stop() takes an id that start() returned in this thread, got ${shown(id)}`
  return coded(typeof id === 'number' ? RangeError : TypeError, 'ERR_TALLYSTICK_TIMER', message)
}

/** @param {unknown} event @param {string[]} events */
function unknownEvent(event, events) {
  return coded(TypeError, 'ERR_TALLYSTICK_EVENT', `event must be one of ${events.join(', ')}, got ${shown(event)}`)
}

/** @param {string} kind @param {unknown} event @param {unknown} [cause] */
function notAnEvent(kind, event, cause) {
  const message = `a ${kind} event must be an object with a name and a number, got ${shown(event)}`
  return coded(TypeError, 'ERR_TALLYSTICK_EVENT', message, cause)
}

/** @param {number} depth */
function recursiveEvents(depth) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_EVENT',
    `listeners trigger each other's recordings, ${depth} levels deep; further events are not emitted: record under names that the listeners ignore`,
  )
}

/** @param {unknown} result */
function invalidComposite(result) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_COMPOSITE',
    `a composite must return [name, value, …] or nothing, got ${shown(result)}`,
  )
}

function recursiveReport() {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_COMPOSITE',
    'a composite or a snapshot() requested the report that it is part of: use only the objects that it receives',
  )
}

module.exports = {
  invalidComposite,
  notARecorder,
  notAnEvent,
  notAnInstrument,
  recursiveEvents,
  recursiveFactory,
  recursiveReport,
  unknownEvent,
  unknownTimerId,
}
