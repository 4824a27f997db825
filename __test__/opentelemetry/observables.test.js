'use strict'

// Asynchronous instruments and their callbacks, called as OpenTelemetry's API says.

const assert = require('node:assert/strict')
const { afterEach, describe, test } = require('node:test')
const { setImmediate: turn } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { MeterProvider } = require('../../opentelemetry')
const { forgetLogged, fresh, logged } = require('../support/opentelemetry')
const { takeWarnings } = require('../support/warnings')

afterEach(forgetLogged)

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
