'use strict'

// What prom-client checks of names and values, with its messages: programs and tests compare them.

const { format, inspect } = require('node:util')

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** @param {string} name */
function validateMetricName(name) {
  return METRIC_NAME.test(name)
}

/** The names that are not legal. @param {string[]} [names] */
function validateLabelName(names = []) {
  return names.filter((name) => !LABEL_NAME.test(name))
}

/** @param {string[]} declared @param {object | undefined} labels */
function validateLabel(declared, labels) {
  for (const label in labels) {
    if (!declared.includes(label)) {
      throw new Error(`Added label "${label}" is not included in initial labelset: ${inspect(declared)}`)
    }
  }
}

/** @param {string} what @param {unknown} value */
function notANumber(what, value) {
  return new TypeError(`${what} is not a valid number: ${format(value)}`)
}

module.exports = { notANumber, validateLabel, validateLabelName, validateMetricName }
