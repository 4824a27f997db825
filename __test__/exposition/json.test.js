'use strict'

// Descriptions of names, single values, and whole readings.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { fresh, isConflict } = require('../support/metrics')

describe('describe', () => {
  test('sets help and unit of a name that is recorded later', () => {
    const own = fresh()
    own.describe('sent', { help: 'What was sent.', unit: 'bytes' })
    own.inc('sent', 3)
    assert.equal(
      textOf(own.prometheusSync().body),
      '# HELP sent_bytes_total What was sent.\n# TYPE sent_bytes_total counter\nsent_bytes_total 3\n',
    )
  })

  test('sets help and unit of existing metrics', () => {
    const own = fresh()
    own.gauge('size').set(1)
    own.describe('size', { help: 'A size.', unit: 'bytes' })
    assert.match(textOf(own.prometheusSync().body), /^# HELP size_bytes A size\.$/m)
  })

  test('sets them for every kind with the name, but a timing stays in seconds', () => {
    const own = fresh()
    own.inc('a')
    own.observeMillis('a', 1)
    own.describe('a', { help: 'Both.', unit: 'bytes' })
    const names = textOf(own.prometheusSync().body).match(/(?<=# HELP )\S+(?= Both\.)/g)
    assert.deepEqual(names, ['a_bytes_total', 'a_seconds'])
  })

  test('replaces the help, and keeps what is not given', () => {
    const own = fresh()
    own.inc('a')
    own.describe('a', { help: 'One.', unit: 'bytes' })
    own.describe('a', { help: 'Two.' })
    own.describe('a', {})
    assert.match(textOf(own.prometheusSync().body), /^# HELP a_bytes_total Two\.$/m)
  })

  test('with a different unit is a conflict, and changes nothing', () => {
    const own = fresh()
    own.counter({ name: 'a', help: 'One.', unit: 'bytes' }).inc()
    assert.throws(() => own.describe('a', { help: 'Two.', unit: 'rows' }), isConflict)
    assert.match(textOf(own.prometheusSync().body), /^# HELP a_bytes_total One\.$/m)
  })

  test('escapes backslash and newline in help', () => {
    const own = fresh()
    own.inc('a')
    own.describe('a', { help: 'C:\\new\nline "quoted"' })
    assert.match(textOf(own.prometheusSync().body), /^# HELP a_total C:\\\\new\\nline "quoted"$/m)
  })
})

describe('value', () => {
  test('is that of the counter, else the gauge, timing or histogram', () => {
    const own = fresh()
    assert.equal(own.value('a'), undefined)
    own.histogram('a').observe(4)
    assert.equal(own.value('a').sum, 4)
    own.observeMillis('a', 3)
    assert.equal(own.value('a').total, 3)
    own.gauge('a').set(2)
    assert.equal(own.value('a'), 2)
    own.inc('a')
    assert.equal(own.value('a'), 1)
  })

  test('with labels is that of their series, in any order of keys', () => {
    const own = fresh()
    own.inc('a', 1, { x: 1, y: 2 })
    own.inc('a', 5)
    assert.equal(own.value('a', { y: '2', x: '1' }), 1)
    assert.equal(own.value('a', { x: '1' }), undefined)
    assert.equal(own.value('a', {}), 5)
    assert.equal(own.value('a', null), 5)
  })

  test('does not create a series', () => {
    const own = fresh()
    own.value('a', { x: 1 })
    assert.deepEqual(own.snapshot().counters, {})
  })

  test('is not affected by the reset of a window', () => {
    const own = fresh()
    own.inc('a', 3)
    own.snapshotAndReset()
    assert.equal(own.value('a'), 3)
  })
})

describe('readings', () => {
  /** One of each, all recorded. */
  function recorded() {
    const own = fresh()
    own.inc('b.count', 2)
    own.inc('a.count', 1, { x: '"1"' })
    own.gauge('level').set(0.5)
    own.observeMillis('took', 1.5)
    own.histogram('size').observe(3)
    own.histogram({ name: 'bound', buckets: [1] }).observe(0.5)
    own.trace('event', { why: 'so' })
    return own
  }

  test('a snapshot has everything, sorted by key', () => {
    const { counters, gauges, timings, histograms, trace } = recorded().snapshot()
    assert.deepEqual(Object.entries(counters), [
      ['a.count{x="\\"1\\""}', 1],
      ['b.count', 2],
    ])
    assert.deepEqual(gauges, { level: 0.5 })
    const { p50, p90, p99, ...took } = timings.took
    assert.deepEqual(took, { count: 1, total: 1.5, min: 1.5, max: 1.5, mean: 1.5 })
    assert.deepEqual([p50, p90, p99], [1.5, 1.5, 1.5])
    assert.deepEqual(Object.keys(histograms), ['bound', 'size'])
    assert.deepEqual(histograms.size, { count: 1, sum: 3, min: 3, max: 3, mean: 3, p50: 3, p90: 3, p99: 3 })
    assert.deepEqual(histograms.bound.buckets, [[1, 1]])
    assert.deepEqual(trace[0].fields, { why: 'so' })
  })

  test('json() is the snapshot as bytes', async () => {
    const own = recorded()
    const bytes = await own.json()
    assert.ok(bytes instanceof Uint8Array)
    assert.deepEqual(JSON.parse(textOf(bytes)), own.snapshot())
  })

  test('snapshotAndReset() returns the snapshot and starts over', async () => {
    const own = recorded()
    const before = own.snapshot()
    assert.deepEqual(own.snapshotAndReset(), before)
    const empty = { counters: {}, gauges: { level: 0.5 }, timings: {}, histograms: {}, trace: [] }
    assert.deepEqual(own.snapshot(), empty)
    assert.deepEqual(JSON.parse(textOf(await own.json())), empty)
  })

  test('a second interval has only what was recorded in it', () => {
    const own = recorded()
    own.snapshotAndReset()
    own.inc('b.count', 5)
    own.inc('b.count', -1)
    own.observeMillis('took', 10)
    own.observeMillis('took', 20)
    const { counters, timings, histograms } = own.snapshotAndReset()
    assert.deepEqual(counters, { 'b.count': 4 })
    assert.deepEqual([timings.took.count, timings.took.total], [2, 30])
    assert.ok(Math.abs(timings.took.min / 10 - 1) <= 1 / 128 && timings.took.max === 20)
    assert.deepEqual(histograms, {})
  })

  test('an increment of 0 makes a series visible in an interval', () => {
    const own = recorded()
    own.snapshotAndReset()
    own.inc('b.count', 0)
    assert.deepEqual(own.snapshotAndReset().counters, { 'b.count': 0 })
    assert.deepEqual(own.snapshot().counters, {})
  })

  test('prometheus() and prometheusSync() return the same bytes and content type', async () => {
    const own = recorded()
    const later = await own.prometheus()
    const now = own.prometheusSync()
    assert.ok(later.body instanceof Uint8Array && now.body instanceof Uint8Array)
    assert.deepEqual(textOf(later.body), textOf(now.body))
    assert.deepEqual([later.contentType, now.contentType], Array(2).fill('text/plain; version=0.0.4; charset=utf-8'))
  })

  test('a reset does not change the exposition', () => {
    const own = recorded()
    const before = textOf(own.prometheusSync().body)
    own.snapshotAndReset()
    assert.equal(textOf(own.prometheusSync().body), before)
  })

  test('of an unused collector are empty', async () => {
    const own = fresh()
    assert.deepEqual(own.snapshot(), { counters: {}, gauges: {}, timings: {}, histograms: {}, trace: [] })
    assert.equal((await own.prometheus()).body.length, 0)
  })

  test('a reading includes everything before its call, and recording continues meanwhile', async () => {
    const own = fresh()
    own.inc('a')
    const pending = own.prometheus()
    own.inc('a', 9)
    const { a_total: value } = samplesOf((await pending).body)
    assert.ok(value === 1 || value === 10, `${value}`)
    assert.equal(own.value('a'), 10)
  })

  test('all of many simultaneous readings settle', async () => {
    const own = recorded()
    const bodies = await Promise.all(Array.from({ length: 100 }, () => own.prometheus()))
    assert.equal(new Set(bodies.map(({ body }) => textOf(body))).size, 1)
  })
})
