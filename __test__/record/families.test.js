'use strict'

// Whole families: get, reset and unregister, and the removal of series by a part of their labels. Also in other threads.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { after, before, beforeEach, describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { fresh, samples, thrownBy } = require('../support/metrics')

const NOTHING = { counters: {}, gauges: {}, timings: {}, histograms: {}, trace: [] }

/** [kind, how its handles record, the value after one recording in a snapshot] */
const KINDS = [
  ['counter', (handle) => handle.inc(2), (snapshot) => snapshot.counters],
  ['gauge', (handle) => handle.inc(2), (snapshot) => snapshot.gauges],
  ['timing', (handle) => handle.observeMillis(2), ({ timings }) => sums(timings)],
  ['histogram', (handle) => handle.observe(2), ({ histograms }) => sums(histograms)],
]

function sums(distributions) {
  return Object.fromEntries(Object.entries(distributions).map(([key, stats]) => [key, stats.total ?? stats.sum]))
}

/** A worker that runs what it is sent with the same collector. @param {ReturnType<typeof fresh>} own */
async function worker(own) {
  const thread = new Worker(path.join(__dirname, '..', 'workers', 'families.js'), {
    workerData: { id: own.collector.id },
  })
  return {
    async run(source) {
      thread.postMessage(source)
      const [result] = await once(thread, 'message')
      return result
    },
    async end() {
      thread.postMessage('end')
      await once(thread, 'exit')
    },
  }
}

describe('get(name)', () => {
  const own = fresh()

  test('returns the instrument with its kind, and undefined for an unknown name', () => {
    for (const [kind] of KINDS) {
      const instrument = own[kind](`a ${kind}`)
      assert.equal(own.get(`a ${kind}`), instrument)
      assert.deepEqual([instrument.kind, instrument.name], [kind, `a ${kind}`])
    }
    assert.equal(own.get('nothing'), undefined)
    assert.equal(thrownBy(() => own.get('')).code, 'ERR_TALLYSTICK_NAME')
  })

  test('finds what another thread made, with its options', async () => {
    const other = await worker(own)
    await other.run(`metrics.gauge({ name: 'theirs', merge: 'max', labelNames: ['a'] }).labels({ a: 1 }).set(7)`)
    const gauge = own.get('theirs')
    assert.equal(gauge.kind, 'gauge')
    assert.equal(gauge.labels({ a: 1 }).value(), 7)
    assert.equal(thrownBy(() => gauge.labels({ b: 1 })).code, 'ERR_TALLYSTICK_LABELS')
    await other.end()
  })

  test('knows label names that another thread declares after the first series, from the next declaration on', async () => {
    const other = await worker(own)
    const requests = own.counter('requests')
    requests.labels({ path: '/' }).inc()
    await other.run(`metrics.counter({ name: 'requests', labelNames: ['route'] })`)
    assert.equal(own.counter({ name: 'requests', help: 'Requests.' }), requests)
    for (const path of ['/', '/new'])
      assert.equal(thrownBy(() => requests.labels({ path })).code, 'ERR_TALLYSTICK_LABELS')
    requests.labels({ route: '/' }).inc()
    assert.deepEqual(Object.values(own.snapshot().counters).slice(-2), [1, 1])
    await other.end()
  })

  test('does not find what was removed', () => {
    own.counter('gone').inc()
    own.counter('gone').remove()
    assert.equal(own.get('gone'), undefined)
  })
})

