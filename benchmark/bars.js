'use strict'

// The bars of rows, and whether they are met.

/** A bar compares with the faster of these two unless it names others. */
const PROMETHEUS_CLIENTS = ['prom-client', '@prometheus-io/client']
/** Every metrics client that has labels. */
const LABEL_CLIENTS = [...PROMETHEUS_CLIENTS, '@platformatic/prom-client', 'opentelemetry']
const OURS = 'tallystick'

/**
 * @typedef {object} Bar
 * @property {'times' | 'share' | 'most'} kind `times`: their time divided by ours is at least `value`; `share`: ours divided by theirs
 * is at most `value`; `most`: ours is at most `value`, in the unit of the row
 * @property {number} [value] without one, the ratio is shown and not judged
 * @property {string[]} [against] the fastest of these contenders; default: the two Prometheus clients
 */

/** @param {number} value @param {string[]} [against] @returns {Bar} */
function times(value, against) {
  return { kind: 'times', value, against }
}

/** @param {number} value @param {string[]} [against] @returns {Bar} */
function share(value, against) {
  return { kind: 'share', value, against }
}

/** @param {number} value @returns {Bar} */
function atMost(value) {
  return { kind: 'most', value }
}

/** @param {Bar} bar @returns {Bar} one that shows the same ratio and is not judged */
function unjudged({ kind, against }) {
  return { kind, against }
}

/**
 * @param {Bar} bar
 * @param {Record<string, number>} values by contender; lower is better
 * @returns {{ ratio: number, isMet?: boolean, shown: string, wanted?: string } | undefined} undefined if there is no contender to compare with
 */
function judge({ kind, value, against = PROMETHEUS_CLIENTS }, values) {
  const theirs = best(values, against)
  const ours = values[OURS]
  if (kind === 'most' && value !== undefined && ours !== undefined) {
    return { ratio: ours, shown: figure(ours), isMet: ours <= value, wanted: `≤ ${value}` }
  }
  if (theirs === undefined || ours === undefined) return undefined
  const ratio = kind === 'times' ? theirs / ours : ours / theirs
  const shown = kind === 'times' ? `${figure(ratio)}×` : `${figure(ratio)} of`
  if (value === undefined) return { ratio, shown }
  const who = namesOf(against)
  if (kind === 'times') return { ratio, shown, isMet: ratio >= value, wanted: `≥ ${value}×${who}` }
  return { ratio, shown, isMet: ratio <= value, wanted: `≤ ${value} of${who}` }
}

/** Who a bar compares with, where that is not the usual two. @param {string[]} against */
function namesOf(against) {
  if (against === PROMETHEUS_CLIENTS) return ''
  return against === LABEL_CLIENTS ? ' (all four)' : ` (${against.join(', ')})`
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

module.exports = { LABEL_CLIENTS, OURS, PROMETHEUS_CLIENTS, atMost, best, figure, judge, share, times, unjudged }
