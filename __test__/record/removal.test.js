'use strict'

// Labelled series that are created and removed: removed ones are freed, and the others are not affected.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { collectFully } = require('../support/garbage')
const { assertFlat } = require('../support/memory')
const { fresh } = require('../support/metrics')

/** The number of series that each round creates and removes. */
const ROUND = 5000

/** A service with short connections, each with a counter, a gauge and a timing. */
class Connections {
  #opened = 0

  constructor() {
    this.metrics = createMetrics(new Collector())
    this.bytes = this.metrics.counter('bytes')
    this.open = this.metrics.gauge('open')
    this.wait = this.metrics.timing('wait')
  }

  /** Opens a round of connections and removes them all. */
  async round() {
    for (let at = 0; at < ROUND; at++) this.#comeAndGo({ id: `connection ${this.#opened++}`, of: 'a customer' })
    await setImmediate()
  }

  /** @param {{ id: string, of: string }} labels */
  #comeAndGo(labels) {
    this.bytes.labels(labels).inc(3)
    this.bytes.labels(labels).inc(-1)
    this.open.labels(labels).set(1)
    this.wait.labels(labels).observeMillis(7)
    for (const instrument of [this.bytes, this.open, this.wait]) assert.equal(instrument.remove(labels), 1)
  }

  /** Runs enough rounds for memory to be released several times. @param {number} count @param {() => void} [between] */
  async rounds(count, between) {
    for (let at = 0; at < count; at++) {
      between?.()
      await this.round()
      await collectFully()
    }
  }
}

describe('labelled series that are created and removed forever', () => {
  test('take no more memory than a few rounds of them', async () => {
    const connections = new Connections()
    await connections.rounds(8)
    // kept, they would take 12 × 5000 × 3 × some 400 bytes: more than 70 MB
    await assertFlat(() => connections.rounds(12), 20e6)
    assert.deepEqual(connections.metrics.snapshot().counters, {})
  })

  test('do not change the values of those that stay, by handle, by labels and by name', async () => {
    const all = new Connections()
    const { metrics } = all
    const kept = { id: 'kept', of: 'us' }
    const counter = all.bytes.labels(kept)
    const gauge = all.open.labels(kept)
    const timing = all.wait.labels(kept)
    all.open.labels({ id: 'set once', of: 'us' }).set(42)
    let times = 0
    await all.rounds(12, () => {
      times++
      counter.inc(5)
      counter.inc(-2)
      all.bytes.labels({ ...kept }).inc()
      gauge.inc()
      all.open.labels({ of: 'us', id: 'kept' }).inc()
      // a new power of two each time, so that the distribution needs new pages in between
      timing.observeNanos(2 ** times)
      all.bytes.inc()
      metrics.inc('rounds')
    })
    const { counters, gauges, timings } = metrics.snapshot()
    assert.deepEqual(counters, { bytes: times, 'bytes{id="kept",of="us"}': 4 * times, rounds: times })
    assert.deepEqual(gauges, { 'open{id="kept",of="us"}': 2 * times, 'open{id="set once",of="us"}': 42 })
    assert.deepEqual(Object.keys(timings), ['wait{id="kept",of="us"}'])
    const [wait] = Object.values(timings)
    assert.equal(wait.count, times)
    assert.ok(Math.abs(wait.max - 2 ** times / 1e6) < 1e-9, `${wait.max}`)
    assert.equal(counter.value(), 4 * times)
    assert.equal(gauge.value(), 2 * times)
  })

  test('come back when a kept handle records', async () => {
    const connections = new Connections()
    const removed = { id: 'removed', of: 'us' }
    const handles = [connections.bytes, connections.open, connections.wait].map((it) => it.labels(removed))
    const [counter, gauge, timing] = handles
    counter.inc(100)
    gauge.set(100)
    timing.observeMillis(100)
    for (const instrument of [connections.bytes, connections.open, connections.wait]) instrument.remove(removed)
    await connections.rounds(6)
    assert.equal(counter.value(), undefined)
    counter.inc(2)
    gauge.set(3)
    timing.observeMillis(4)
    await connections.rounds(3)
    const { metrics } = connections
    assert.deepEqual([metrics.value('bytes', removed), metrics.value('open', removed)], [2, 3])
    assert.equal(metrics.value('wait', removed).count, 1)
  })

  test('are absent from a window that was opened before them', async () => {
    const connections = new Connections()
    const window = connections.metrics.collector.window()
    connections.bytes.labels({ id: 'first' }).inc(7)
    window.snapshotAndReset()
    await connections.rounds(4)
    connections.bytes.labels({ id: 'last' }).inc()
    assert.deepEqual(window.snapshotAndReset().counters, { 'bytes{id="last"}': 1 })
  })

  test('have their labels read once, also if reading them removes series', async () => {
    const connections = new Connections()
    await connections.round()
    let reads = 0
    const labels = {
      get id() {
        reads++
        for (let at = 0; at < 4000; at++) {
          const own = { id: `nested ${reads} ${at}`, of: 'a getter' }
          connections.bytes.labels(own).inc()
          connections.bytes.remove(own)
        }
        return 'outer'
      },
      of: 'us',
    }
    for (let at = 0; at < 20; at++) {
      connections.bytes.labels(labels).inc()
      await collectFully()
    }
    assert.deepEqual(connections.metrics.snapshot().counters, { 'bytes{id="outer",of="us"}': 20 })
  })
})

test('a series whose labels were given as numbers and as texts has one handle after its removal, in any order of the labels', () => {
  for (const [one, other] of [
    ['1', 1],
    [1, '1'],
    ['-2.5', -2.5],
  ]) {
    const counter = fresh().counter('jobs')
    counter.labels({ c: 1, b: one, a: 'x' }).inc()
    counter.labels({ a: 'y', b: one, c: '2.5' }).inc()
    const kept = counter.labels({ a: 'y', b: other, c: '2.5' })
    counter.labels({ a: 'z', b: one, c: 1 }).inc()
    counter.remove({ a: 'y', b: one })
    const again = counter.labels({ a: 'y', b: one, c: '2.5' })
    assert.notEqual(again, kept)
    assert.equal(counter.labels({ a: 'y', b: other, c: '2.5' }), again)
    assert.equal(counter.labels({ a: 'y', b: other, c: 2.5 }), again)
  }
})

test('other threads continue to record what one thread removes', async () => {
  const metrics = createMetrics(new Collector())
  const file = path.join(__dirname, '..', 'workers', 'series-churn.js')
  const workers = [0, 1].map((number) => new Worker(file, { workerData: { id: metrics.collector.id, number } }))
  await Promise.all(workers.map((worker) => once(worker, 'exit')))
  const { counters, gauges } = metrics.snapshot()
  assert.deepEqual(counters, { 'jobs{id="stays"}': 2 * 20_000 })
  assert.deepEqual(gauges, {})
})
