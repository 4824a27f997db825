'use strict'

// Counters that each report computes from its other values.

const { invalidComposite } = require('../errors/events')
const { notAFunction } = require('../errors/values')
const { copied } = require('../record/options')

/** @typedef {(counters: any, histograms: any, gauges: any) => any} Composite */

/** @param {any} composites a function, a list of them, or nothing @returns {Composite[]} */
function checkedComposites(composites) {
  if (composites === undefined || composites === null) return []
  const list = copied(composites) ?? [composites]
  for (const composite of list) {
    if (typeof composite !== 'function') throw notAFunction('each of composites', composite)
  }
  return list
}

/**
 * The pairs of name and value that a composite returned. It may return any falsy value, as in `condition && [name, value]`.
 * @param {unknown} result
 * @returns {[string, unknown][]}
 */
function pairsOf(result) {
  if (!result) return []
  const list = copied(result)
  if (list === undefined || list.length % 2 !== 0) throw invalidComposite(result)
  /** @type {[string, unknown][]} */
  const pairs = []
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at]
    if (typeof name !== 'string' || name === '') throw invalidComposite(result)
    pairs.push([name, list[at + 1]])
  }
  return pairs
}

module.exports = { checkedComposites, pairsOf }
