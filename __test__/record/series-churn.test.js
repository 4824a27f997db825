'use strict'

// Series, handles and gauges that are removed and created again: a program for each way in which a count was once lost or kept too
// long. Random programs are in model.test.js.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { collect, collectFully } = require('../support/garbage')
const { assertFlat } = require('../support/memory')
const { Random } = require('../../soak/random')
const { fresh } = require('../support/metrics')

/** The number of wrong values that a failure shows. */
const SHOWN = 5

/** Creates and removes enough series for their thread to release their memory. */
function comeAndGo(instrument, record, prefix, count) {
  for (let at = 0; at < count; at++) record(instrument.labels({ id: `${prefix}${at}` }))
  for (let at = 0; at < count; at++) instrument.remove({ id: `${prefix}${at}` })
}

/** The series of `count` new ones for which `read(at)` is not `expected(at)`. */
function wrongOnes(count, read, expected) {
  const numbers = Array.from({ length: count }, (_, at) => at)
  return numbers
    .map((at) => [at, read(at), expected(at)])
    .filter(([, value, right]) => value !== right)
    .slice(0, SHOWN)
}

describe('a kept handle', () => {
  test('of a timing that is dropped after other series were removed leaves no memory that new series share', async () => {
    const metrics = fresh()
    const timing = metrics.timing('t')
    const record = (handle) => handle.observeNanos(1)
    let kept = timing.labels({ id: 'kept' })
    kept.observeNanos(100)
    comeAndGo(timing, record, 'a', 1500)
    // a new power of two, after the thread has freed memory
    kept.observeNanos(1e6)
    comeAndGo(timing, record, 'b', 1500)
    await collectFully()
    await collectFully()
    kept.observeNanos(1e6)
    assert.equal(metrics.value('t', { id: 'kept' }).count, 3)
    kept = null
    await collectFully()
    await collectFully()
    assert.equal(metrics.value('t', { id: 'kept' }).count, 3)

    const count = 3000
    const counted = (id) => {
      metrics.inc('c', 5, { id })
      return metrics.value('c', { id })
    }
    const timed = (at) => {
      const handle = timing.labels({ id: `n${at}` })
      handle.observeNanos(7)
      handle.observeNanos(3e5)
      return handle.value()?.count
    }
    const set = (id) => {
      metrics.gauge('g').labels({ id }).set(id)
      return metrics.value('g', { id })
    }
    assert.deepEqual(
      wrongOnes(count, counted, () => 5),
      [],
      'counters',
    )
    assert.deepEqual(
      wrongOnes(count, timed, () => 2),
      [],
      'timings',
    )
    assert.deepEqual(
      wrongOnes(count, set, (at) => at),
      [],
      'gauges',
    )
    const sum = Object.values(metrics.snapshot().counters).reduce((total, value) => total + value)
    assert.equal(sum, 5 * count)
  })

  test('of a counter that counts down after other series were removed shares its decrements with no new series', async () => {
    const metrics = fresh()
    const counter = metrics.counter('c')
    let kept = counter.labels({ id: 'kept' })
    kept.inc()
    comeAndGo(counter, (handle) => handle.inc(), 'a', 3000)
    kept.inc(-1)
    assert.equal(metrics.value('c', { id: 'kept' }), 0)
    kept = null
    await collectFully()
    await collectFully()
    const countedDown = (at) => {
      const handle = counter.labels({ id: `b${at}` })
      handle.inc(-1)
      return handle.value()
    }
    assert.deepEqual(
      wrongOnes(8000, countedDown, () => -1),
      [],
    )
    assert.equal(metrics.value('c', { id: 'kept' }), 0)
  })

  test('of a long connection counts all of its requests while thousands of short ones open and close', async () => {
    const requests = fresh().timing('request')
    const random = new Random(1)
    const wrong = []
    let opened = 0
    const open = (round) => {
      const labels = { connection: ++opened }
      return { labels, handle: requests.labels(labels), recorded: 0, ends: round + 5 + random.below(120) }
    }
    const record = (connection) => {
      connection.handle.observeNanos(1000 * 2 ** random.below(24))
      connection.recorded++
    }
    const close = ({ labels, handle, recorded }) => {
      const count = handle.value()?.count ?? 0
      if (count !== recorded) wrong.push({ ...labels, count, recorded })
      requests.remove(labels)
    }
    let long = []
    for (let round = 0; round < 250; round++) {
      for (let at = 0; at < 150; at++) {
        const short = open(round)
        record(short)
        record(short)
        requests.remove(short.labels)
      }
      while (long.length < 40) long.push(open(round))
      for (const connection of long) if (random.below(3) === 0) record(connection)
      for (const connection of long) if (connection.ends < round) close(connection)
      long = long.filter(({ ends }) => ends >= round)
      if (round % 3 === 0) await setImmediate()
      if (round % 20 === 0) collect()
    }
    assert.deepEqual(wrong, [])
  })

  test('of one in a thousand series does not keep memory of the others', async () => {
    const counter = fresh().counter('requests')
    const kept = []
    let rounds = 0
    const round = () => {
      rounds++
      const all = Array.from({ length: 1000 }, (_, at) => ({
        id: `request ${rounds} ${at}`,
        user: `user ${rounds} ${at}`,
      }))
      const handles = all.map((labels) => counter.labels(labels))
      for (const handle of handles) handle.inc()
      kept.push(handles[0])
      for (const labels of all.slice(1)) counter.remove(labels)
    }
    const run = async () => {
      for (let times = 0; times < 200; times++) {
        round()
        await setImmediate()
      }
    }
    await run()
    // 200 more handles; the 200,000 series beside them would take some 38 MB
    await assertFlat(run, 10e6)
    assert.deepEqual(
      wrongOnes(
        kept.length,
        (at) => kept[at].value(),
        () => 1,
      ),
      [],
    )
  })
})