describe('remove() with a part of the labels', () => {
  for (const [kind, record, valuesOf] of KINDS) {
    test(`removes all series of a ${kind} that have them, and returns how many there were`, () => {
      const own = fresh()
      const instrument = own[kind]('a')
      const kept = []
      for (const method of ['GET', 'PUT']) {
        for (const status of [200, '404', true]) kept.push(instrument.labels({ method, status }))
      }
      kept.push(instrument.labels({ method: 'GET' }), instrument)
      kept.forEach(record)
      assert.equal(instrument.remove({ status: '200' }), 2)
      assert.equal(instrument.remove({ status: 500 }), 0)
      assert.equal(instrument.remove({ method: 'GET' }), 3)
      assert.deepEqual(valuesOf(own.snapshot()), {
        a: 2,
        'a{method="PUT",status="404"}': 2,
        'a{method="PUT",status="true"}': 2,
      })
      // a handle that is still held records into its own series again
      record(kept[0])
      assert.equal(valuesOf(own.snapshot())['a{method="GET",status="200"}'], 2)
      assert.equal(instrument.labels({ status: 200, method: 'GET' }), kept[0])
    })
  }

  test('removes those of other threads, which go on from 0', async () => {
    const own = fresh()
    const other = await worker(own)
    await other.run(`
      held.one = metrics.counter('a').labels({ user: 'x', page: 1 })
      held.two = metrics.counter('a').labels({ user: 'y', page: 1 })
      held.one.inc(5)
      held.two.inc(5)
    `)
    own.inc('a', 1, { user: 'x', page: 2 })
    assert.equal(own.counter('a').remove({ user: 'x' }), 2)
    await other.run('held.one.inc(); held.two.inc()')
    assert.deepEqual(own.snapshot().counters, { 'a{page="1",user="x"}': 1, 'a{page="1",user="y"}': 6 })
    await other.end()
  })

  test('finds the series whatever the order and the form of their labels were', () => {
    const own = fresh()
    const counter = own.counter('a')
    for (let at = 0; at < 100; at++) {
      counter.labels(at % 2 === 0 ? { id: at, shard: 'x' } : { shard: 'x', id: String(at) }).inc()
    }
    assert.equal(counter.remove({ id: 7 }), 1)
    assert.equal(counter.remove({ id: '8' }), 1)
    assert.equal(counter.remove({ shard: 'x', id: undefined }), 98)
    assert.deepEqual(own.snapshot(), NOTHING)
  })
})

