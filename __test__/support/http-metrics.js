'use strict'

// What `instrument` recorded, as tests compare it.

const assert = require('node:assert/strict')
const { until } = require('./until')

/**
 * The number of samples of a distribution by its labels.
 * @param {import('../..').Metrics} own @param {string} name
 * @returns {{ labels: Record<string, string>, count: number }[]}
 */
function countsOf(own, name) {
  const { timings, histograms } = own.snapshot()
  return Object.entries({ ...timings, ...histograms })
    .filter(([key, { count }]) => key.startsWith(`${name}{`) && count > 0)
    .map(([key, { count }]) => ({ labels: labelsIn(key), count }))
}

/** @param {string} key as in `name{a="x",b="y"}` @returns {Record<string, string>} */
function labelsIn(key) {
  const pairs = key.matchAll(/[{,]([^=,{}]+)="((?:[^"\\]|\\.)*)"/g)
  return Object.fromEntries([...pairs].map(([, name, value]) => [name, JSON.parse(`"${value}"`)]))
}

/** The number of server requests by route and status. @param {import('../..').Metrics} own @returns {Record<string, number>} */
function routesOf(own) {
  /** @type {Record<string, number>} */
  const routes = {}
  for (const { labels, count } of countsOf(own, 'http.server.request.duration')) {
    const key = `${labels['http.route'] ?? ''} ${labels['http.response.status_code'] ?? ''}`
    routes[key] = (routes[key] ?? 0) + count
  }
  return routes
}

/**
 * Waits until a distribution has these samples, and no others.
 * @param {import('../..').Metrics} own
 * @param {string} name
 * @param {{ labels: Record<string, string>, count: number }[]} expected
 */
async function recorded(own, name, expected) {
  const total = (/** @type {{ count: number }[]} */ counts) => counts.reduce((sum, { count }) => sum + count, 0)
  // a server notices the end of a request in its own time
  const counts = () => countsOf(own, name)
  await until(counts, (seen) => total(seen) >= total(expected), `${name} has its samples`)
  const byLabels = (/** @type {{ labels: object }[]} */ counts) =>
    counts.toSorted((one, other) =>
      JSON.stringify(sorted(one.labels)) < JSON.stringify(sorted(other.labels)) ? -1 : 1,
    )
  assert.deepEqual(byLabels(countsOf(own, name)), byLabels(expected))
}

/** @param {object} labels */
function sorted(labels) {
  return Object.entries(labels).sort()
}

module.exports = { countsOf, recorded, routesOf }
