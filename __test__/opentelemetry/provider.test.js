'use strict'

// The MeterProvider, called as OpenTelemetry's API says. `__test__/package/opentelemetry.test.js` compares it with the SDK.

const assert = require('node:assert/strict')
const { afterEach, describe, test } = require('node:test')
const { setImmediate: turn } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { MeterProvider, MetricProducer } = require('../../opentelemetry')
const { samplesOf } = require('../support/exposition-samples')
const { thrownBy } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

const API = Symbol.for('opentelemetry.js.api.1')

/** Diagnostics that the API's logger got. @type {string[]} */
const logged = []
globalThis[API] = { diag: { warn: (message) => logged.push(message) } }
afterEach(() => logged.splice(0))

/** A meter without labels of a scope, and what Prometheus gets. @param {any} [options] */
function fresh(options) {
  const collector = new Collector()
  const provider = new MeterProvider({ collector, resource: {}, ...options })
  const metrics = createMetrics(collector)
  const meter = provider.getMeter('')
  // that it has no name
  logged.splice(0)
  const text = async (accept) => Buffer.from((await metrics.prometheus(accept && { accept })).body).toString()
  return {
    collector,
    provider,
    metrics,
    meter,
    text,
    samples: async () => {
      const samples = Object.entries(samplesOf(Buffer.from(await text())))
      // without the collector's metrics of itself
      return Object.fromEntries(samples.filter(([name]) => !/^(target_info|tallystick_)/.test(name)))
    },
  }
}

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