describe('reset()', () => {
  for (const [kind, record, valuesOf] of KINDS) {
    test(`leaves a ${kind} as it was made, and its handles record from 0`, () => {
      const own = fresh()
      const made = samples(own)
      const instrument = own[kind]({ name: 'a', help: 'Kept.', collect() {} })
      const new_ = samples(own)
      const labelled = instrument.labels({ x: 1 })
      for (const handle of [instrument, labelled, labelled]) record(handle)
      own.inc('other', 3)
      instrument.reset()
      own.unregister('other')
      assert.deepEqual(samples(own), new_)
      assert.deepEqual(made, {})
      assert.deepEqual(valuesOf(own.snapshot()), kind === 'counter' ? { a: 0 } : {})
      record(instrument)
      record(labelled)
      assert.deepEqual(valuesOf(own.snapshot()), { a: 2, 'a{x="1"}': 2 })
      assert.equal(instrument.labels({ x: 1 }), labelled)
      assert.match(Buffer.from(own.prometheusSync().body).toString(), /# HELP a\S* Kept\./)
    })
  }

  test('resets what other threads have counted, and touches no other family', async () => {
    const own = fresh()
    const other = await worker(own)
    await other.run(`
      held.plain = metrics.counter('a')
      held.labelled = held.plain.labels({ x: 1 })
      held.other = metrics.counter('b')
      for (const handle of Object.values(held)) handle.inc(5)
    `)
    own.counter('a').inc(2)
    own.counter('a').reset()
    assert.deepEqual(own.snapshot().counters, { a: 0, b: 5 })
    await other.run('for (const handle of Object.values(held)) handle.inc(1)')
    assert.deepEqual(own.snapshot().counters, { a: 1, 'a{x="1"}': 1, b: 6 })
    await other.end()
    assert.deepEqual(own.snapshot().counters, { a: 1, 'a{x="1"}': 1, b: 6 })
  })

  test('starts over in a window that is open', () => {
    const own = fresh()
    const window = own.collector.window()
    own.inc('a', 5)
    window.snapshotAndReset()
    own.counter('a').reset()
    own.inc('a', 2)
    assert.deepEqual(window.snapshot().counters, { a: 2 })
  })
})

describe('unregister()', () => {
  for (const [kind, record] of KINDS) {
    test(`frees the name of a ${kind} for each other kind, and handles that are held record nothing`, () => {
      for (const [next, recordNext, valuesOf] of KINDS) {
        const own = fresh()
        const instrument = own[kind]({ name: 'a', help: 'Earlier.', labelNames: ['x'] })
        const labelled = instrument.labels({ x: 1 })
        record(instrument)
        record(labelled)
        assert.equal(own.unregister('a'), true)
        assert.equal(own.unregister('a'), false)
        assert.equal(own.get('a'), undefined)
        assert.deepEqual([own.readSync(), own.snapshot()], [[], NOTHING])
        const after = own[next]({ name: 'a', labelNames: ['y'] })
        assert.notEqual(after, instrument)
        for (const handle of [instrument, labelled, instrument.labels({ x: 1 }), instrument.labels({ x: 2 })]) {
          record(handle)
          assert.equal(handle.value(), undefined)
        }
        recordNext(after.labels({ y: 1 }))
        assert.deepEqual(valuesOf(own.snapshot()), { 'a{y="1"}': 2 })
        assert.deepEqual([instrument.remove({ x: 1 }), instrument.remove(), instrument.reset()], [0, 0, undefined])
        assert.deepEqual(valuesOf(own.snapshot()), { 'a{y="1"}': 2 })
        assert.equal(own.readSync()[0].help, undefined)
        assert.equal(own.readSync().length, 1)
      }
    })
  }

  test('forgets help and unit that were described', () => {
    const own = fresh()
    own.describe('a', { help: 'Bytes.', unit: 'bytes' })
    own.counter('a')
    own.unregister('a')
    own.gauge({ name: 'a', unit: 'seconds' }).set(1)
    assert.deepEqual(own.readSync(), [
      { name: 'a', kind: 'gauge', unit: 'seconds', series: [{ labels: {}, value: 1 }] },
    ])
  })

  for (const [kind] of KINDS) {
    test(`what another thread records into a ${kind} that it still holds appears nowhere`, async () => {
      const own = fresh()
      const other = await worker(own)
      const record = { counter: 'inc(1)', gauge: 'inc(1)', timing: 'observeMillis(1)', histogram: 'observe(1)' }[kind]
      await other.run(`
        const instrument = metrics.${kind}('a')
        held.all = [instrument, ...[1, 2, 3].map((x) => instrument.labels({ x }))]
        for (const handle of held.all) handle.${record}
        // a series that has no cells yet
        held.late = instrument.labels({ x: 'late' })
      `)
      own[kind]('a').labels({ x: 0 })
      assert.equal(own.unregister('a'), true)
      assert.deepEqual(own.snapshot(), NOTHING)
      await other.run(`
        for (let times = 0; times < 100; times++) for (const handle of [...held.all, held.late]) handle.${record}
      `)
      assert.deepEqual([own.snapshot(), own.readSync()], [NOTHING, []])
      // the same name again, of the same kind, in both threads
      const values = () => Object.entries(own.snapshot()[`${kind}s`]).map(([key, value]) => [key, value.count ?? value])
      own[kind]('a')
      const both = await other.run(`
        const again = metrics.${kind}('a')
        again.labels({ x: 1 }).${record}
        for (const handle of held.all) handle.${record}
        return [again === held.all[0], again.labels({ x: 1 }) === held.all[1], held.all[1].value()]
      `)
      assert.deepEqual(both, [false, false, undefined])
      assert.deepEqual(values(), [['a{x="1"}', 1]])
      await other.end()
      assert.deepEqual(values(), kind === 'gauge' ? [] : [['a{x="1"}', 1]])
    })
  }

  test('of a thread that ends before it notices, nothing is left', async () => {
    const own = fresh()
    const other = await worker(own)
    await other.run(`
      held.counter = metrics.counter('a')
      held.timing = metrics.timing('a').labels({ x: 1 })
      held.counter.inc(7)
      held.timing.observeMillis(7)
    `)
    own.unregister('a')
    await other.run('held.counter.inc(7); held.timing.observeMillis(7)')
    await other.end()
    assert.deepEqual([own.snapshot(), own.readSync()], [NOTHING, []])
  })

  test('memory that a thread has released is not written by the handles that it still holds', async () => {
    const own = fresh()
    const other = await worker(own)
    await other.run(`
      held.old = Array.from({ length: 300 }, (_, at) => metrics.counter('old').labels({ at }))
      held.timings = Array.from({ length: 30 }, (_, at) => metrics.timing('old').labels({ at }))
      for (const handle of held.old) handle.inc()
      for (const handle of held.timings) handle.observeMillis(1)
    `)
    own.unregister('old')
    await other.run(`
      // these claim what those have released
      const all = Array.from({ length: 300 }, (_, at) => metrics.counter('new').labels({ at }))
      const timings = Array.from({ length: 30 }, (_, at) => metrics.timing('new').labels({ at }))
      for (const handle of [...held.old, ...all]) handle.inc()
      for (const handle of [...held.timings, ...timings]) handle.observeMillis(1)
    `)
    const { counters, timings } = own.snapshot()
    assert.equal(Object.keys(counters).length, 300)
    assert.ok(Object.values(counters).every((value) => value === 1))
    assert.equal(Object.keys(timings).length, 30)
    assert.ok(Object.values(timings).every(({ count, total }) => count === 1 && total === 1))
    await other.end()
  })
})

describe('setLabels()', () => {
  const own = fresh({ labels: { app: 'shop', zone: 'a' } })
  let other
  before(async () => {
    other = await worker(own)
  })
  after(() => other.end())
  beforeEach(() => own.collector.clear())

  test('replaces the labels of every series in all threads, and an own label takes precedence', async () => {
    own.inc('jobs', 1)
    own.inc('jobs', 1, { version: 'own' })
    assert.deepEqual(samples(own), {
      'jobs_total{app="shop",zone="a"}': 1,
      'jobs_total{version="own",app="shop",zone="a"}': 1,
    })
    own.collector.setLabels({ version: 2 })
    const expected = { 'jobs_total{version="2"}': 1, 'jobs_total{version="own"}': 1 }
    assert.deepEqual(samples(own), expected)
    const read = await other.run('return Buffer.from(metrics.prometheusSync().body).toString()')
    for (const key of Object.keys(expected)) assert.ok(read.includes(`${key} 1\n`), read)
    await other.run(`metrics.collector.setLabels({ zone: 'b' })`)
    assert.deepEqual(samples(own), { 'jobs_total{zone="b"}': 1, 'jobs_total{version="own",zone="b"}': 1 })
    own.collector.setLabels({})
    assert.deepEqual(samples(own), { jobs_total: 1, 'jobs_total{version="own"}': 1 })
  })

  test('many times, while the texts of labels come and go', () => {
    for (let at = 0; at < 1000; at++) {
      own.collector.setLabels({ at, same: 'x', absent: at % 2 === 0 ? undefined : 'y' })
      own
        .counter('jobs')
        .labels({ id: `${at}` })
        .inc()
      own.counter('jobs').remove({ id: `${at}` })
    }
    own.inc('jobs', 1)
    assert.deepEqual(samples(own), { 'jobs_total{at="999",same="x",absent="y"}': 1 })
  })

  test('rejects what is no labels, and keeps the earlier ones', () => {
    own.collector.setLabels({ app: 'x' })
    own.inc('jobs')
    for (const labels of [undefined, null, 'app', ['app'], new Map()]) {
      assert.equal(thrownBy(() => own.collector.setLabels(labels)).code, 'ERR_TALLYSTICK_LABELS')
    }
    assert.deepEqual(samples(own), { 'jobs_total{app="x"}': 1 })
  })
})
