'use strict'

// Warns, once, of metrics of one name in one scope of an OTLP message. All are sent, as OpenTelemetry's specification wants it of
// instruments that differ: receivers may tell them apart by type and unit, and a name must not depend on what else a process records.

const { shownName } = require('../name-clashes')
const { Message, readFields } = require('./wire')

/** @typedef {InstanceType<typeof Message>} MessageType */

/** By the fields of a metric that have its data. @type {Record<number, string>} */
const TYPES = { 5: 'gauge', 7: 'sum', 9: 'histogram', 10: 'exponential histogram' }
const MAX_WARNINGS = 100

/** @type {Set<string>} */
const given = new Set()

/** @param {Uint8Array} bytes of a request */
function warnOfSameNames(bytes) {
  readFields(new Message(bytes), {
    1: (request) => readFields(request.message(), { 2: (scope) => checkScope(scope.message()) }),
  })
}

/** @param {MessageType} scope */
function checkScope(scope) {
  /** @type {Map<string, string[]>} */
  const typesOfNames = new Map()
  readFields(scope, {
    2: (field) => {
      const { name, type } = titleOf(field.message())
      const types = typesOfNames.get(name)
      if (types === undefined) typesOfNames.set(name, [type])
      else types.push(type)
    },
  })
  for (const [name, types] of typesOfNames) if (types.length > 1) warn(name, types)
}

/** @param {MessageType} metric */
function titleOf(metric) {
  const title = { name: '', type: '' }
  while (metric.next()) {
    if (metric.field === 1) title.name = metric.text()
    else {
      title.type ||= TYPES[metric.field] ?? ''
      metric.skip()
    }
  }
  return title
}

/** @param {string} name @param {string[]} types */
function warn(name, types) {
  const message = `${types.length} metrics are called ${shownName(name)} in OTLP (${types.join(', ')}), and receivers may not tell them apart: rename all but one`
  if (given.has(message) || given.size === MAX_WARNINGS) return
  given.add(message)
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_NAMES' })
}

module.exports = { warnOfSameNames }