describe('asynchronous instruments', () => {
  test('callbacks run before each reading, and batches observe several instruments', async () => {
    const { meter, samples } = fresh()
    let total = 0
    meter.createObservableCounter('cpu', { unit: 's' }).addCallback((result) => {
      total += 1.5
      result.observe(total, { mode: 'user' })
    })
    const length = meter.createObservableGauge('length')
    const open = meter.createObservableUpDownCounter('open')
    const other = meter.createObservableGauge('other')
    const batch = async (result) => {
      await turn()
      result.observe(length, 3)
      result.observe(open, -total, { pool: 'a' })
      result.observe(other, 1)
      result.observe({}, 1)
    }
    meter.addBatchObservableCallback(batch, [length, open])
    await samples()
    assert.deepEqual(await samples(), { 'cpu_seconds_total{mode="user"}': 3, length: 3, 'open{pool="a"}': -3 })
    meter.removeBatchObservableCallback(batch, [length])
    meter.removeBatchObservableCallback(batch, [open, length])
    assert.deepEqual(await samples(), { 'cpu_seconds_total{mode="user"}': 4.5 })
  })

  test('a series that is not observed any more vanishes, and comes back', async () => {
    const { provider, samples } = fresh()
    const meter = provider.getMeter('lib')
    let jobs = ['a', 'b']
    const observe = (result) => {
      for (const job of jobs) result.observe(10, { job })
      if (jobs.length === 2) result.observe(7)
    }
    meter.createObservableCounter('done').addCallback(observe)
    meter.createObservableGauge('age').addCallback(observe)
    const first = await samples()
    assert.equal(Object.keys(first).length, 6)
    jobs = ['b']
    // its labels are among those of the series that vanished
    assert.deepEqual(await samples(), {
      'done_total{job="b",otel_scope_name="lib"}': 10,
      'age{job="b",otel_scope_name="lib"}': 10,
    })
    jobs = ['a', 'b']
    assert.deepEqual(await samples(), first)
  })

  test('a counter whose source starts over goes on', async () => {
    const { meter, samples } = fresh()
    const totals = [10, 12, 3]
    meter.createObservableCounter('a').addCallback((result) => result.observe(totals.shift()))
    const seen = [await samples(), await samples(), await samples()].map(({ a_total: total }) => total)
    assert.deepEqual(seen, [10, 12, 15])
  })

  test('one that throws or rejects loses only its own values', async () => {
    const { meter, samples, collector } = fresh()
    meter.createObservableGauge('sync').addCallback((result) => {
      result.observe(1)
      throw new Error('sync')
    })
    meter.createObservableGauge('async').addCallback(async () => {
      throw new Error('async')
    })
    meter.createObservableGauge('good').addCallback((result) => result.observe(2))
    assert.deepEqual(await samples(), { good: 2 })
    assert.equal(collector.callbackFailures, 2)
    assert.equal((await takeWarnings()).length, 2)
  })

  test('a counter whose callback fails once keeps its total, and a gauge leaves', async () => {
    const { meter, samples } = fresh()
    let calls = 0
    const observe = (result) => {
      if (++calls > 2 && calls < 5) throw new Error('once')
      result.observe(1000 + calls)
    }
    meter.createObservableCounter('done').addCallback(observe)
    meter.createObservableGauge('level').addCallback(observe)
    assert.deepEqual(await samples(), { done_total: 1001, level: 1002 })
    assert.deepEqual(await samples(), { done_total: 1001 })
    assert.deepEqual(await samples(), { done_total: 1005, level: 1006 })
    assert.equal((await takeWarnings()).length, 2)
  })

  test('a limit above that of a family holds', async () => {
    const { meter, metrics } = fresh({ cardinalityLimit: 20_000 })
    const counter = meter.createCounter('requests')
    for (let id = 0; id < 12_000; id++) counter.add(1, { id })
    assert.equal(metrics.readSync({ names: ['requests'] })[0].series.length, 12_000)
  })

  test('a series that is not observed any more leaves alone, not with those that have further labels', async () => {
    const { provider, samples } = fresh()
    provider.getMeter('lib', '2').createCounter('jobs').add(5)
    let isObserved = true
    provider
      .getMeter('lib')
      .createObservableCounter('jobs')
      .addCallback((result) => isObserved && result.observe(1))
    assert.equal(Object.keys(await samples()).length, 2)
    isObserved = false
    const left = { 'jobs_total{otel_scope_name="lib",otel_scope_version="2"}': 5 }
    assert.deepEqual([await samples(), await samples()], [left, left])
  })

  test('what worker threads observe has their ids, and leaves when they end', async () => {
    const { collector, meter, samples } = fresh()
    const program = `
      const { Collector, createMetrics } = require('${require.resolve('../..')}')
      const { MeterProvider } = require('${require.resolve('../../opentelemetry')}')
      const { parentPort, workerData } = require('node:worker_threads')
      const collector = Collector.attach(workerData)
      const meter = new MeterProvider({ collector, resource: {} }).getMeter('')
      meter.createCounter('jobs').add(2)
      meter.createObservableCounter('cpu').addCallback((result) => result.observe(100))
      meter.createObservableGauge('memory').addCallback((result) => result.observe(7))
      createMetrics(collector).prometheus().then(() => parentPort.postMessage('read'))
      parentPort.on('message', () => process.exit())`
    meter.createObservableCounter('cpu').addCallback((result) => result.observe(100))
    meter.createObservableGauge('memory').addCallback((result) => result.observe(7))
    const worker = new Worker(program, { eval: true, workerData: collector.id })
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    const labels = `{thread_id="${worker.threadId}"}`
    const own = { cpu_total: 100, memory: 7, jobs_total: 2 }
    assert.deepEqual(await samples(), { ...own, [`cpu_total${labels}`]: 100, [`memory${labels}`]: 7 })
    worker.postMessage('end')
    await new Promise((resolve) => worker.once('exit', resolve))
    assert.deepEqual(await samples(), own)
  })

  test('counters that are not observed any more take no room from others', async () => {
    const { meter, samples } = fresh({ cardinalityLimit: 7 })
    let generation = 0
    meter.createObservableCounter('a').addCallback((result) => {
      generation++
      for (let id = 0; id < 3; id++) result.observe(generation, { id: `${generation}-${id}` })
    })
    for (let reading = 1; reading <= 4; reading++) {
      const expected = [0, 1, 2].map((id) => [`a_total{id="${reading}-${id}"}`, reading])
      assert.deepEqual(await samples(), Object.fromEntries(expected))
    }
  })

  test('a counter that several callbacks observe has the total of the first of them', async () => {
    const { meter, samples } = fresh()
    let [first, second] = [10, 5]
    const counter = meter.createObservableCounter('a')
    const callback = (result) => result.observe(first++)
    counter.addCallback(callback)
    counter.addCallback((result) => result.observe(second++))
    assert.deepEqual([await samples(), await samples()], [{ a_total: 10 }, { a_total: 11 }])
    counter.removeCallback(callback)
    // the other one goes on, from its own values
    assert.deepEqual([await samples(), await samples()], [{ a_total: 12 }, { a_total: 13 }])
  })

  test('several callbacks add up where a view drops what distinguishes them', async () => {
    const views = [{ instrumentName: '*', excludedAttributeKeys: ['disk'] }]
    const { meter, samples } = fresh({ views })
    for (const type of ['Counter', 'UpDownCounter']) {
      const instrument = meter[`createObservable${type}`](type)
      for (const disk of [1, 2]) instrument.addCallback((result) => result.observe(10 * disk, { disk, host: 'a' }))
    }
    const expected = { 'Counter_total{host="a"}': 30, 'UpDownCounter{host="a"}': 30 }
    assert.deepEqual([await samples(), await samples()], [expected, expected])
  })

  test('what one provider does not observe any more, another one does', async () => {
    const { collector, meter, samples } = fresh()
    let isObserved = true
    meter.createObservableCounter('a').addCallback((result) => isObserved && result.observe(20))
    let total = 20
    const other = new MeterProvider({ collector, resource: {} }).getMeter('')
    other.createObservableCounter('a').addCallback((result) => result.observe(total++))
    await samples()
    isObserved = false
    await samples()
    assert.deepEqual(await samples(), { a_total: 22 })
  })

  test('what a callback observes before it fails, or after it has returned, leaves nothing', async () => {
    const { meter, samples } = fresh({ cardinalityLimit: 5 })
    let reading = 0
    let late = () => {}
    meter.createObservableCounter('a').addCallback((result) => {
      late = () => result.observe(1, { id: 'late' })
      for (const id of [1, 2]) result.observe(10 * id, { id: reading < 3 ? `${reading}-${id}` : id })
      if (reading++ < 3) throw new Error('once')
    })
    for (let at = 0; at < 3; at++) assert.deepEqual(await samples(), {})
    const expected = { 'a_total{id="1"}': 10, 'a_total{id="2"}': 20 }
    assert.deepEqual(await samples(), expected)
    late()
    assert.deepEqual(await samples(), expected)
    assert.equal((await takeWarnings()).length, 1)
  })

  test('a series that leaves while a callback observes it stays', async () => {
    const { meter, samples } = fresh()
    let reading = 0
    const gauge = meter.createObservableGauge('g')
    gauge.addCallback((result) => reading === 0 && result.observe(1, { id: 1 }))
    gauge.addCallback(async (result) => {
      result.observe(2, { id: 1 })
      await turn()
      reading++
    })
    assert.deepEqual([await samples(), await samples()], [{ 'g{id="1"}': 2 }, { 'g{id="1"}': 2 }])
  })

  test('a counter that pauses at the limit goes on from its total', async () => {
    const { meter, samples } = fresh({ cardinalityLimit: 3 })
    let reading = 0
    meter.createObservableCounter('a').addCallback((result) => {
      result.observe(1, { id: 1 })
      if (reading++ !== 1) result.observe(100 * reading, { id: 2 })
    })
    const seen = [await samples(), await samples(), await samples()].map((each) => each['a_total{id="2"}'])
    assert.deepEqual(seen, [100, undefined, 300])
  })

  test('a callback that is removed while it runs observes nothing more', async () => {
    const { meter, samples } = fresh()
    const gauge = meter.createObservableGauge('g')
    const callback = async (result) => {
      gauge.removeCallback(callback)
      await turn()
      result.observe(1)
    }
    gauge.addCallback(callback)
    assert.deepEqual(await samples(), {})
    assert.deepEqual(await samples(), {})
  })

  test('wrong observations are ignored, and gauges may be anything', async () => {
    const { meter, samples } = fresh()
    meter.createObservableCounter('c').addCallback((result) => {
      for (const value of [-1, Number.NaN, '1', undefined]) result.observe(value)
    })
    meter.createObservableGauge('g', { valueType: 0 }).addCallback((result) => {
      result.observe(1.7, { x: 1 })
      result.observe(Number.POSITIVE_INFINITY, { x: 2 })
    })
    meter.createObservableGauge('f').addCallback('no function')
    assert.deepEqual(await samples(), { 'g{x="1"}': 1, 'g{x="2"}': Number.POSITIVE_INFINITY })
    assert.equal(logged.length, 5)
  })

  test('the same callback is called once, until it is removed', async () => {
    const { meter, samples } = fresh()
    let calls = 0
    const callback = (result) => result.observe(++calls)
    const gauge = meter.createObservableGauge('g')
    gauge.addCallback(callback)
    gauge.addCallback(callback)
    assert.deepEqual(await samples(), { g: 1 })
    gauge.removeCallback(callback)
    gauge.removeCallback(callback)
    assert.deepEqual(await samples(), {})
  })

  test('a callback may reuse its object of attributes', async () => {
    const { meter, samples } = fresh()
    const attributes = {}
    meter.createObservableGauge('g').addCallback((result) => {
      for (const cpu of [0, 1]) result.observe(cpu + 5, Object.assign(attributes, { cpu }))
    })
    assert.deepEqual(await samples(), { 'g{cpu="0"}': 5, 'g{cpu="1"}': 6 })
  })
})

