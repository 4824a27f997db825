'use strict'

// The Prometheus clients, whose interface is the same: prom-client, @prometheus-io/client, which it became, and Platformatic's fork.

const PACKAGES = ['prom-client', '@prometheus-io/client', '@platformatic/prom-client']

/**
 * A contender for each of them.
 * @template T
 * @param {(client: any, parameters: any) => T} open
 * @returns {Record<string, (parameters: any) => T>}
 */
function prometheusClients(open) {
  return Object.fromEntries(PACKAGES.map((name) => [name, (parameters) => open(require(name), parameters)]))
}

/** All counters' values. @param {any} client */
async function counterValues(client) {
  const families = await client.register.getMetricsAsJSON()
  return families.flatMap((/** @type {any} */ { values }) => values.map((/** @type {any} */ { value }) => value))
}

/** The count and the sum of the only histogram or summary, over all its series. @param {any} client */
async function timingTotals(client) {
  const [{ name, values }] = await client.register.getMetricsAsJSON()
  const total = (/** @type {string} */ suffix) =>
    values
      .filter((/** @type {any} */ { metricName }) => metricName === `${name}_${suffix}`)
      .reduce((/** @type {number} */ sum, /** @type {any} */ { value }) => sum + value, 0)
  return [total('count'), total('sum')]
}

const SHOP_LABELS = ['shop', 'route']

/** The formats that a registry can have, one at a time. @param {any} client */
function formatsOf({ register, Registry }) {
  const scrape = (/** @type {string} */ type) => () => {
    register.setContentType(type)
    return register.metrics()
  }
  return {
    text: scrape(Registry.PROMETHEUS_CONTENT_TYPE),
    openmetrics: scrape(Registry.OPENMETRICS_CONTENT_TYPE),
  }
}

/** What cases about many series need. @param {any} client */
function series(client) {
  return {
    counter: (/** @type {string} */ name, labelNames = SHOP_LABELS) => {
      const counter = new client.Counter({ name, help: name, labelNames })
      return (/** @type {any} */ labels) => counter.inc(labels)
    },
    timing: (/** @type {string} */ name) => {
      const histogram = new client.Histogram({ name, help: name, labelNames: SHOP_LABELS })
      return (/** @type {any} */ labels, /** @type {number} */ millis) => histogram.observe(labels, millis / 1e3)
    },
    scrape: () => client.register.metrics(),
    formats: formatsOf(client),
    values: () => counterValues(client),
  }
}

module.exports = { PACKAGES, counterValues, prometheusClients, series, timingTotals }
