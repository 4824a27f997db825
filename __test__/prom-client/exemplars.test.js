'use strict'

// Exemplars of the interface are those of the collector: all threads and all readings have them.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { metrics } = require('../..')
const client = require('../../prom-client')
const successor = require('../../prometheus-io-client')
const { textOf } = require('../support/exposition-samples')

const { Counter, Histogram, Registry, register } = client
const OPEN_METRICS = Registry.OPENMETRICS_CONTENT_TYPE
const help = 'Help'

const samples = (/** @type {string} */ text) => text.split('\n').filter((line) => line.includes(' # '))

test('readings of the collector have them, and those of other threads', async (t) => {
  t.mock.method(Date, 'now', () => 1700000000500)
  register.setContentType(OPEN_METRICS)
  const counter = new Counter({ name: 'served_total', help, labelNames: ['route'], enableExemplars: true })
  const sizes = new Histogram({ name: 'size', help, buckets: [10, 100], enableExemplars: true })
  counter.inc({ labels: { route: '/' }, value: 3, exemplarLabels: { trace_id: 'main' } })
  sizes.observe({ value: 50, exemplarLabels: { trace_id: 'main' } })
  const program = `
    const { Counter, Histogram, Registry, register } = require(${JSON.stringify(require.resolve('../../prom-client'))})
    Date.now = () => 1700000001000
    register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    const counter = new Counter({ name: 'served_total', help: 'Help', labelNames: ['route'], enableExemplars: true })
    const sizes = new Histogram({ name: 'size', help: 'Help', buckets: [10, 100], enableExemplars: true })
    counter.inc({ labels: { route: '/' }, exemplarLabels: { trace_id: 'worker' } })
    sizes.observe({ value: 500, exemplarLabels: { trace_id: 'worker' } })
  `
  await once(new Worker(program, { eval: true }), 'exit')
  const expected = [
    'served_total{route="/"} 4 # {trace_id="worker"} 1 1700000001',
    'size_bucket{le="100"} 1 # {trace_id="main"} 50 1700000000.5',
    'size_bucket{le="+Inf"} 2 # {trace_id="worker"} 500 1700000001',
  ]
  assert.deepEqual(samples(await register.metrics()), expected)
  const { body } = await metrics.prometheus({ accept: 'application/openmetrics-text' })
  const inCollector = samples(textOf(body)).map((line) => line.replace('le="100.0"', 'le="100"'))
  assert.deepEqual(inCollector, expected)
  const [{ values }] = await register.getMetricsAsJSON()
  assert.deepEqual(values[0].exemplar, { labelSet: { trace_id: 'worker' }, value: 1, timestamp: 1700000001 })
})

test('leave with their series', async () => {
  const registry = new Registry(OPEN_METRICS)
  const options = { help, registers: [registry], labelNames: ['x'], enableExemplars: true }
  const counter = new Counter({ name: 'counts', ...options })
  const histogram = new Histogram({ name: 'values', buckets: [1], ...options })
  const record = () => {
    counter.inc({ labels: { x: '1' }, exemplarLabels: { trace: 'c' } })
    histogram.observe({ labels: { x: '1' }, value: 1, exemplarLabels: { trace: 'h' } })
  }
  const shown = async () => samples(await registry.metrics()).length
  const removals = [
    () => [counter, histogram].map((metric) => metric.remove('1')),
    () => [counter, histogram].map((metric) => metric.reset()),
  ]
  for (const remove of removals) {
    record()
    assert.equal(await shown(), 2)
    remove()
    counter.inc({ labels: { x: '1' } })
    histogram.observe({ labels: { x: '1' }, value: 1 })
    assert.equal(await shown(), 0)
  }
  record()
  histogram.zero({ x: '1' })
  assert.equal(await shown(), 1)
})

test('are errors if they are too long, after the recording', async () => {
  const registry = new Registry(OPEN_METRICS)
  const counter = new Counter({ name: 'counts', help, registers: [registry], enableExemplars: true })
  const error = new RangeError('Label set size must be smaller than 128 UTF-8 chars')
  assert.throws(() => counter.inc({ exemplarLabels: { trace: 'x'.repeat(124) } }), error)
  counter.inc({ exemplarLabels: { trace: 'x'.repeat(123) } })
  assert.match(samples(await registry.metrics())[0], /^counts_total 2 # \{trace="x{123}"\} 1 /)
})

describe('the value of a counter', () => {
  for (const [name, { Counter: Tested }, expected] of [
    ['prom-client', client, 2],
    ['its successor', successor, 5],
  ]) {
    test(`is ${expected === 2 ? 'the increment' : 'the total'} with ${name}`, async () => {
      const registry = new Registry(OPEN_METRICS)
      const counter = new Tested({ name: 'counts', help, registers: [registry], enableExemplars: true })
      counter.inc({ value: 3 })
      counter.inc({ value: 2, exemplarLabels: { trace: '1' } })
      assert.equal((await counter.get()).values[0].exemplar.value, expected)
    })
  }
})
