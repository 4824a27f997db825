'use strict'

// Families that have room for a few label sets only, and are given many. Which of them have series of their own depends on the
// threads' timing; the sums do not.

/** @typedef {import('./types').Family} Family */

const ROOM = 12
const PREFIX = 'flood_'
/** What a label's value is, or the only label's name, where series stand for others. */
const FOLDED = /="…"|otel_metric_overflow/

/** @type {Family[]} */
const FLOODED = [
  { name: `${PREFIX}jobs`, kind: 'counter', options: { maxSeries: ROOM } },
  { name: `${PREFIX}wait`, kind: 'timing', options: { maxSeries: ROOM } },
]

/** Whether a key, or the name of a sample, is that of a flooded family. @param {string} key */
function isFlooded(key) {
  return key.startsWith(PREFIX)
}

/**
 * Compares the sum over all series of each flooded family with what was recorded.
 * @param {Map<string, number>} expected by the name of the family
 * @param {[key: string, count: number][]} read of the series
 * @param {(name: string) => string} [keyOf] what the keys of a family begin with
 * @returns {string[]}
 */
function differencesOfFloods(expected, read, keyOf = (name) => name) {
  return FLOODED.flatMap(({ name }) => {
    const own = read.filter(([key]) => key.split('{', 1)[0] === keyOf(name))
    const sum = own.reduce((total, [, count]) => total + count, 0)
    const sets = own.filter(([key]) => key.includes('{') && !FOLDED.test(key)).length
    return [
      ...(sum === (expected.get(name) ?? 0) ? [] : [`${name} adds up to ${sum}, not ${expected.get(name) ?? 0}`]),
      ...(sets <= ROOM ? [] : [`${name} has ${sets} label sets, more than ${ROOM}`]),
    ]
  })
}

module.exports = { FLOODED, differencesOfFloods, isFlooded }
