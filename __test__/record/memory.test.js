'use strict'

// Threads, collectors, windows and readings are freed when they are dropped. Sizes are those of the process, so each test creates
// enough objects that a leak stands out from what the allocator keeps.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics, metrics } = require('../..')
const { collectFully, collectUntil } = require('../support/garbage')
const { assertFlat } = require('../support/memory')

const MB = 1e6

function isGone(id) {
  try {
    Collector.attach(id)
    return false
  } catch (error) {
    assert.equal(error.code, 'ERR_TALLYSTICK_COLLECTOR')
    return true
  }
}

/** Starts workers and waits until they end, ten at a time. @param {string} name of their file @param {number} count */
async function runWorkers(name, count) {
  const file = path.join(__dirname, '..', 'workers', `${name}.js`)
  for (let at = 0; at < count; at += 10) {
    await Promise.all(Array.from({ length: 10 }, () => once(new Worker(file), 'exit')))
  }
}

// Bun starts fewer: its workers take longer
const workers = globalThis.Bun ? 150 : 500

test('short workers are all counted, and leave no memory behind', async () => {
  let rounds = 0
  const run = async () => {
    rounds++
    await runWorkers('short', workers)
  }
  await run()
  // workers of Bun leave something behind themselves
  await assertFlat(run, globalThis.Bun ? 8 * MB : 4 * MB)
  assert.equal(metrics.value('short'), rounds * workers)
  assert.equal(metrics.value('short', { x: 1 }), rounds * workers)
  assert.equal(metrics.snapshot().timings.short.count, rounds * workers)
  assert.equal(metrics.snapshot().gauges.short, undefined)
})

describe('a collector that is dropped', () => {
  /** A collector with some of everything, large enough that a thousand of them would be 100 MB. */
  function used() {
    const own = createMetrics(new Collector())
    own.inc('a', 1, { x: 1 })
    own.gauge('a').set(1)
    own.timing({ name: 'a', precision: 3 }).observeMillis(1)
    own.histogram('a').observe(1)
    own.trace('a', { x: 1 })
    own.snapshotAndReset()
    return own
  }

  test('is collected, and its id is unknown', async () => {
    const { id, reference } = (() => {
      const { collector } = used()
      return { id: collector.id, reference: new WeakRef(collector) }
    })()
    await collectUntil(() => reference.deref() === undefined, 'the object is collected')
    await collectUntil(() => isGone(id), 'the collector is gone')
  })

  test('is freed: a thousand of them leave no memory behind', async () => {
    const make = async () => {
      for (let batch = 0; batch < 20; batch++) {
        for (let at = 0; at < 50; at++) used()
        await collectFully()
      }
    }
    await make()
    await assertFlat(make, 4 * MB)
  })

  test('is freed while a reading is in progress', async () => {
    const id = await (async () => {
      const own = used()
      for (let at = 0; at < 1000; at++) own.inc('many', 1, { at })
      await Promise.all(Array.from({ length: 20 }, () => own.prometheus()))
      own.prometheus()
      return own.collector.id
    })()
    await collectUntil(() => isGone(id), 'the collector is gone')
  })
})

describe('a window', () => {
  test('that is dropped is collected', async () => {
    const collector = new Collector()
    const reference = (() => new WeakRef(collector.window()))()
    await collectUntil(() => reference.deref() === undefined, 'the window is collected')
    assert.equal(Collector.attach(collector.id), collector)
  })

  test('that is dropped is freed: a thousand over 5,000 series leave no memory behind', async () => {
    const own = createMetrics(new Collector())
    for (let at = 0; at < 5000; at++) own.inc('a', 1, { at })
    const make = async () => {
      for (let batch = 0; batch < 40; batch++) {
        for (let at = 0; at < 25; at++) own.collector.window().snapshotAndReset()
        await collectFully()
      }
    }
    await make()
    await assertFlat(make, 4 * MB)
  })

  test('keeps its collector alive, and releases it when it is dropped', async () => {
    const held = (() => {
      const own = createMetrics(new Collector())
      own.inc('a', 3)
      return { id: own.collector.id, window: own.collector.window() }
    })()
    await collectFully()
    assert.equal(held.window.snapshot().counters.a, 3)
    const { id } = held
    held.window = undefined
    await collectUntil(() => isGone(id), 'the collector is gone')
  })
})

