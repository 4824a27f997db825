'use strict'

// The families of a collector as objects.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { fresh } = require('../support/metrics')

/** @param {string} code */
const withCode = (code) => (/** @type {any} */ error) =>
  error instanceof TypeError && /** @type {any} */ (error).code === code

/** Both ways to read, which give the same. @param {any} metrics @param {any} [options] */
async function readOf(metrics, options) {
  const families = metrics.readSync(options)
  assert.deepEqual(await metrics.read(options), families)
  assert.deepEqual(await metrics.collector.read(options), families)
  assert.deepEqual(metrics.collector.readSync(options), families)
  return families
}

describe('read', () => {
  test('returns each family with what was declared, and its series with their labels and values', async () => {
    const own = fresh()
    const requests = own.counter({ name: 'http.requests', help: 'Requests.', labelNames: ['status', 'method'] })
    requests.labels({ status: 200, method: 'G"E\\T\n' }).inc(3)
    requests.labels({ method: 'PUT' }).inc(2)
    own.gauge({ name: 'heap', unit: 'By' }).set(-7.5)
    assert.deepEqual(await readOf(own), [
      {
        name: 'http.requests',
        kind: 'counter',
        help: 'Requests.',
        labelNames: ['method', 'status'],
        series: [
          { labels: { method: 'G"E\\T\n', status: '200' }, value: 3 },
          { labels: { method: 'PUT' }, value: 2 },
        ],
      },
      { name: 'heap', kind: 'gauge', unit: 'By', series: [{ labels: {}, value: -7.5 }] },
    ])
  })

  test('has the value of each kind as value() returns it', async () => {
    const own = fresh()
    own.inc('jobs', 5)
    own.inc('jobs', -2)
    for (const millis of [1, 2, 30]) own.observeMillis('latency', millis)
    for (const size of [1, 20, 300]) own.histogram({ name: 'size', buckets: [10, 100] }).observe(size)
    own.histogram('any').observe(0.5)
    const values = (await readOf(own)).map((/** @type {any} */ { name, kind, series: [only] }) => {
      return [name, kind, only.value ?? only.distribution]
    })
    assert.deepEqual(values, [
      ['jobs', 'counter', 3],
      ['latency', 'timing', own.value('latency')],
      ['size', 'histogram', own.value('size')],
      ['any', 'histogram', own.value('any')],
    ])
    assert.deepEqual(values[2][2].buckets, [
      [10, 1],
      [100, 2],
    ])
    assert.equal(values[1][2].total, 33)
  })

  test('includes families without series, in the order of declaration', async () => {
    const own = fresh()
    own.timing({ name: 'z', help: 'Later in the alphabet.' })
    own.gauge('unset')
    own.counter('a')
    own.histogram('z')
    own.timing('z').labels({ a: 1 })
    assert.deepEqual(await readOf(own), [
      { name: 'z', kind: 'timing', help: 'Later in the alphabet.', series: [] },
      { name: 'unset', kind: 'gauge', series: [] },
      { name: 'a', kind: 'counter', series: [] },
      { name: 'z', kind: 'histogram', series: [] },
    ])
    assert.deepEqual(await readOf(fresh()), [])
  })

  test('has gauges that are no finite number, and label names that objects have of their own', async () => {
    const own = fresh()
    const gauge = own.gauge('g')
    const numbers = { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY, d: 1e-300 }
    for (const [label, value] of Object.entries(numbers)) gauge.labels({ label }).set(value)
    const [{ series }] = await readOf(own)
    const found = series.map((/** @type {any} */ { labels, value }) => [labels.label, value])
    assert.deepEqual(Object.fromEntries(found), numbers)
    own.inc('odd', 1, JSON.parse('{"__proto__":"x","{a=\\"b\\"}":"y","größe":"\u{1f600}"}'))
    const [odd] = await readOf(own, { names: ['odd'] })
    assert.deepEqual(Object.entries(odd.series[0].labels).sort(), [
      ['__proto__', 'x'],
      ['größe', '\u{1f600}'],
      ['{a="b"}', 'y'],
    ])
  })

  test('by names returns the families of every kind that have one of them', async () => {
    const own = fresh()
    for (const name of ['a', 'b', 'c']) own.inc(name)
    own.observeMillis('a', 1)
    const read = await readOf(own, { names: ['c', 'a', 'unknown'] })
    assert.deepEqual(
      read.map((/** @type {any} */ { name, kind }) => `${name} ${kind}`),
      ['a counter', 'c counter', 'a timing'],
    )
    assert.deepEqual(await readOf(own, { names: [] }), [])
  })

  test('is of the whole life, whatever is reset; by a window of what came since its reset, and resets nothing', async () => {
    const own = fresh()
    const window = own.collector.window()
    own.inc('jobs', 2)
    own.observeMillis('latency', 1)
    own.gauge('g').set(1)
    window.snapshotAndReset()
    own.snapshotAndReset()
    const valuesOf = (/** @type {any[]} */ families) =>
      Object.fromEntries(families.map(({ name, series: [only] }) => [name, only?.value ?? only?.distribution.count]))
    assert.deepEqual(valuesOf(await readOf(own, { window })), { jobs: undefined, latency: undefined, g: 1 })
    own.inc('jobs', 3)
    own.observeMillis('latency', 5)
    assert.deepEqual(valuesOf(await readOf(own, { window })), { jobs: 3, latency: 1, g: 1 })
    assert.deepEqual(valuesOf(await readOf(own)), { jobs: 5, latency: 2, g: 1 })
    assert.equal(window.snapshot().counters.jobs, 3)
  })

  test('that resets its window has each recording of another thread once', async () => {
    const own = fresh()
    const window = own.collector.window()
    const times = 300_000
    const file = path.join(__dirname, '../workers/recording.js')
    const worker = new Worker(file, { workerData: { collector: own.collector.id, times, number: 1 } })
    let isOver = false
    worker.once('message', () => {
      isOver = true
    })
    const sums = { counter: 0, timing: 0 }
    const add = (/** @type {any[]} */ families) => {
      for (const { kind, series } of families) {
        for (const { value, distribution } of series) sums[kind] += value ?? distribution.count
      }
    }
    while (!isOver) {
      add(await own.read({ window, reset: true }))
      add(own.readSync({ window, reset: true }))
      await setImmediate()
    }
    add(await own.read({ window, reset: true }))
    assert.deepEqual(sums, { counter: 2 * times, timing: times })
    worker.postMessage('end')
    await once(worker, 'exit')
  })

  test('forgets what was removed', async () => {
    const own = fresh()
    const jobs = own.counter('jobs')
    jobs.labels({ a: 1 }).inc()
    jobs.labels({ a: 2 }).inc()
    jobs.remove({ a: 1 })
    assert.deepEqual((await readOf(own))[0].series, [{ labels: { a: '2' }, value: 1 }])
    own.inc('gone')
    own.counter('gone').remove()
    assert.deepEqual(
      (await readOf(own)).map((/** @type {any} */ { name }) => name),
      ['jobs'],
    )
    own.collector.clear()
    assert.deepEqual(await readOf(own), [{ name: 'jobs', kind: 'counter', series: [] }])
  })

  test('covers all threads, and has what was recorded before the call', async () => {
    const own = fresh()
    const source = `
      const { Collector, createMetrics } = require(${JSON.stringify(require.resolve('../..'))})
      const { workerData } = require('node:worker_threads')
      createMetrics(Collector.attach(workerData)).inc('jobs', 2, { thread: 'worker' })`
    const worker = new Worker(source, { eval: true, workerData: own.collector.id })
    await once(worker, 'exit')
    own.inc('jobs', 1)
    const first = own.read()
    own.inc('jobs', 1)
    const second = own.read()
    const total = (/** @type {any} */ [{ series }]) =>
      series.reduce((/** @type {number} */ sum, /** @type {any} */ { value }) => sum + value, 0)
    assert.ok(total(await first) >= 3)
    assert.equal(total(await second), 4)
    assert.notEqual((await first)[0], (await second)[0])
  })

  test('that share a reading have objects of their own', async () => {
    const own = fresh()
    own.inc('jobs', 1, { a: 1 })
    const all = await Promise.all(Array.from({ length: 20 }, () => own.read()))
    all[0][0].name = 'changed'
    for (const [family] of all.slice(1)) assert.equal(family.name, 'jobs')
  })

  test('may be destructured', async () => {
    const { inc, read, readSync } = fresh()
    inc('jobs')
    assert.deepEqual(await read(), readSync())
  })

  test('of other options is an error with a code', async () => {
    const own = fresh()
    const other = new Collector().window()
    for (const options of [
      null,
      'jobs',
      ['jobs'],
      { name: 'jobs' },
      { names: 'jobs' },
      { names: [''] },
      { names: [7] },
      { window: {} },
      { window: null },
      { window: other },
      { reset: true },
      { window: own.collector.window(), reset: 1 },
      { window: own.collector.window(), reset: true, names: ['jobs'] },
    ]) {
      await assert.rejects(own.read(/** @type {any} */ (options)), withCode('ERR_TALLYSTICK_OPTIONS'))
      assert.throws(() => own.readSync(/** @type {any} */ (options)), withCode('ERR_TALLYSTICK_OPTIONS'))
    }
  })

  test('accepts a window of the same collector that was attached to', async () => {
    const own = fresh()
    own.inc('jobs')
    const attached = createMetrics(Collector.attach(own.collector.id))
    assert.deepEqual(await attached.read({ window: own.collector.window() }), own.readSync())
  })
})