describe("a worker's gauge", () => {
  /** Runs `use` with a worker that sets its gauges on request, and replies with what it reads. */
  async function withWorker(metrics, use) {
    const file = path.join(__dirname, '..', 'workers', 'setting-again.js')
    const worker = new Worker(file, { workerData: { id: metrics.collector.id } })
    const exit = once(worker, 'exit')
    try {
      await use(async () => {
        worker.postMessage('set')
        const [values] = await once(worker, 'message')
        return values
      })
    } finally {
      worker.postMessage('end')
      await exit
    }
  }

  const all = { 'labelled{a="1"}': 1, last: 1, pending: 1, up: 1 }

  test('is visible again when it is set to the same value after clear() in another thread', async () => {
    const metrics = fresh()
    await withWorker(metrics, async (setAll) => {
      assert.deepEqual(await setAll(), [1, 1, 1, 1])
      assert.deepEqual(metrics.snapshot().gauges, all)
      metrics.collector.clear()
      assert.deepEqual(metrics.snapshot().gauges, {})
      // `inc()` goes on from 0
      assert.deepEqual(await setAll(), [1, 1, 1, 1])
      assert.deepEqual(metrics.snapshot().gauges, all)
    })
  })

  test('is visible again when it is set to the same value after remove() in another thread', async () => {
    const metrics = fresh()
    await withWorker(metrics, async (setAll) => {
      await setAll()
      assert.equal(metrics.gauge('labelled').remove({ a: 1 }), 1)
      for (const name of ['up', 'pending']) assert.equal(metrics.gauge(name).remove(), 1)
      assert.equal(metrics.gauge({ name: 'last', merge: 'last' }).remove(), 1)
      assert.deepEqual(metrics.snapshot().gauges, {})
      assert.deepEqual(await setAll(), [1, 1, 1, 1])
      assert.deepEqual(metrics.snapshot().gauges, all)
    })
  })
})