test('readings are freed: 400 of a third of a megabyte and more leave no memory behind', async () => {
  const own = createMetrics(new Collector({ maxSeries: Infinity }))
  for (let at = 0; at < 15_000; at++) own.inc('a.longer.name', 1, { at })
  const read = async () => {
    for (let batch = 0; batch < 20; batch++) {
      for (let at = 0; at < 5; at++) {
        const { body } = await own.prometheus()
        assert.ok(body.length > MB / 3)
        own.prometheusSync()
        await own.json()
        await own.prometheus()
      }
      await collectFully()
    }
  }
  await read()
  await assertFlat(read, 4 * MB)
})

test('a body that is kept does not change while other bodies are made and dropped', async () => {
  const own = createMetrics(new Collector())
  for (let at = 0; at < 2000; at++) own.inc('jobs', 1, { at })
  const { body: held } = await own.prometheus()
  const text = new TextDecoder().decode(held)
  for (let round = 0; round < 10; round++) {
    own.inc('jobs', 1, { at: round })
    await own.prometheus()
    own.prometheusSync()
    await collectFully()
  }
  assert.equal(new TextDecoder().decode(held), text)
})

test('a series that is recorded repeatedly, by name and with labels, takes no more memory', async () => {
  const own = createMetrics(new Collector())
  const record = () => {
    for (let at = 0; at < 300_000; at++) {
      own.inc('a', 1, { x: at % 10, y: `${at % 7}` })
      own.observeMillis('a', at % 1000, { y: at % 7, x: at % 10 })
      own
        .counter('a')
        .labels({ x: at % 10 })
        .inc()
    }
  }
  record()
  await assertFlat(record, 4 * MB)
})

test('buckets that no value touches take no memory', {
  skip: process.platform !== 'linux' && 'pages of memory are larger there',
}, async () => {
  const own = createMetrics(new Collector())
  const timings = 2000
  const each = []
  // the runtime's own memory may grow as well, in a step
  for (let group = 0; group < 3; group++) {
    await collectFully()
    const before = process.memoryUsage.rss()
    for (let at = 0; at < timings; at++) own.timing(`work.${group}.${at}`).observeMillis(10)
    await collectFully()
    each.push((process.memoryUsage.rss() - before) / timings)
  }
  // the buckets of one have 27 kB
  assert.ok(Math.min(...each) < 20_000, `${each} bytes`)
})

describe('calls that make no series', {
  skip: globalThis.Bun && 'the size of its heap is not that of what is alive',
}, () => {
  /** What many calls leave in V8's heap. @param {(at: number) => void} call */
  async function left(call) {
    const run = (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let at = from; at < to; at++) call(at)
    }
    run(0, 1000)
    await collectFully()
    const { heapUsed } = process.memoryUsage()
    run(1000, 50_000)
    await collectFully()
    return process.memoryUsage().heapUsed - heapUsed
  }

  test('leave nothing behind if their labels fail', async () => {
    const counter = createMetrics(new Collector()).counter('a')
    counter.labels({ a: 1, b: 2 }).inc()
    const b = { toString: () => assert.fail('cannot') }
    const call = (at) => assert.throws(() => counter.labels({ a: `x${at}`, b }), { code: 'ERR_TALLYSTICK_LABELS' })
    assert.ok((await left(call)) < 2 * MB)
  })

  test('leave nothing behind if the names of their labels come and go', async () => {
    const counter = createMetrics(new Collector()).counter('a')
    const call = (at) => {
      counter.labels({ [`k${at}`]: 'x' }).inc()
      counter.remove({ [`k${at}`]: 'x' })
    }
    assert.ok((await left(call)) < 4 * MB)
  })

  test('leave nothing behind if they are of gauges without room that are never set', async () => {
    const gauge = createMetrics(new Collector()).gauge({ name: 'a', maxSeries: 50 })
    assert.ok((await left((at) => gauge.labels({ a: `x${at}`, b: `y${at}` }))) < 2 * MB)
  })
})
