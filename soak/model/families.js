'use strict'

// The series of the model: every kind, merge and bucket layout, without labels and with one to three of them.

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Series} Series */

/** Quantiles are within the width of a bucket. */
const ERRORS = [0, 1 / 16, 1 / 128, 1 / 1024]
const BOUNDS = [1, 10, 100, 1000]

/** @type {Family[]} */
const FAMILIES = [
  { name: 'jobs', kind: 'counter', options: {} },
  { name: 'hits', kind: 'counter', options: { labelNames: ['c', 'id', 'a', 'b'] } },
  .../** @type {const} */ (['sum', 'min', 'max', 'last']).map((merge) => ({
    name: `level_${merge}`,
    kind: /** @type {const} */ ('gauge'),
    options: { merge },
    merge,
  })),
  { name: 'wait', kind: 'timing', options: {}, errors: [ERRORS[2], ERRORS[1]] },
  { name: 'span', kind: 'timing', options: { precision: 3 }, errors: [ERRORS[3], ERRORS[3]] },
  { name: 'sizes', kind: 'histogram', options: {}, errors: [ERRORS[2], ERRORS[1]] },
  { name: 'bounded', kind: 'histogram', options: { buckets: BOUNDS }, bounds: BOUNDS },
  { name: 'passing_jobs', kind: 'counter', options: {}, isPassing: true },
  { name: 'passing_level', kind: 'gauge', options: {}, merge: 'sum', isPassing: true },
  { name: 'passing_wait', kind: 'timing', options: {}, errors: [ERRORS[2], ERRORS[1]], isPassing: true },
  { name: 'passing_bounded', kind: 'histogram', options: { buckets: BOUNDS }, bounds: BOUNDS, isPassing: true },
]

const IDS = 16

/** @type {[name: string, value: string][][]} sorted by name */
const LABELS = [
  [],
  ...['x', '1', 'true', 'q"\\'].map((value) => /** @type {[string, string][]} */ ([['a', value]])),
  [['b', 'x']],
  ...[
    ['1', 'x'],
    ['x', '1'],
    ['true', 'true'],
  ].map(
    ([a, b]) =>
      /** @type {[string, string][]} */ ([
        ['a', a],
        ['b', b],
      ]),
  ),
  [
    ['b', '1'],
    ['c', 'x'],
  ],
  ...[
    ['1', '1', '1'],
    ['x', 'x', 'true'],
    ['true', '1', '2.5'],
  ].map(
    ([a, b, c]) =>
      /** @type {[string, string][]} */ ([
        ['a', a],
        ['b', b],
        ['c', c],
      ]),
  ),
  ...Array.from({ length: IDS }, (_, id) => /** @type {[string, string][]} */ ([['id', `i${id}`]])),
]

/** @type {Series[]} the index of each is its number */
const SERIES = FAMILIES.flatMap((family) => LABELS.map((labels) => ({ family, labels }))).map(
  ({ family, labels }, at) => {
    const text = labels.map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`).join(',')
    return { at, family, labels, text, key: text === '' ? family.name : `${family.name}{${text}}` }
  },
)

/** @type {Map<string, Series>} by key */
const SERIES_BY_KEY = new Map(SERIES.map((series) => [series.key, series]))

/**
 * The series that `remove()` of one's labels removes: those that have them, or only the one without labels.
 * @param {Series} series
 */
function matching({ at, family, labels }) {
  if (labels.length === 0) return [SERIES[at]]
  const has = (/** @type {Series} */ other) =>
    labels.every(([name, value]) => other.labels.some((label) => label[0] === name && label[1] === value))
  return SERIES.filter((other) => other.family === family && has(other))
}

/** @param {Family} family */
function seriesOf(family) {
  return SERIES.filter((series) => series.family === family)
}

module.exports = { FAMILIES, SERIES, SERIES_BY_KEY, matching, seriesOf }
