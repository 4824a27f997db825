'use strict'

// Windows, clear(), remove() and separate collectors.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { textOf } = require('../support/exposition-samples')
const { fresh, samples } = require('../support/metrics')

describe('windows', () => {
  test('do not affect each other, the common one, or the exposition', () => {
    const own = fresh()
    const one = own.collector.window()
    own.inc('a', 1)
    const other = own.collector.window()
    assert.equal(one.snapshotAndReset().counters.a, 1)
    own.inc('a', 2)
    assert.equal(one.snapshot().counters.a, 2)
    assert.equal(other.snapshotAndReset().counters.a, 3)
    own.inc('a', 4)
    assert.equal(one.snapshotAndReset().counters.a, 6)
    assert.equal(other.snapshot().counters.a, 4)
    assert.equal(own.snapshotAndReset().counters.a, 7)
    assert.equal(samples(own).a_total, 7)
  })

  test('share the common one among all metrics of a collector', () => {
    const collector = new Collector()
    const [one, other] = [createMetrics(collector), createMetrics(collector)]
    one.inc('a')
    one.snapshotAndReset()
    assert.deepEqual(other.snapshot().counters, {})
  })

  test('have intervals that add up to the total', () => {
    const own = fresh()
    const window = own.collector.window()
    let [counted, samplesSeen, total] = [0, 0, 0]
    for (let round = 1; round <= 50; round++) {
      for (let at = 0; at < round; at++) {
        own.inc('a', at)
        own.observeNanos('b', at * 1000)
      }
      const { counters, timings } = window.snapshotAndReset()
      counted += counters.a
      samplesSeen += timings.b.count
      total += timings.b.total
    }
    assert.equal(counted, own.value('a'))
    assert.equal(samplesSeen, own.value('b').count)
    assert.ok(Math.abs(total - own.value('b').total) < 1e-9)
  })

  test('each have their own trace', () => {
    const own = fresh()
    const window = own.collector.window()
    own.trace('a')
    assert.equal(window.snapshotAndReset().trace.length, 1)
    own.trace('b')
    assert.deepEqual(
      window.snapshot().trace.map(({ name }) => name),
      ['b'],
    )
    assert.equal(own.snapshot().trace.length, 2)
  })

  test('have quantiles of their own interval only', () => {
    const own = fresh()
    for (let at = 0; at < 1000; at++) own.observeMillis('a', 1)
    own.snapshotAndReset()
    own.observeMillis('a', 100)
    const { count, p50, mean } = own.snapshot().timings.a
    assert.deepEqual({ count, mean }, { count: 1, mean: 100 })
    assert.ok(Math.abs(p50 / 100 - 1) <= 1 / 128)
  })
})

describe('clear', () => {
  /** Handles of each kind, all used. */
  function used() {
    const own = fresh()
    const handles = {
      counter: own.counter('c'),
      bound: own.counter('c').labels({ x: 1 }),
      gauge: own.gauge('g'),
      last: own.gauge({ name: 'l', merge: 'last' }),
      timing: own.timing('t'),
      histogram: own.histogram({ name: 'h', buckets: [1, 2] }),
    }
    const record = (value) => {
      handles.counter.inc(value)
      handles.counter.inc(-1)
      handles.bound.inc(value)
      handles.gauge.inc(value)
      handles.last.inc(value)
      handles.timing.observeMillis(value)
      handles.histogram.observe(value)
      own.trace('e')
    }
    record(100)
    record(0.5)
    return { own, record }
  }

  test('empties every reading', async () => {
    const { own } = used()
    const window = own.collector.window()
    const empty = { counters: {}, gauges: {}, timings: {}, histograms: {}, trace: [] }
    own.collector.clear()
    assert.deepEqual(own.snapshot(), empty)
    assert.deepEqual(window.snapshot(), empty)
    assert.deepEqual(JSON.parse(textOf(await own.json())), empty)
    assert.equal(textOf(own.prometheusSync().body), '')
    for (const name of ['c', 'g', 'l', 't', 'h']) assert.equal(own.value(name), undefined)
  })

  test('leaves handles valid, which record from 0', () => {
    const { own, record } = used()
    own.collector.clear()
    record(2)
    const { counters, gauges, timings, histograms, trace } = own.snapshot()
    assert.deepEqual(counters, { c: 1, 'c{x="1"}': 2 })
    assert.deepEqual(gauges, { g: 2, l: 2 })
    assert.deepEqual([timings.t.count, timings.t.total], [1, 2])
    assert.deepEqual(histograms.h.buckets, [
      [1, 0],
      [2, 1],
    ])
    assert.equal(trace.length, 1)
    assert.deepEqual(samples(own).c_total, 2)
  })

  test('makes min and max exact again', () => {
    const { own, record } = used()
    own.collector.clear()
    record(1.7)
    const { t } = own.snapshot().timings
    const { h } = own.snapshot().histograms
    assert.deepEqual([t.min, t.max, h.min, h.max], [1.7, 1.7, 1.7, 1.7])
  })

  test('starts every window over, also one that was reset before', () => {
    const { own, record } = used()
    const window = own.collector.window()
    window.snapshotAndReset()
    record(3)
    own.collector.clear()
    assert.deepEqual(window.snapshot().counters, {})
    record(4)
    assert.deepEqual(window.snapshot().counters, { c: 3, 'c{x="1"}': 4 })
  })

  test('can be called repeatedly', () => {
    const { own, record } = used()
    for (let round = 1; round <= 100; round++) {
      own.collector.clear()
      record(round)
      assert.equal(own.value('c', { x: 1 }), round)
      assert.equal(own.value('t').max, round)
    }
  })

  test('includes other threads, which continue from 0', async () => {
    const own = fresh()
    const worker = new Worker(path.join(__dirname, '..', 'workers', 'gauge.js'), {
      workerData: { collector: own.collector.id, gauge: { name: 'g' } },
    })
    const exit = once(worker, 'exit')
    worker.postMessage(2)
    await once(worker, 'message')
    own.collector.clear()
    assert.equal(own.value('g'), undefined)
    worker.postMessage(3)
    await once(worker, 'message')
    assert.equal(own.value('g'), 3)
    worker.postMessage(null)
    await exit
  })
})

