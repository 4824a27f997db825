'use strict'

// The same calls of prom-client over it, over its successor, and over `tallystick/prom-client`.

const { times } = require('../bars')
const { evenly, loopCase } = require('../loop')
const { counterValues, prometheusClients, timingTotals } = require('../contenders/prometheus')

const REAL = ['prom-client']
const COUNT = 64
const METHODS = ['GET', 'PUT', 'POST', 'HEAD']
const CODES = ['200', '304', '404', '500']
const LABELS = { labelNames: ['method', 'code'] }
/** Seconds, over all default buckets. */
const SECONDS = Array.from({ length: 1024 }, (_, at) => 2 ** ((at % 128) / 8 - 10))

/**
 * @param {(client: any) => import('../loop').Recording} open
 * @returns {Record<string, (parameters: any) => import('../loop').Recording>}
 */
function clients(open) {
  return { tallystick: () => open(require('../../prom-client')), ...prometheusClients(open) }
}

/** @param {number} turn */
const labelsOf = (turn) => ({ method: METHODS[turn & 3], code: CODES[(turn >> 2) & 3] })

/** How many values were observed. @param {any} client */
async function observed(client) {
  const [count] = await timingTotals(client)
  return [count]
}

const names = Array.from({ length: COUNT }, (_, at) => `requests_${at}`)

const cases = [
  loopCase({
    name: 'prom-client-inc',
    rows: [{ title: "prom-client's `counter.inc()`, 64 counters in turn", bars: [times(2, REAL)] }],
    contenders: clients((client) => {
      const counters = names.map((name) => new client.Counter({ name, help: name }))
      return {
        record: (turn) => counters[turn & (COUNT - 1)].inc(),
        recorded: () => counterValues(client),
        expected: evenly(COUNT),
      }
    }),
  }),
  loopCase({
    name: 'prom-client-labels',
    rows: [{ title: "prom-client's `counter.inc({ method, code })`", bars: [times(2.5, REAL)] }],
    contenders: clients((client) => {
      const counter = new client.Counter({ name: 'requests', help: 'requests', ...LABELS })
      return {
        record: (turn) => counter.inc(labelsOf(turn)),
        recorded: () => counterValues(client),
        expected: evenly(METHODS.length * CODES.length),
      }
    }),
  }),
  loopCase({
    name: 'prom-client-observe',
    rows: [{ title: "prom-client's `histogram.observe({ method, code }, seconds)`", bars: [times(5, REAL)] }],
    contenders: clients((client) => {
      const histogram = new client.Histogram({ name: 'latency', help: 'latency', ...LABELS })
      return {
        record: (turn) => histogram.observe(labelsOf(turn), SECONDS[turn & 1023]),
        recorded: () => observed(client),
      }
    }),
  }),
  loopCase({
    name: 'prom-client-timer',
    rows: [{ title: "prom-client's `startTimer({ method })({ code })`", bars: [times(2, REAL)] }],
    contenders: clients((client) => {
      const histogram = new client.Histogram({ name: 'latency', help: 'latency', ...LABELS })
      return {
        record: (turn) => histogram.startTimer({ method: METHODS[turn & 3] })({ code: CODES[(turn >> 2) & 3] }),
        recorded: () => observed(client),
      }
    }),
  }),
  {
    name: 'prom-client-scrape',
    rows: [
      { title: "prom-client's `register.metrics()`, 10,000 counters and 1,000 histograms", bars: [times(8, REAL)] },
    ],
    unit: 'ms',
    rounds: 5,
    contenders: Object.fromEntries(
      Object.entries({
        tallystick: () => require('../../prom-client'),
        ...prometheusClients((client) => client),
      }).map(([name, load]) => [name, () => openScrape(load())]),
    ),
  },
]

/** @param {any} client */
function openScrape(client) {
  const counter = new client.Counter({ name: 'requests', help: 'requests', labelNames: ['shop', 'route'] })
  const histogram = new client.Histogram({ name: 'latency', help: 'latency', labelNames: ['shop', 'route'] })
  for (let at = 0; at < 10_000; at++) counter.inc({ shop: `shop-${at % 100}`, route: `/r/${Math.floor(at / 100)}` })
  for (let at = 0; at < 1000; at++)
    histogram.observe({ shop: `shop-${at % 10}`, route: `/r/${Math.floor(at / 10)}` }, at)
  return {
    measure: async () => {
      counter.inc({ shop: 'shop-0', route: '/r/0' })
      const began = performance.now()
      await client.register.metrics()
      return performance.now() - began
    },
    check: async () => {
      const lines = (await client.register.metrics())
        .split('\n')
        .filter((/** @type {string} */ line) => line && line[0] !== '#')
      if (lines.length !== 10_000 + 14 * 1000) throw new Error(`${lines.length} samples were exposed`)
    },
  }
}

module.exports = cases
