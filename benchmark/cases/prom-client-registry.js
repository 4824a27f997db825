'use strict'

// The cases of prom-client's own benchmark that are no recordings with labels: creation, an empty label object, and readings of small
// registries.

const { times } = require('../bars')
const { loopCase } = require('../loop')
const { prometheusClients } = require('../contenders/prometheus')

const LABEL_NAMES = ['method', 'status', 'account', 'region']
/** A registry is replaced when it has this many counters, which a real one seldom has. */
const MOST_COUNTERS = 2000
const READINGS = 40

/** The registries: how many values each label has, and how many default labels there are. */
const REGISTRIES = {
  'no labels': { counts: [], defaults: 0 },
  '4 × 4 label sets': { counts: [4, 4], defaults: 0 },
  '8 × 8 label sets': { counts: [8, 8], defaults: 0 },
  '2 × 2 label sets and 4 default labels': { counts: [2, 2], defaults: 4 },
}

/** @template T @param {(client: any) => T} open @returns {Record<string, () => T>} */
function clients(open) {
  return { tallystick: () => open(require('../../prom-client')), ...prometheusClients(open) }
}

/** All label sets. @param {number[]} counts of values of each label @returns {Record<string, string>[]} */
function labelSets([count, ...more], at = 0) {
  if (count === undefined) return [{}]
  const values = Array.from({ length: count }, (_, value) => `${LABEL_NAMES[at]}-${value}`)
  return values.flatMap((value) => labelSets(more, at + 1).map((others) => ({ [LABEL_NAMES[at]]: value, ...others })))
}

/** A registry with a counter and a histogram. @param {any} client @param {{ counts: number[], defaults: number }} shape */
function openRegistry(client, { counts, defaults }) {
  const registry = new client.Registry()
  registry.setDefaultLabels(Object.fromEntries(Array.from({ length: defaults }, (_, at) => [`default_${at}`, `${at}`])))
  const options = { help: 'help', labelNames: LABEL_NAMES.slice(0, counts.length), registers: [registry] }
  const histogram = new client.Histogram({ name: 'histogram', ...options })
  const counter = new client.Counter({ name: 'counter', ...options })
  const sets = labelSets(counts)
  for (const labels of sets) {
    histogram.observe(labels, 1)
    counter.inc(labels, 1)
  }
  return { registry, samples: sets.length * 15 }
}

/** @param {string} what @param {(registry: any) => Promise<any>} read @param {(reading: any) => number} count of samples */
function readingCases(what, read, count) {
  return Object.entries(REGISTRIES).map(([shape, counts], at) => ({
    name: `prom-client-${what}-${at + 1}`,
    rows: [{ title: `prom-client's \`registry.${what}()\`, ${shape}`, bars: [times(1)] }],
    unit: 'µs',
    rounds: 15,
    contenders: clients((client) => {
      const { registry, samples } = openRegistry(client, counts)
      return {
        measure: async () => {
          const began = performance.now()
          for (let turn = 0; turn < READINGS; turn++) await read(registry)
          return ((performance.now() - began) / READINGS) * 1e3
        },
        check: async () => {
          const found = count(await read(registry))
          if (found !== samples) throw new Error(`${found} samples where there are ${samples}`)
        },
      }
    }),
  }))
}

const cases = [
  loopCase({
    name: 'prom-client-new',
    rows: [{ title: "prom-client's `new Counter({ labelNames, registers })`, four labels", bars: [times(1)] }],
    contenders: clients((client) => {
      /** @type {any} */
      let registry
      let made = 0
      return {
        record: () => {
          if (made++ % MOST_COUNTERS === 0) registry = new client.Registry()
          new client.Counter({ name: `counter_${made}`, help: 'help', labelNames: LABEL_NAMES, registers: [registry] })
        },
        recorded: () => [made],
      }
    }),
  }),
  loopCase({
    name: 'prom-client-empty',
    rows: [{ title: "prom-client's `counter.inc({}, 1)`, no labels", bars: [times(1)] }],
    contenders: clients((client) => {
      const counter = new client.Counter({ name: 'requests', help: 'requests', registers: [] })
      return {
        record: () => counter.inc({}, 1),
        recorded: async () => (await counter.get()).values.map((/** @type {any} */ { value }) => value),
      }
    }),
  }),
  ...readingCases(
    'metrics',
    (registry) => registry.metrics(),
    (text) => text.split('\n').filter((/** @type {string} */ line) => line && line[0] !== '#').length,
  ),
  ...readingCases(
    'getMetricsAsJSON',
    (registry) => registry.getMetricsAsJSON(),
    (metrics) => metrics.reduce((/** @type {number} */ sum, /** @type {any} */ { values }) => sum + values.length, 0),
  ),
]

cases.push({
  name: 'prom-client-aggregate',
  rows: [
    { title: "prom-client's `AggregatorRegistry.aggregate()`, 11,520 samples of three processes", bars: [times(1)] },
  ],
  unit: 'ms',
  rounds: 15,
  contenders: clients((client) => {
    /** @type {Promise<any[]>} */
    const readings = Promise.all(
      Array.from({ length: 3 }, () =>
        openRegistry(client, { counts: [8, 8, 4], defaults: 0 }).registry.getMetricsAsJSON(),
      ),
    )
    return {
      measure: async () => {
        const given = await readings
        const began = performance.now()
        client.AggregatorRegistry.aggregate(given)
        return performance.now() - began
      },
      check: async () => {
        const [, counter] = await client.AggregatorRegistry.aggregate(await readings).getMetricsAsJSON()
        if (counter.values[0].value !== 3) throw new Error(`the first sum is ${counter.values[0].value}`)
      },
    }
  }),
})

module.exports = cases
