'use strict'

// Random programs over prom-client and its successor, and over ours in the place of each: after each step both have the same text, to
// the letter, and the same JSON.

const assert = require('node:assert/strict')
const path = require('node:path')
const { describe, test } = require('node:test')
const { consumerFolder } = require('../../scripts/consumers')
const { programsOf, run } = require('../support/programs')

const modules = path.join(consumerFolder('prom-client'), 'node_modules')
const OURS = { 'prom-client': 'prom-client', '@prometheus-io/client': 'prometheus-io-client' }
const PROGRAMS = 60
const STEPS = 40

/** A generator of numbers below 1 that a seed repeats. @param {number} seed */
function randomBy(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

const VALUES = ['GET', 'a"b', 'back\\slash', 'line\nfeed', 'ü€😀', 200, 404, 'x y']
const TEXTS = VALUES.filter((value) => typeof value === 'string')
const AMOUNTS = [0, 1, 2.5, 0.1, 0.2, 1e-7, 123456789.125, 1e21, 3]

/** No exemplar is null or undefined, depending on the bucket. @param {string} key @param {unknown} value */
function withoutNull(key, value) {
  return key === 'exemplar' && value === null ? undefined : value
}

/** A program: the same calls for any client. @param {any} client @param {number} seed */
function program(client, seed) {
  const random = randomBy(seed)
  const pick = (/** @type {any[]} */ list) => list[Math.floor(random() * list.length)]
  const type = pick([client.Registry.PROMETHEUS_CONTENT_TYPE, client.Registry.OPENMETRICS_CONTENT_TYPE])
  const registry = new client.Registry(type)
  const other = new client.Registry(type)
  // prom-client's JSON writes default labels into the metrics, where they stay
  const hasDefaults = random() < 0.5
  let made = 0
  /** @type {Map<string, any>} */
  const metrics = new Map()

  function make() {
    const kind = pick(['Counter', 'Gauge', 'Histogram'])
    const name = `${kind.toLowerCase()}_${made++}${kind === 'Counter' && random() < 0.5 ? '_total' : ''}`
    const labelNames = pick([[], ['method'], ['method', 'code'], ['z', 'code', 'a']])
    const buckets = pick([undefined, [0.1, 1, 5], [-2, 0, 2.5, 1e6]])
    const registers = pick([[registry], [registry, other], [registry]])
    const enableExemplars = kind !== 'Gauge' && type !== client.Registry.PROMETHEUS_CONTENT_TYPE && random() < 0.5
    const options = { name, help: pick(['Help', 'with \\ and \n in it']), labelNames, registers, enableExemplars }
    metrics.set(
      name,
      new client[kind](kind === 'Histogram' && buckets ? { ...options, buckets: [...buckets] } : options),
    )
  }

  const labelsFor = (/** @type {any} */ metric) =>
    Object.fromEntries(metric.labelNames.map((/** @type {string} */ each) => [each, pick(VALUES)]))

  function record(/** @type {any} */ metric) {
    const labels = labelsFor(metric)
    const values = Object.values(labels)
    const amount = pick(AMOUNTS)
    if (metric.enableExemplars) {
      const exemplarLabels = pick([undefined, { trace: pick(TEXTS) }, { trace: pick(TEXTS), span: pick(TEXTS) }])
      const recording = { labels, value: amount, exemplarLabels }
      if (metric.type === 'counter') metric.inc(recording)
      else metric.observe(recording)
    } else if (metric.type === 'counter') {
      pick([() => metric.inc(labels, amount), () => metric.inc(labels), () => metric.labels(...values).inc(amount)])()
    } else if (metric.type === 'gauge') {
      const odd = pick([Number.NaN, Infinity, -Infinity, -3, 0.5])
      pick([
        () => metric.set(labels, amount),
        () => metric.set(labels, odd),
        () => metric.inc(labels, amount),
        () => metric.dec(labels),
        () => metric.labels(...values).dec(amount),
      ])()
    } else {
      pick([
        () => metric.observe(labels, amount),
        () => metric.observe(labels, -amount),
        () => metric.labels(...values).observe(amount),
        () => metric.labels(labels).observe(amount),
        () => {
          // here it is the last one then, there it keeps its place
          metric.remove(labels)
          metric.zero(labels)
        },
      ])()
    }
  }

  function step() {
    const metric = pick([...metrics.values()])
    const choice = random()
    if (metric === undefined || choice < 0.15) make()
    else if (choice < 0.8) record(metric)
    else if (choice < 0.86) metric.remove(labelsFor(metric))
    else if (choice < 0.9) metric.reset()
    else if (choice < 0.93 && hasDefaults)
      registry.setDefaultLabels(pick([{}, { app: 'shop', code: 'default' }, { zone: 1 }]))
    else if (choice < 0.96) {
      other.removeSingleMetric(metric.name)
      registry.removeSingleMetric(metric.name)
      metrics.delete([...metrics].find(([, each]) => each === metric)?.[0] ?? '')
    } else if (choice < 0.97) {
      registry.clear()
      other.clear()
      metrics.clear()
    }
  }

  async function shown() {
    const text = await registry.metrics()
    const others = await other.metrics()
    const json = hasDefaults ? [] : await registry.getMetricsAsJSON()
    const merged = await client.Registry.merge([registry]).metrics()
    return { text, others, json: JSON.parse(JSON.stringify(json), withoutNull), merged }
  }

  return { shown, step }
}

for (const [name, own] of Object.entries(OURS)) {
  describe(name, () => {
    test('has the same text as the alias, for the program of the guide', () => {
      const [before] = programsOf('docs/migrating.md')
      const over = (/** @type {string} */ file) => run(before.replace("'prom-client'", JSON.stringify(file)))
      const text = over(path.join(modules, name))
      assert.match(text, /^queue_length\{app="shop"\} 2$/m)
      assert.equal(over(`tallystick/${own}`), text)
    })

    test('has the same text and JSON after each step of random programs', async (t) => {
      const theirs = require(path.join(modules, name))
      const ours = require(`../../${own}`)
      const now = Date.now()
      // exemplars have times
      t.mock.method(Date, 'now', () => now)
      for (let seed = 1; seed <= PROGRAMS; seed++) {
        const expected = program(theirs, seed)
        const actual = program(ours, seed)
        for (let at = 0; at < STEPS; at++) {
          expected.step()
          actual.step()
          assert.deepEqual(await actual.shown(), await expected.shown(), `program ${seed}, step ${at}`)
        }
      }
    })
  })
}
