'use strict'

// A table: a row for each thing that is measured, a column for each contender.

const { OURS, best, figure, judge, PROMETHEUS_CLIENTS } = require('./bars')

/** Each has a column where it is present; the others share one. */
const COLUMNS = [OURS, 'prom-client', '@prometheus-io/client', '@platformatic/prom-client', 'opentelemetry', 'metrix']

/**
 * @typedef {object} Row
 * @property {string} title
 * @property {string} unit
 * @property {Record<string, number>} values by contender
 * @property {import('./bars').Bar[]} bars
 */

/**
 * The rows of a case, from what its rounds gave.
 * @param {any} benchmarkCase
 * @param {Record<string, Record<string, number>>} results
 * @param {Record<string, number>} [parameters] what stands in titles as `{name}`
 * @returns {Row[]}
 */
function rowsOf({ rows, unit, baseline }, results, parameters = {}) {
  return rows.map((/** @type {any} */ { title, key = 'value', bars = [], unit: own = unit }) => {
    const base = baseline === undefined ? 0 : results[baseline][key]
    const named = Object.entries(results).filter(([name, reading]) => name !== baseline && key in reading)
    const values = Object.fromEntries(named.map(([name, reading]) => [name, reading[key] - base]))
    return { title: filled(title, parameters), unit: own, values, bars }
  })
}

/** @param {string} title @param {Record<string, number>} parameters */
function filled(title, parameters) {
  return title.replaceAll(/\{(\w+)\}/g, (whole, name) => parameters[name]?.toLocaleString('en') ?? whole)
}

/** @param {Row[]} rows @returns {string} Markdown */
function markdownTable(rows) {
  const columns = COLUMNS.filter((name) => rows.some(({ values }) => name in values))
  const head = ['what', 'unit', ...columns, 'others', 'ratio', 'bar', 'met']
  const align = head.map((name) => (columns.includes(name) || name === 'ratio' ? '--:' : '---'))
  const cells = rows.map((row) => cellsOf(row, columns))
  return [head, align, ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** @param {Row} row @param {string[]} columns */
function cellsOf({ title, unit, values, bars }, columns) {
  const verdicts = bars.map((bar) => judge(bar, values)).filter((verdict) => verdict !== undefined)
  const judged = verdicts.filter(({ wanted }) => wanted !== undefined)
  const others = Object.entries(values).filter(([name]) => !COLUMNS.includes(name))
  return [
    title,
    unit,
    ...columns.map((name) => (values[name] === undefined ? '' : figure(values[name]))),
    others.map(([name, value]) => `${code(name)} ${figure(value)}`).join(', '),
    verdicts.length > 0 ? verdicts.map(({ shown }) => shown).join(', ') : plainRatio(values),
    judged.map(({ wanted }) => wanted).join(', '),
    judged.map(({ isMet }) => (isMet ? 'yes' : '**no**')).join(', '),
  ]
}

/** Without a bar: the time of the faster Prometheus client divided by ours. @param {Record<string, number>} values */
function plainRatio(values) {
  const theirs = best(values, PROMETHEUS_CLIENTS)
  return theirs === undefined ? '' : `${figure(theirs / values[OURS])}×`
}

/** Names that are code in Markdown. @param {string} name */
function code(name) {
  return /[()[\].]|^[a-z]+[A-Z]/.test(name) ? `\`${name}\`` : name
}

/** Titles of the rows with a bar that is not met. @param {Row[]} rows */
function missedBars(rows) {
  return rows
    .filter(({ bars, values }) => bars.some((bar) => judge(bar, values)?.isMet === false))
    .map(({ title }) => title)
}

module.exports = { markdownTable, missedBars, rowsOf }
