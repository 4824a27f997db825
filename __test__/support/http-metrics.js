'use strict'

// What `instrument` recorded, as tests compare it.

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

module.exports = { countsOf, routesOf }
