'use strict'

// The two ways in which calls give labels: as an object, or as values in the order of the label names.

const { validateLabel } = require('./validation')

/** @typedef {Record<string, any>} Labels */

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === 'object' && value !== null
}

/** Whether an object names labels. @param {object} labels */
function hasLabels(labels) {
  for (const _ in labels) return true
  return false
}

/**
 * The labels that `labels(…)` and `remove(…)` are called with.
 * @param {string[]} labelNames
 * @param {any[]} args
 * @returns {Labels}
 */
function getLabels(labelNames, args) {
  if (typeof args[0] === 'object') return args[0] ?? {}
  if (labelNames.length !== args.length) {
    throw new Error(
      `Invalid number of arguments (${args.length}): "${args.join(', ')}" for label names (${labelNames.length}): "${labelNames.join(', ')}".`,
    )
  }
  return Object.fromEntries(labelNames.map((name, at) => [name, args[at]]))
}

/** The labels of a timer. @param {Labels | undefined} first at its start @param {Labels | undefined} last at its end */
function merged(first, last) {
  if (!isObject(last)) return first
  return isObject(first) ? { ...first, ...last } : last
}

/** With inherited labels, and of any kind of object, as prom-client takes them. @param {Labels} labels @returns {Labels} */
function plainLabels(labels) {
  /** @type {Labels} */
  const plain = {}
  for (const name in labels) plain[name] = labels[name]
  return plain
}

/**
 * The handle of the series with these labels.
 * @param {import('../record/types').LabelTable} table
 * @param {string[]} labelNames that the metric has declared
 * @param {Labels} labels
 */
function findSeries(table, labelNames, labels) {
  try {
    return table.find(labels)
  } catch {
    validateLabel(labelNames, labels)
    return table.find(plainLabels(labels))
  }
}

module.exports = { findSeries, getLabels, hasLabels, isObject, merged }