describe('remove', () => {
  test('removes a series from every reading, and returns how many there were', () => {
    const own = fresh()
    const counter = own.counter('a')
    counter.inc(1)
    counter.labels({ x: 1 }).inc(2)
    counter.labels({ x: 2 }).inc(3)
    assert.equal(counter.remove({ x: '1' }), 1)
    assert.equal(counter.remove({ x: '1' }), 0)
    assert.equal(counter.remove({ x: 9 }), 0)
    assert.deepEqual(own.snapshot().counters, { a: 1, 'a{x="2"}': 3 })
    assert.deepEqual(samples(own), { a_total: 1, 'a_total{x="2"}': 3 })
    assert.equal(counter.remove(), 1)
    assert.equal(counter.remove(), 0)
    assert.deepEqual(own.snapshot().counters, { 'a{x="2"}': 3 })
  })

  // [kind, how it is recorded, how its value is read]
  const kinds = [
    ['counter', (handle) => handle.inc(2), (value) => value],
    ['gauge', (handle) => handle.inc(2), (value) => value],
    ['timing', (handle) => handle.observeMillis(2), (value) => value.total],
    ['histogram', (handle) => handle.observe(2), (value) => value.sum],
  ]
  for (const [kind, record, reported] of kinds) {
    test(`a ${kind}'s handle that records again revives the series, from 0`, () => {
      const own = fresh()
      const instrument = own[kind]('a')
      const bound = instrument.labels({ x: 1 })
      for (const [handle, labels] of [
        [instrument, undefined],
        [bound, { x: 1 }],
      ]) {
        record(handle)
        record(handle)
        assert.equal(instrument.remove(labels), 1)
        assert.equal(handle.value(), undefined)
        record(handle)
        assert.equal(reported(handle.value()), 2)
      }
    })
  }

  test('lets a series come back without affecting others', () => {
    const own = fresh()
    const one = own.counter('a').labels({ x: 1 })
    one.inc(5)
    own.counter('a').remove({ x: 1 })
    own.inc('a', 7, { x: 2 })
    one.inc()
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 1, 'a{x="2"}': 7 })
  })

  test('makes min and max exact again', () => {
    const own = fresh()
    for (const value of [1, 100]) own.observeMillis('a', value)
    own.timing('a').remove()
    own.observeMillis('a', 50.5)
    const { min, max } = own.value('a')
    assert.deepEqual({ min, max }, { min: 50.5, max: 50.5 })
  })
})

describe('Collector', () => {
  test('has a unique positive integer as its id', () => {
    const ids = [Collector.default.id, new Collector().id, new Collector().id]
    assert.ok(ids.every((id) => Number.isInteger(id) && id > 0))
    assert.equal(new Set(ids).size, 3)
  })

  test('that is attached in its own thread is the same object', () => {
    const collector = new Collector()
    assert.equal(Collector.attach(collector.id), collector)
    assert.equal(Collector.attach(Collector.default.id), Collector.default)
  })

  test("adds its labels to every series of the exposition, and a series' own label of the same name takes precedence", () => {
    const own = fresh({ labels: { env: 'prod', zone: 'eu', none: '' } })
    own.inc('a')
    own.inc('b', 1, { env: 'test' })
    assert.deepEqual(samples(own), {
      'a_total{env="prod",zone="eu"}': 1,
      'b_total{env="test",zone="eu"}': 1,
    })
    assert.deepEqual(own.snapshot().counters, { a: 1, 'b{env="test"}': 1 })
  })
})
