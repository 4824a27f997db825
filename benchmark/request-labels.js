'use strict'

// Labels of requests: 4 methods and 16 statuses, 64 series.

const METHODS = ['GET', 'POST', 'PUT', 'DELETE']
const STATUSES = Array.from({ length: 16 }, (_, at) => String(200 + 13 * at))
const SERIES = METHODS.length * STATUSES.length
const LABEL_NAMES = ['method', 'status']

/** @param {number} turn */
function methodOf(turn) {
  return METHODS[turn & 3]
}

/** @param {number} turn */
function statusOf(turn) {
  return STATUSES[(turn >>> 2) & 15]
}

/** One object a series. */
const labelSets = Array.from({ length: SERIES }, (_, at) => ({ method: methodOf(at), status: statusOf(at) }))

/** The labels of 1,024 series. */
const manyLabelSets = Array.from({ length: 1024 }, (_, at) => ({ method: methodOf(at), status: String(at >>> 2) }))

module.exports = { LABEL_NAMES, SERIES, labelSets, manyLabelSets, methodOf, statusOf }