describe('labels()', () => {
  test('makes a counter visible at 0, also after clear() and after remove()', () => {
    const metrics = fresh()
    const counter = metrics.counter('c')
    counter.labels({ a: 1 }).inc()
    metrics.collector.clear()
    counter.labels({ a: 1 })
    counter.labels({ a: 2 })
    assert.deepEqual(metrics.snapshot().counters, { 'c{a="1"}': 0, 'c{a="2"}': 0 })
    counter.remove({ a: 1 })
    counter.labels({ a: 1 })
    assert.deepEqual(metrics.snapshot().counters, { 'c{a="1"}': 0, 'c{a="2"}': 0 })
  })

  test('uses own keys only, whatever it was called with before', () => {
    const metrics = fresh()
    const counter = metrics.counter('c')
    const inheriting = Object.create({ method: 'GET' }, { status: { value: 200, enumerable: true } })
    counter.labels(inheriting).inc()
    for (let time = 0; time < 3; time++) counter.labels({ status: 200, method: 'POST' }).inc()
    counter.labels(inheriting).inc()
    assert.deepEqual(metrics.snapshot().counters, { 'c{status="200"}': 2, 'c{method="POST",status="200"}': 3 })
  })

  test('throws for an object that only inherits keys, also if those keys are known', () => {
    const counter = fresh().counter('c')
    const inheriting = Object.create({ method: 'GET' })
    const isWrong = { name: 'TypeError', code: 'ERR_TALLYSTICK_LABELS' }
    assert.throws(() => counter.labels(inheriting), isWrong)
    for (let time = 0; time < 3; time++) counter.labels({ method: 'GET' }).inc()
    assert.throws(() => counter.labels(inheriting), isWrong)
  })

  test("finds the same series after something was added to Object's prototype", () => {
    const metrics = fresh()
    const counter = metrics.counter('c')
    counter.labels({ a: 1 }).inc()
    try {
      // as a library might do
      Object.prototype.polluted = 'inherited'
      for (let time = 0; time < 3; time++) {
        counter.labels({ a: 1 }).inc()
        counter.labels({ a: 1, polluted: 'own' }).inc()
      }
    } finally {
      delete Object.prototype.polluted
    }
    counter.labels({ a: 1 }).inc()
    assert.deepEqual(metrics.snapshot().counters, { 'c{a="1"}': 5, 'c{a="1",polluted="own"}': 3 })
  })

  test('survives getters that record, create and remove thousands of series, and clear', () => {
    const metrics = fresh()
    const counter = metrics.counter('c')
    const withGetter = (getter) => ({
      get a() {
        getter()
        return 1
      },
    })
    for (let time = 0; time < 2; time++) counter.labels({ a: 1 }).inc()
    const renewing = withGetter(() => {
      for (let at = 0; at < 2000; at++) counter.labels({ a: `x${at}` }).inc()
      for (let at = 0; at < 2000; at++) counter.remove({ a: `x${at}` })
    })
    for (let time = 0; time < 5; time++) counter.labels(renewing).inc()
    assert.equal(metrics.value('c', { a: 1 }), 7)
    counter.labels(withGetter(() => counter.labels({ a: 1 }).inc())).inc()
    assert.equal(metrics.value('c', { a: 1 }), 9)
    counter.labels(withGetter(() => metrics.collector.clear())).inc()
    assert.deepEqual(metrics.snapshot().counters, { 'c{a="1"}': 1 })
  })
})

test('the arrays of cells never reach a setter on the prototype of arrays', () => {
  const leaked = new Set()
  const indexes = Array.from({ length: 32 }, (_, index) => index)
  const isView = ArrayBuffer.isView
  const { defineProperty } = Object
  for (const index of indexes) {
    defineProperty(Array.prototype, index, {
      configurable: true,
      set(value) {
        if (isView(value)) leaked.add(value)
        defineProperty(this, index, { value, writable: true, enumerable: true, configurable: true })
      },
    })
  }
  try {
    const metrics = fresh()
    metrics.inc('a')
    metrics.inc('a', -1)
    metrics.gauge('b').labels({ x: 1 }).set(1)
    for (let power = 0; power < 40; power++)
      metrics
        .timing('c')
        .labels({ x: power })
        .observeNanos(2 ** power)
    metrics.histogram({ name: 'd', buckets: [1, 2] }).observe(1)
  } finally {
    for (const index of indexes) delete Array.prototype[index]
  }
  assert.equal(leaked.size, 0)
})
