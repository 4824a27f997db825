'use strict'

// Formats operations for people.

const { inspect } = require('node:util')
const { SERIES } = require('./families')
const { spelled } = require('./spelling')

/** @typedef {import('./types').Operation} Operation */
/** @typedef {import('./types').Program} Program */

const VERBS = { counter: 'inc', timing: 'observeNanos', histogram: 'observe', gauge: 'set' }

/** @param {number} thread @param {Operation} operation */
function described(thread, operation) {
  return `thread ${thread}: ${textOf(operation)}`
}

/** @param {Operation} operation */
function textOf(operation) {
  if (!('at' in operation)) {
    const { do: verb, ...rest } = operation
    return `${verb} ${Object.values(rest).join(' ')}`.trim()
  }
  const { family } = SERIES[operation.at]
  const labels = inspect(spelled(SERIES[operation.at], operation.spelling), { breakLength: Infinity })
  const place = `${family.name}${labels === '{}' ? '' : ` ${labels}`}`
  if ('slot' in operation && !('way' in operation)) return `${operation.do} ${place} in slot ${operation.slot}`
  if (!('way' in operation)) return `${operation.do} ${place}`
  const { times, value, way, slot } = operation
  const verb = operation.do === 'add' ? 'inc' : operation.do === 'total' ? 'setTotal' : VERBS[family.kind]
  const by = way === 'slot' ? `slot ${slot}` : way
  return `${place} ${verb}(${value})${times > 1 ? ` ${times} times` : ''} by ${by}`
}

/** @param {Program} program */
function logOf({ epochs }) {
  return epochs.flatMap(({ batches, resets, reports, ends }, at) => [
    `epoch ${at}`,
    ...batches.flatMap((batch, thread) => batch.map((operation) => `  ${described(thread, operation)}`)),
    ...resets.map((window) => `  then window ${window} is reset`),
    ...reports.map((thread) => `  then thread ${thread} reads`),
    ...ends.map(({ thread, how }) => `  then thread ${thread} ends: ${how}`),
  ])
}

module.exports = { described, logOf }