describe('scopes and resources', () => {
  test('a scope is in labels, and the same scope is the same meter', async () => {
    const { provider, samples } = fresh()
    const meter = provider.getMeter('lib', '1.2.3', { schemaUrl: 'https://s', attributes: { team: 'a' } })
    meter.createCounter('a').add(1)
    assert.equal(provider.getMeter('lib', '1.2.3', { schemaUrl: 'https://s', attributes: { team: 'a' } }), meter)
    assert.notEqual(provider.getMeter('lib', '1.2.4'), meter)
    assert.deepEqual(Object.keys(await samples()), [
      'a_total{otel_scope_name="lib",otel_scope_schema_url="https://s",otel_scope_team="a",otel_scope_version="1.2.3"}',
    ])
  })

  test('attributes of a resource that have no text are left out', async () => {
    const circular = {}
    circular.self = circular
    const { text } = fresh({ resource: { 'service.name': 'shop', circular, ids: [1n] } })
    assert.match(await text(), /^target_info\{service_name="shop",telemetry_sdk_language="nodejs"/m)
    const warnings = await takeWarnings()
    assert.deepEqual(
      warnings.map(({ code, message }) => [code, message.match(/attribute "\w+"/)[0]]),
      [
        ['TALLYSTICK_OPENTELEMETRY', 'attribute "circular"'],
        ['TALLYSTICK_OPENTELEMETRY', 'attribute "ids"'],
      ],
    )
  })

  test('target_info has the resource, also what it gets later', async () => {
    let detect = () => {}
    const detected = new Promise((resolve) => {
      detect = () => resolve(undefined)
    })
    const pending = {
      attributes: { 'service.name': 'shop', 'host.id': Promise.resolve('h1') },
      asyncAttributesPending: true,
      async waitForAsyncAttributes() {
        await detected
        this.attributes['host.id'] = 'h1'
      },
    }
    const { text } = fresh({ resource: pending })
    assert.match(await text(), /^target_info\{service_name="shop",telemetry_sdk_language="nodejs".*\} 1$/m)
    detect()
    await turn()
    assert.match(await text(), /^target_info\{host_id="h1",service_name="shop",.*\} 1$/m)
    assert.equal((await text()).match(/^target_info\{/gm).length, 1)
  })

  test('target_info is there again when its collector was cleared', async () => {
    const { collector, meter, text } = fresh({ resource: { 'service.name': 'shop' } })
    const counter = meter.createCounter('calls')
    counter.add(1)
    collector.clear()
    counter.add(2)
    assert.match(await text(), /^calls_total 2$/m)
    assert.match(await text(), /^target_info\{service_name="shop".*\} 1$/m)
  })

  test('after a shutdown new meters record nothing, and callbacks do not run', async () => {
    const { provider, meter, samples } = fresh()
    let calls = 0
    meter.createObservableGauge('g').addCallback(() => calls++)
    await provider.shutdown()
    await provider.shutdown()
    provider.getMeter('late').createCounter('a').add(1)
    provider.getMeter('late').createCounter('a').bind({}).add(1)
    assert.deepEqual([await samples(), calls], [{}, 0])
  })
})

describe('names', () => {
  const instruments = (meter) => {
    meter.createCounter('http.server..calls', { unit: '{call}' }).add(1, { 'http.method': 'GET' })
    meter.createHistogram('http.duration', { unit: 's', advice: { explicitBucketBoundaries: [1] } }).record(1)
    meter.createGauge('cpu.share', { unit: '1' }).record(1)
    meter.createUpDownCounter('open', { unit: '1' }).add(1)
    meter.createGauge('wait_ms', { unit: 'ms' }).record(1)
    meter.createCounter('io', { unit: 'By' }).add(1)
  }
  const utf8 = 'text/plain;version=1.0.0;escaping=allow-utf-8'
  const typesOf = (text) =>
    [...text.matchAll(/^# TYPE "?([^" ]+)"? \w+$/gm)].map(([, name]) => name).filter((name) => name !== 'target_info')
  const suffixed = [
    'http_server_calls_total',
    'http_duration_seconds',
    'cpu_share_ratio',
    'open',
    'wait_ms_milliseconds',
    'io_bytes_total',
  ]

  for (const [names, accept, expected] of [
    ['UnderscoreEscapingWithSuffixes', undefined, suffixed],
    ['UnderscoreEscapingWithSuffixes', utf8, suffixed],
    [
      'UnderscoreEscapingWithoutSuffixes',
      utf8,
      ['http_server_calls', 'http_duration', 'cpu_share', 'open', 'wait_ms', 'io'],
    ],
    [
      'UnderscoreEscapingWithoutUnits',
      utf8,
      ['http_server_calls_total', 'http_duration', 'cpu_share', 'open', 'wait_ms', 'io_total'],
    ],
    [
      'NoUTF8EscapingWithSuffixes',
      utf8,
      [
        'http.server..calls_total',
        'http.duration_seconds',
        'cpu.share_ratio',
        'open',
        'wait_ms_milliseconds',
        'io_bytes_total',
      ],
    ],
    ['NoTranslation', utf8, ['http.server..calls', 'http.duration', 'cpu.share', 'open', 'wait_ms', 'io']],
  ]) {
    test(`${names} for a client that takes ${accept ?? 'the default'}`, async () => {
      const { meter, text } = fresh({ names })
      instruments(meter)
      const body = await text(accept)
      assert.deepEqual(typesOf(body), expected)
      assert.equal(body.includes('"http.method"='), names.startsWith('No'))
    })
  }
})

describe('views', () => {
  test('rename, describe, and choose buckets', async () => {
    const { meter, samples, text } = fresh({
      views: [
        {
          instrumentName: 'work',
          name: 'work.time',
          description: 'Time',
          aggregation: { type: 4, options: { boundaries: [1, 5, Number.POSITIVE_INFINITY] } },
        },
      ],
    })
    meter.createHistogram('work').record(3)
    assert.deepEqual(Object.keys(await samples()), [
      'work_time_bucket{le="1"}',
      'work_time_bucket{le="5"}',
      'work_time_bucket{le="+Inf"}',
      'work_time_sum',
      'work_time_count',
    ])
    assert.match(await text(), /# HELP work_time Time/)
  })

  test('attributes are dropped before they are looked up: any number of values costs nothing', async () => {
    const { meter, samples } = fresh({
      views: [
        { instrumentName: 'a', excludedAttributeKeys: ['user.id'] },
        { instrumentName: 'b', attributeKeys: ['x'] },
        { instrumentName: 'c', attributeKeys: [] },
        { instrumentName: 'd', attributesProcessors: [{ process: ({ x }) => ({ x }) }] },
      ],
    })
    for (const name of ['a', 'b', 'c', 'd']) {
      const counter = meter.createCounter(name)
      for (let id = 0; id < 5000; id++) counter.add(1, { x: 1, 'user.id': id })
    }
    const total = meter.createObservableCounter('b')
    total.addCallback((result) => {
      result.observe(1, { x: 2, y: 1 })
      result.observe(2, { x: 2, y: 2 })
    })
    assert.deepEqual(await samples(), {
      'a_total{x="1"}': 5000,
      'b_total{x="1"}': 5000,
      'b_total{x="2"}': 3,
      c_total: 5000,
      'd_total{x="1"}': 5000,
    })
  })

  test('other aggregations record in their way', async () => {
    const { meter, samples, collector } = fresh({
      views: [
        { instrumentName: 'dropped.*', aggregation: 'drop' },
        { instrumentName: 'sum', aggregation: { type: 2 } },
        { instrumentName: 'last', aggregation: { type: 'lastValue' } },
        { instrumentName: 'exp', aggregation: { type: 5 } },
        { instrumentName: 'spread', aggregation: { type: 4, options: { boundaries: [1] } } },
      ],
    })
    meter.createCounter('dropped.a').add(1)
    meter.createCounter('dropped.a').bind({}).add(1)
    meter.createObservableGauge('dropped.b').addCallback((result) => result.observe(1))
    for (const value of [2, 3]) {
      meter.createHistogram('sum').record(value)
      meter.createCounter('last').add(value)
      meter.createHistogram('exp').record(value)
    }
    meter.createObservableGauge('spread').addCallback((result) => result.observe(7))
    const found = await samples()
    assert.deepEqual([found.sum_total, found.last, found.exp_count, found.spread_count], [5, 3, 2, 1])
    assert.ok(!Object.keys(found).some((name) => name.startsWith('dropped')))
    const { resourceMetrics } = await new MetricProducer({ collector }).collect()
    const exp = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .find(({ descriptor }) => descriptor.name === 'exp')
    assert.deepEqual([exp.dataPointType, exp.dataPoints[0].value.count], [1, 2])
  })

  test('several views of an instrument are several metrics, selected by all that is given', async () => {
    const { provider, samples } = fresh({
      views: [
        { instrumentName: 'A*', meterName: 'one', name: undefined, attributeKeys: [] },
        { instrumentName: 'ab', instrumentType: 'COUNTER', name: 'renamed' },
        { instrumentUnit: 'By', meterVersion: '2', aggregation: 'drop' },
      ],
    })
    provider.getMeter('one').createCounter('ab').add(1, { x: 1 })
    provider.getMeter('one').createCounter('ab').bind({ x: 1 }).add(1)
    provider.getMeter('two', '2').createCounter('size', { unit: 'By' }).add(1)
    provider.getMeter('two', '3').createCounter('size', { unit: 'By' }).add(1)
    assert.deepEqual(await samples(), {
      'ab_total{otel_scope_name="one"}': 2,
      'renamed_total{otel_scope_name="one",x="1"}': 2,
      'size_bytes_total{otel_scope_name="two",otel_scope_version="3"}': 1,
    })
  })

  test('sets of attributes beyond the limit are counted together', async () => {
    const { provider, meter, samples } = fresh({
      cardinalityLimit: 4,
      views: [{ instrumentName: 'b', aggregationCardinalityLimit: 3 }],
    })
    for (const name of ['a', 'b']) {
      const counter = meter.createCounter(name)
      for (let round = 0; round < 2; round++) for (let x = 0; x < 10; x++) counter.add(1, { x })
    }
    const found = await samples()
    assert.equal(found['a_total{otel_metric_overflow="true"}'], 14)
    assert.equal(found['b_total{otel_metric_overflow="true"}'], 16)
    assert.equal(Object.keys(found).length, 7)
    const usual = new MeterProvider({ collector: new Collector(), resource: {} }).getMeter('').createCounter('a')
    for (let x = 0; x < 2500; x++) usual.add(1, { x })
    await provider.forceFlush()
  })

  test('observed sets beyond the limit are added up, and leave when none is observed', async () => {
    const { meter, samples } = fresh({ cardinalityLimit: 3 })
    let sets = 5
    let value = 10
    for (const type of ['ObservableCounter', 'ObservableUpDownCounter', 'ObservableGauge']) {
      meter[`create${type}`](type.toLowerCase()).addCallback((result) => {
        for (let x = 0; x < sets; x++) result.observe(value + x, { x })
      })
    }
    for (let reading = 0; reading < 3; reading++) {
      const found = await samples()
      assert.equal(found['observablecounter_total{otel_metric_overflow="true"}'], 12 + 13 + 14)
      assert.equal(found['observableupdowncounter{otel_metric_overflow="true"}'], 12 + 13 + 14)
      assert.equal(found['observablegauge{otel_metric_overflow="true"}'], 14)
    }
    value = 20
    assert.equal((await samples())['observablecounter_total{otel_metric_overflow="true"}'], 22 + 23 + 24)
    sets = 2
    assert.deepEqual(
      Object.keys(await samples()).filter((name) => name.includes('overflow')),
      [],
    )
    sets = 3
    const found = await samples()
    assert.equal(found['observablegauge{otel_metric_overflow="true"}'], 22)
    assert.equal(found['observableupdowncounter{otel_metric_overflow="true"}'], 22)
    // which of its sets are observed again is not known
    assert.equal(found['observablecounter_total{otel_metric_overflow="true"}'], 22 + 23 + 24)
  })

  test("a provider's limit applies to views without one", async () => {
    const { meter, samples } = fresh({ cardinalityLimit: 3, views: [{ instrumentName: 'a', description: 'viewed' }] })
    const counter = meter.createCounter('a')
    for (let x = 0; x < 10; x++) counter.add(1, { x })
    assert.equal((await samples())['a_total{otel_metric_overflow="true"}'], 8)
  })

  test('a value that a view cannot record is a diagnostic, and harms nothing else', async () => {
    const views = [{ instrumentName: 'spread*', aggregation: { type: 5 } }]
    const { meter, samples } = fresh({ views })
    meter.createUpDownCounter('spread').bind({}).add(-1)
    const [spread, gauge] = [meter.createObservableUpDownCounter('spread.seen'), meter.createObservableGauge('gauge')]
    let isSeen = true
    meter.addBatchObservableCallback(
      (result) => {
        result.observe(spread, -1)
        if (isSeen) result.observe(gauge, 1, { x: 1 })
      },
      [spread, gauge],
    )
    assert.equal((await samples())['gauge{x="1"}'], 1)
    isSeen = false
    assert.equal((await samples())['gauge{x="1"}'], undefined)
    assert.deepEqual(logged.length, 3, logged.join())
  })

  test('a series whose first observation a view cannot record takes no room', async () => {
    const views = [{ instrumentName: 'spread', aggregation: { type: 5 } }]
    const { meter, samples } = fresh({ views, cardinalityLimit: 3 })
    let reading = 0
    meter.createObservableGauge('spread').addCallback((result) => {
      reading++
      result.observe(reading < 9 ? -1 : 1, { reading })
    })
    for (let at = 1; at < 9; at++) assert.deepEqual(await samples(), {})
    assert.equal((await samples())['spread_count{reading="9"}'], 1)
  })

  test('a reader that fails at shutdown does not keep callbacks alive', async () => {
    const reader = { setMetricProducer() {}, forceFlush() {}, shutdown: () => Promise.reject(new Error('cannot')) }
    const { provider, meter, samples } = fresh({ readers: [reader] })
    let calls = 0
    meter.createObservableGauge('a').addCallback(() => void calls++)
    await samples()
    await assert.rejects(provider.shutdown(), /cannot/)
    await samples()
    assert.equal(calls, 1)
  })

  for (const view of [
    {},
    { name: 'x' },
    { name: 'x', instrumentName: 'a*' },
    { instrumentName: 'a', aggregation: { type: 9 } },
    { instrumentName: 'a', aggregation: null },
    { instrumentName: 'a', aggregation: { type: 4, options: { boundaries: [2, 1] } } },
    { instrumentName: 5 },
    { instrumentName: 'a', name: '' },
    { instrumentName: 'a', description: 1 },
    { instrumentName: 'a', attributeKeys: 'x' },
    { instrumentName: 'a', attributesProcessors: [1] },
    { instrumentName: 'a', aggregationCardinalityLimit: 0 },
    null,
  ]) {
    test(`a view ${JSON.stringify(view)} throws`, () => {
      assert.equal(thrownBy(() => new MeterProvider({ views: [view] })).code, 'ERR_TALLYSTICK_OPTIONS')
    })
  }
})

for (const [options, code] of [
  [{ names: 'dots' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ collector: {} }, 'ERR_TALLYSTICK_COLLECTOR'],
  [{ readers: [{}] }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ views: {} }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ resource: 5 }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ cardinalityLimit: 1.5 }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ reader: [] }, 'ERR_TALLYSTICK_OPTIONS'],
]) {
  test(`new MeterProvider(${JSON.stringify(options)}) throws`, () => {
    assert.equal(thrownBy(() => new MeterProvider(options)).code, code)
  })
}

test('a process has one service.instance.id, in all copies of the package and in workers', async () => {
  const file = require.resolve('../../lib/otlp/resource')
  const idOf = () => require(file).withInstance({})['service.instance.id']
  const id = idOf()
  delete require.cache[file]
  assert.equal(idOf(), id)
  const program = `require('node:worker_threads').parentPort.postMessage(require(${JSON.stringify(file)}).withInstance({}))`
  const worker = new Worker(program, { eval: true })
  const attributes = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  assert.equal(attributes['service.instance.id'], id)
})
