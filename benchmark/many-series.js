'use strict'

// Hundreds of thousands of label sets, and the contenders that have labels.

const opentelemetry = require('./contenders/opentelemetry')
const { prometheusClients, series } = require('./contenders/prometheus')

/** The number of routes; there are as many shops as necessary. */
const ROUTES = 100

/**
 * Two labels: a route, which repeats often, and a shop, which has a hundred series.
 * @param {number} count of series
 * @param {string} [prefix] of the shops
 */
function labelValues(count, prefix = 'shop') {
  const shops = Array.from({ length: Math.ceil(count / ROUTES) }, (_, at) => `${prefix}-${at}`)
  const routes = Array.from({ length: ROUTES }, (_, at) => `/api/v1/route-${at}`)
  return { shops, routes }
}

/**
 * One recording of each series.
 * @param {(labels: any) => void} record
 * @param {number} count
 * @param {ReturnType<typeof labelValues>} values
 */
function recordEach(record, count, { shops, routes }) {
  for (let at = 0; at < count; at++) record({ shop: shops[Math.floor(at / ROUTES)], route: routes[at % ROUTES] })
}

/**
 * @template T
 * @param {(adapter: any, parameters: any) => T} open
 * @returns {Record<string, (parameters: any) => T>}
 */
function seriesContenders(open) {
  return {
    tallystick: (parameters) => open(require('./contenders/tallystick').series, parameters),
    ...prometheusClients((client, parameters) => open(series(client), parameters)),
    opentelemetry: (parameters) => open(opentelemetry.series(), parameters),
  }
}

module.exports = { ROUTES, labelValues, recordEach, seriesContenders }
