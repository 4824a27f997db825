'use strict'

// Synchronous instruments, called as OpenTelemetry's API says. `__test__/package/opentelemetry.test.js` compares them with the SDK.

const assert = require('node:assert/strict')
const { afterEach, describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { MetricProducer } = require('../../opentelemetry')
const { forgetLogged, fresh, logged } = require('../support/opentelemetry')
const { takeWarnings } = require('../support/warnings')

afterEach(forgetLogged)

describe('synchronous instruments', () => {
  test('all four record into the families that mean the same', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('requests', { unit: '{request}' })
    counter.add(2, { method: 'GET' })
    counter.add(0.5, { method: 'GET' })
    counter.add(1)
    const active = meter.createUpDownCounter('active', { unit: '1' })
    active.add(3, { pool: 'a' })
    active.add(-5, { pool: 'a' })
    const gauge = meter.createGauge('temperature', { unit: 'Cel' })
    gauge.record(20)
    gauge.record(-3.5)
    const histogram = meter.createHistogram('size', { unit: 'By', advice: { explicitBucketBoundaries: [10, 100] } })
    for (const value of [0, 10, 11, 1e6]) histogram.record(value, { route: '/' })
    assert.deepEqual(await samples(), {
      'requests_total{method="GET"}': 2.5,
      requests_total: 1,
      'active{pool="a"}': -2,
      temperature_celsius: -3.5,
      'size_bytes_bucket{route="/",le="10"}': 2,
      'size_bytes_bucket{route="/",le="100"}': 3,
      'size_bytes_bucket{route="/",le="+Inf"}': 4,
      'size_bytes_sum{route="/"}': 1_000_021,
      'size_bytes_count{route="/"}': 4,
    })
  })

  test('attributes in any order, and of any type of the same text, are one series', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('a')
    counter.add(1, { x: 1, y: true })
    counter.add(1, { y: true, x: 1 })
    counter.add(1, { y: 'true', x: '1' })
    counter.add(1, { x: 1, z: undefined, y: true })
    counter.add(1, { x: 1, y: true, z: null })
    counter.add(1, { x: 1, y: true, z: '' })
    counter.add(1, Object.assign(Object.create({ inherited: 1 }), { x: 1, y: true }))
    assert.deepEqual(await samples(), { 'a_total{x="1",y="true"}': 7 })
  })

  test('known sets of plain attributes are found without JSON and without sorting', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('a')
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
    const sets = [
      { x: 1, y: true, z: 'text' },
      { z: 'other', y: false, x: 1 },
    ]
    const record = () => {
      for (const attributes of sets) {
        counter.add(1, attributes)
        histogram.record(1, attributes)
      }
    }
    record()
    const { stringify } = JSON
    const { sort, toSorted } = Array.prototype
    let calls = 0
    const counted = (original) =>
      function (...args) {
        calls++
        return original.apply(this, args)
      }
    try {
      JSON.stringify = counted(stringify)
      Array.prototype.sort = counted(sort)
      Array.prototype.toSorted = counted(toSorted)
      for (let round = 0; round < 100; round++) record()
    } finally {
      Object.assign(JSON, { stringify })
      Object.assign(Array.prototype, { sort, toSorted })
    }
    assert.equal(calls, 0)
    assert.equal((await samples())['a_total{x="1",y="true",z="text"}'], 101)
  })

  test('arrays and objects are JSON, each time the same series', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('a')
    for (let at = 0; at < 3; at++) counter.add(1, { list: ['a', 1, null], at: 'x' })
    counter.add(1, { list: [] })
    counter.add(1, { list: { b: 1 } })
    assert.deepEqual(await samples(), {
      'a_total{at="x",list="[\\"a\\",1,null]"}': 3,
      'a_total{list="[]"}': 1,
      'a_total{list="{\\"b\\":1}"}': 1,
    })
  })

  test('a changed object of attributes is another series', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('a')
    const attributes = { x: 1 }
    counter.add(1, attributes)
    attributes.x = 2
    counter.add(1, attributes)
    assert.deepEqual(await samples(), { 'a_total{x="1"}': 1, 'a_total{x="2"}': 1 })
  })

  test('what cannot be recorded is ignored with a diagnostic', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('a')
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, undefined, null]) counter.add(value)
    meter.createHistogram('h').record(-1)
    meter.createUpDownCounter('u').add(Number.NEGATIVE_INFINITY)
    const throwing = {
      get x() {
        throw new Error('a getter')
      },
    }
    const circular = {}
    circular.self = circular
    for (const attributes of [throwing, { circular }, { big: [1n] }]) counter.add(1, attributes)
    assert.equal(logged.length, 12)
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const args of [[revoked], [1, revoked]]) counter.add(...args)
    assert.equal(logged.length, 14)
    for (const attributes of ['text', 5, true, ['a'], () => {}, new Map([['a', 1]])]) counter.add(1, attributes)
    assert.deepEqual(await samples(), { a_total: 6 })
  })

  test('keys and values of any characters are one label each', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('a')
    counter.add(1, { __proto__: null, '': 'none', 0: 'zero', 'a.b': '"\n\\', '\ud800': '\udfff' })
    const names = Object.keys(await samples())
    assert.equal(names.length, 1)
    assert.ok(names[0].includes('a_b="\\"\\n\\\\"') && !names[0].includes('none'), names[0])
  })

  test('whole numbers lose their fractions where that is declared', async () => {
    const { meter, samples } = fresh()
    const counter = meter.createCounter('a', { valueType: 0 })
    counter.add(2.9)
    counter.bind({}).add(1.9)
    assert.deepEqual(await samples(), { a_total: 3 })
  })

  test('readers of the SDK see which values are whole numbers', async () => {
    const { provider, meter, collector } = fresh()
    meter.createCounter('whole', { valueType: 0 }).add(2.9)
    meter.createUpDownCounter('below', { valueType: 0 }).add(-4)
    meter.createCounter('fractions', { valueType: 1 }).add(2)
    meter.createCounter('usual').add(1.5)
    // the same name in another scope is the same family
    meter.createCounter('both', { valueType: 0 }).add(1, { a: 1 })
    provider.getMeter('other').createCounter('both').add(0.5)
    const { resourceMetrics } = await new MetricProducer({ collector }).collect()
    const found = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        descriptor.valueType,
        dataPoints.map(({ value }) => value),
      ])
    assert.deepEqual(found, [
      ['whole', 0, [2]],
      ['below', 0, [-4]],
      ['fractions', 1, [2]],
      ['usual', 1, [1.5]],
      ['both', 0, [1]],
      ['both', 1, [0.5]],
    ])
  })

  test('readers of the SDK see attributes of any name', async () => {
    const { meter, collector } = fresh()
    const attributes = JSON.parse('{ "__proto__": "a", "constructor": "b" }')
    meter.createCounter('a').add(1, attributes)
    const { resourceMetrics } = await new MetricProducer({ collector }).collect()
    const [{ dataPoints }] = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
    assert.deepEqual(Object.entries(dataPoints[0].attributes).sort(), Object.entries(attributes).sort())
  })

  test('a bound instrument records into its series only, also after a removal', async () => {
    const { meter, samples, collector } = fresh()
    const bound = meter.createCounter('a').bind({ x: 1 })
    bound.add(2)
    meter.createCounter('a').add(1, { x: 1 })
    meter
      .createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
      .bind()
      .record(1)
    meter.createGauge('g').bind({ y: 2 }).record(5)
    bound.add(-1)
    const { 'a_total{x="1"}': total, h_count: count, 'g{y="2"}': gauge } = await samples()
    assert.deepEqual([total, count, gauge], [3, 1, 5])
    collector.clear()
    bound.add(4)
    meter.createCounter('a').add(1, { x: 1 })
    assert.deepEqual((await samples())['a_total{x="1"}'], 5)
  })

  test('the same name returns the same instrument, whatever its options', async () => {
    const { meter } = fresh()
    const counter = meter.createCounter('a', { unit: 's' })
    assert.equal(meter.createCounter('a', { unit: 'ms' }), counter)
    assert.equal(logged.length, 1)
    assert.notEqual(meter.createUpDownCounter('a'), counter)
  })

  test('a name that was unregistered has a new instrument', async () => {
    const { meter, metrics } = fresh()
    meter.createCounter('a').add(1)
    metrics.unregister('a')
    meter.createCounter('a').add(2)
    assert.equal(metrics.value('a'), 2)
  })

  test('instruments of one name and other options in two scopes share the first ones', async () => {
    const { provider, samples } = fresh()
    provider
      .getMeter('one')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
      .record(2)
    provider
      .getMeter('two')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [5] } })
      .record(2)
    const names = Object.keys(await samples())
    assert.ok(names.includes('h_bucket{otel_scope_name="two",le="1"}'))
    const [warning] = await takeWarnings()
    assert.equal(warning.code, 'TALLYSTICK_OPENTELEMETRY')
  })

  test('a histogram may have one bucket only, that of all values', async () => {
    const { meter, samples } = fresh()
    const histogram = meter.createHistogram('size', { advice: { explicitBucketBoundaries: [] } })
    for (const value of [0, 1, 1e300]) histogram.record(value)
    assert.deepEqual(await samples(), { 'size_bucket{le="+Inf"}': 3, size_sum: 1e300, size_count: 3 })
  })

  test('names that are not valid do not throw', async () => {
    const { meter, samples } = fresh()
    for (const name of ['', undefined, 5, 'größe', '1st', 'a b', 'x'.repeat(300)]) meter.createCounter(name).add(1)
    assert.ok(logged.length >= 7)
    assert.deepEqual(
      Object.keys(await samples()).filter((name) => name.length < 20),
      ['gr_e_total', '_1st_total', 'a_b_total'],
    )
  })

  test('threads add up', async () => {
    const { collector, meter, samples } = fresh()
    const program = `
      const { Collector } = require('${require.resolve('../..')}')
      const { MeterProvider } = require('${require.resolve('../../opentelemetry')}')
      const { workerData } = require('node:worker_threads')
      const collector = Collector.attach(workerData)
      const meter = new MeterProvider({ collector, resource: {} }).getMeter('')
      meter.createCounter('a').add(2, { x: 1 })`
    meter.createCounter('a').add(1, { x: 1 })
    const worker = new Worker(program, { eval: true, workerData: collector.id })
    await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))
    assert.deepEqual(await samples(), { 'a_total{x="1"}': 3 })
  })
})
