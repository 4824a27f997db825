'use strict'

// What a row of the table has to reach, and whether it does.

/** The two clients that a bar is measured against: the faster one counts. */
const PROMETHEUS_CLIENTS = ['prom-client', '@prometheus-io/client']
const OURS = 'tallystick'

/**
 * @typedef {object} Bar
 * @property {'times' | 'share'} kind `times`: theirs is at least so many times ours; `share`: ours is at most so much of theirs
 * @property {number} value
 * @property {string[]} [against] the best of these contenders; default: the two Prometheus clients
 */

/** @param {number} value @param {string[]} [against] @returns {Bar} */
function times(value, against) {
  return { kind: 'times', value, against }
}

/** @param {number} value @param {string[]} [against] @returns {Bar} */
function share(value, against) {
  return { kind: 'share', value, against }
}

/**
 * @param {Bar} bar
 * @param {Record<string, number>} values by contender; lower is better
 * @returns {{ ratio: number, isMet: boolean, shown: string, wanted: string } | undefined} nothing when there is nobody to compare with
 */
function judge({ kind, value, against = PROMETHEUS_CLIENTS }, values) {
  const theirs = best(values, against)
  const ours = values[OURS]
  if (theirs === undefined || ours === undefined) return undefined
  const who = against === PROMETHEUS_CLIENTS ? '' : ` (${against.join(', ')})`
  if (kind === 'times') {
    const ratio = theirs / ours
    return { ratio, isMet: ratio >= value, shown: `${figure(ratio)}×`, wanted: `≥ ${value}×${who}` }
  }
  const ratio = ours / theirs
  return { ratio, isMet: ratio <= value, shown: `${figure(ratio)} of`, wanted: `≤ ${value} of${who}` }
}

/** @param {Record<string, number>} values @param {string[]} names @returns {number | undefined} */
function best(values, names) {
  const present = names.map((name) => values[name]).filter((value) => value !== undefined)
  return present.length === 0 ? undefined : Math.min(...present)
}

/** A number with as many digits as matter. @param {number} value */
function figure(value) {
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

module.exports = { OURS, PROMETHEUS_CLIENTS, best, figure, judge, share, times }
