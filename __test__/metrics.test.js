'use strict'

// Recording by name: what each call counts, returns and passes through.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const vm = require('node:vm')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics, metrics } = require('..')
const { samplesOf, textOf } = require('./support/exposition-samples')
const { fresh, samples, spin, thrownBy } = require('./support/metrics')

describe('inc', () => {
  test('adds 1 without a delta, with undefined and with null', () => {
    const own = fresh()
    own.inc('a')
    own.inc('a', undefined)
    own.inc('a', null)
    assert.equal(own.value('a'), 3)
  })

  test('makes a series visible with 0 and adds nothing', () => {
    const own = fresh()
    own.inc('a', 0)
    assert.deepEqual(own.snapshot().counters, { a: 0 })
    assert.deepEqual(samples(own), { a_total: 0 })
  })

  test('counts down with a negative delta', () => {
    const own = fresh()
    own.inc('a', 5)
    own.inc('a', -7)
    assert.equal(own.value('a'), -2)
  })

  test('adds fractions as floating point does', () => {
    const own = fresh()
    own.inc('a', 0.1)
    own.inc('a', 0.2)
    assert.equal(own.value('a'), 0.1 + 0.2)
  })

  test('counts exactly up to 2^53', () => {
    const own = fresh()
    own.inc('a', 2 ** 53 - 2)
    own.inc('a')
    assert.equal(own.value('a'), 2 ** 53 - 1)
    assert.equal(samples(own).a_total, 2 ** 53 - 1)
  })

  test('treats null and undefined labels as no labels', () => {
    const own = fresh()
    own.inc('a', 1, null)
    own.inc('a', 1, undefined)
    assert.deepEqual(own.snapshot().counters, { a: 2 })
  })

  test('with labels has one series for each label set', () => {
    const own = fresh()
    own.inc('a', 2, { method: 'GET' })
    own.inc('a', undefined, { method: 'GET' })
    own.inc('a', -1, { method: 'PUT' })
    assert.deepEqual(own.snapshot().counters, { 'a{method="GET"}': 3, 'a{method="PUT"}': -1 })
  })

  test('exposes only the increments as _total, and also the net value after a decrement', () => {
    const own = fresh()
    own.inc('jobs', 5)
    assert.deepEqual(samples(own), { jobs_total: 5 })
    own.inc('jobs', -2)
    own.inc('jobs')
    assert.deepEqual(samples(own), { jobs_total: 6, jobs: 4 })
  })
})

describe('observeMillis and observeNanos', () => {
  test('record milliseconds, with exact count, total, min, max and mean', () => {
    const own = fresh()
    for (const ms of [4, 1, 2.5]) own.observeMillis('a', ms)
    const { count, total, min, max, mean } = own.value('a')
    assert.deepEqual({ count, total, min, max, mean }, { count: 3, total: 7.5, min: 1, max: 4, mean: 2.5 })
  })

  test('have quantiles within 0.8 %', () => {
    const own = fresh()
    for (let ms = 1; ms <= 1000; ms++) own.observeMillis('a', ms)
    const { p50, p90, p99 } = own.value('a')
    for (const [quantile, exact] of [
      [p50, 500],
      [p90, 900],
      [p99, 990],
    ]) {
      assert.ok(Math.abs(quantile / exact - 1) <= 1 / 128, `${quantile} for ${exact}`)
    }
  })

  test('count a negative duration as 0', () => {
    const own = fresh()
    own.observeMillis('a', -5)
    own.observeNanos('a', -5)
    own.observeNanos('a', -5n)
    const { count, total, min, max } = own.value('a')
    assert.deepEqual({ count, total, min, max }, { count: 3, total: 0, min: 0, max: 0 })
  })

  test('take nanoseconds as a number and as a bigint', () => {
    const own = fresh()
    own.observeNanos('a', 1_500_000)
    own.observeNanos('a', 2_500_000n)
    const { count, total, min, max } = own.value('a')
    assert.deepEqual({ count, total, min, max }, { count: 2, total: 4, min: 1.5, max: 2.5 })
  })

  test('round to whole nanoseconds', () => {
    const own = fresh()
    own.observeMillis('a', 0.0000014)
    own.observeNanos('a', 1.6)
    const { min, max } = own.value('a')
    assert.deepEqual({ min, max }, { min: 0.000001, max: 0.000002 })
  })

  test('count a value beyond the range in the last bucket', () => {
    const own = fresh()
    const last = (2 ** 53 - 1) / 1e6
    for (const beyond of [1e300, Number.MAX_VALUE]) own.observeMillis('a', beyond)
    for (const beyond of [2 ** 60, 10n ** 400n]) own.observeNanos('a', beyond)
    const { count, min, max, p50 } = own.value('a')
    assert.deepEqual({ count, min, max, p50 }, { count: 4, min: last, max: last, p50: last })
  })

  test('with labels have one series for each label set', () => {
    const own = fresh()
    own.observeMillis('a', 1, { method: 'GET' })
    own.observeNanos('a', 3_000_000n, { method: 'GET' })
    own.observeNanos('a', 5_000_000, { method: 'PUT' })
    const { timings } = own.snapshot()
    assert.deepEqual(Object.keys(timings), ['a{method="GET"}', 'a{method="PUT"}'])
    assert.equal(timings['a{method="GET"}'].total, 4)
    assert.equal(timings['a{method="PUT"}'].total, 5)
  })
})

describe('time', () => {
  test('returns the result and records the duration', () => {
    const own = fresh()
    const result = {}
    const began = performance.now()
    const returned = own.time('a', () => {
      spin(5)
      return result
    })
    const took = performance.now() - began
    assert.equal(returned, result)
    const { count, total } = own.value('a')
    assert.equal(count, 1)
    assert.ok(total >= 4.99 && total <= took, `${total} of ${took} ms`)
  })

  test('passes an error through and records the duration', () => {
    const own = fresh()
    const thrown = new Error('mine')
    const fail = () => {
      throw thrown
    }
    assert.equal(
      thrownBy(() => own.time('a', fail)),
      thrown,
    )
    assert.equal(
      thrownBy(() => own.time('a', fail)),
      thrown,
    )
    assert.equal(own.value('a').count, 2)
  })

  test('records a promise when it settles, and returns the derived promise with its value', async () => {
    const own = fresh()
    let settle
    const given = new Promise((resolve) => {
      settle = resolve
    })
    const derived = own.time('a', () => given)
    assert.notEqual(derived, given)
    assert.equal(own.value('a'), undefined)
    spin(5)
    settle(7)
    assert.equal(await derived, 7)
    assert.equal(own.value('a').count, 1)
    assert.ok(own.value('a').total >= 4.99)
  })

  test('records a promise that rejects, with the same reason', async () => {
    const own = fresh()
    const reason = new Error('mine')
    await assert.rejects(
      own.time('a', () => Promise.reject(reason)),
      (error) => error === reason,
    )
    assert.equal(own.value('a').count, 1)
  })

  test('records an async function when it is done', async () => {
    const own = fresh()
    const result = await own.time('a', async () => {
      await null
      assert.equal(own.value('a'), undefined)
      return 'done'
    })
    assert.equal(result, 'done')
    assert.equal(own.value('a').count, 1)
  })

  test('awaits a promise of another realm', async () => {
    const own = fresh()
    const [promise, settle] = vm.runInNewContext(`
      let settle
      const promise = new Promise((resolve) => { settle = resolve })
      ;[promise, settle]
    `)
    assert.ok(!(promise instanceof Promise), 'the realm is another')
    const derived = own.time('a', () => promise)
    assert.equal(own.value('a'), undefined)
    settle('there')
    assert.equal(await derived, 'there')
    assert.equal(own.value('a').count, 1)
  })

  test('awaits a promise of a subclass, and returns one of the same class', async () => {
    class Own extends Promise {}
    const own = fresh()
    const derived = own.time('a', () => Own.resolve(5))
    assert.ok(derived instanceof Own)
    assert.equal(own.value('a'), undefined)
    assert.equal(await derived, 5)
    assert.equal(own.value('a').count, 1)
  })

  test('records a promise whose then throws or returns nothing, and returns it untouched', () => {
    for (const then of [
      () => {
        throw new Error('no then')
      },
      () => undefined,
    ]) {
      class Own extends Promise {}
      const promise = Own.resolve(5)
      // biome-ignore lint/suspicious/noThenProperty: this tests an own then
      promise.then = then
      const own = fresh()
      assert.equal(
        own.time('a', () => promise),
        promise,
      )
      assert.equal(own.value('a').count, 1)
    }
  })

  test('records a promise once if its then calls back and throws, or calls back twice', async () => {
    class Twice extends Promise {
      // biome-ignore lint/suspicious/noThenProperty: this tests an own then
      then(...functions) {
        super.then(...functions)
        return super.then(...functions)
      }
    }
    class Throws extends Promise {
      // biome-ignore lint/suspicious/noThenProperty: this tests an own then
      then(...functions) {
        super.then(...functions)
        throw new Error('after it')
      }
    }
    const own = fresh()
    assert.equal(await own.time('twice', () => Twice.resolve(5)), 5)
    own.time('throws', () => Throws.resolve(5))
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([own.value('twice').count, own.value('throws').count], [1, 1])
  })

  test('returns another thenable untouched, records its synchronous part and never calls then', () => {
    const own = fresh()
    let calls = 0
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: a lazy query builder has one
      then() {
        calls++
      },
    }
    assert.equal(
      own.time('a', () => query),
      query,
    )
    assert.equal(own.value('a').count, 1)
    assert.equal(calls, 0)
  })

  test('nests', () => {
    const own = fresh()
    assert.equal(
      own.time('a', () => own.time('a', () => 3)),
      3,
    )
    assert.equal(own.value('a').count, 2)
  })
})

describe('counted', () => {
  test('counts before it runs the function, and returns its result', () => {
    const own = fresh()
    assert.equal(
      own.counted('a', () => own.value('a')),
      1,
    )
  })

  test('passes an error through after counting', () => {
    const own = fresh()
    const thrown = new Error('mine')
    const error = thrownBy(() =>
      own.counted('a', () => {
        throw thrown
      }),
    )
    assert.equal(error, thrown)
    assert.equal(own.value('a'), 1)
  })

  test('returns a promise untouched', () => {
    const promise = Promise.resolve()
    assert.equal(
      fresh().counted('a', () => promise),
      promise,
    )
  })
})

describe('now', () => {
  test('is the wall clock in milliseconds', () => {
    const difference = metrics.now() - Date.now()
    assert.ok(Math.abs(difference) < 2000, `${difference} ms apart`)
  })

  test('has a fraction and never goes back', () => {
    const times = Array.from({ length: 1000 }, () => metrics.now())
    assert.ok(times.some((time) => !Number.isInteger(time)))
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    )
  })
})

describe('trace', () => {
  test('keeps events with their sequence number, time, name and fields', () => {
    const own = fresh()
    const before = own.now()
    own.trace('tile.drawn', { z: 3 })
    own.trace('tile.dropped')
    own.trace('tile.dropped', null)
    const { trace } = own.snapshot()
    assert.deepEqual(
      trace.map(({ seq, name, fields }) => ({ seq, name, fields })),
      [
        { seq: 1, name: 'tile.drawn', fields: { z: '3' } },
        { seq: 2, name: 'tile.dropped', fields: {} },
        { seq: 3, name: 'tile.dropped', fields: {} },
      ],
    )
    for (const { time } of trace) assert.ok(time >= before && time <= own.now())
  })

  test('copies fields as strings, and undefined and null as these words', () => {
    const own = fresh()
    const fields = { a: undefined, b: null, c: 1.5, d: true, e: 2n, f: { toString: () => 'F' }, g: [1, 2], h: '' }
    own.trace('a', fields)
    fields.c = 'changed'
    const expected = { a: 'undefined', b: 'null', c: '1.5', d: 'true', e: '2', f: 'F', g: '1,2', h: '' }
    assert.deepEqual(own.snapshot().trace[0].fields, expected)
  })

  test('copies a field of any name', () => {
    const own = fresh()
    own.trace('a', { ['__proto__']: 1, constructor: 2, '': 3 })
    assert.deepEqual(Object.entries(own.snapshot().trace[0].fields).sort(), [
      ['', '3'],
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
  })

  test('keeps the latest 500 by default', () => {
    const own = fresh()
    for (let at = 1; at <= 503; at++) own.trace('a')
    const seqs = own.snapshot().trace.map(({ seq }) => seq)
    assert.deepEqual(
      seqs,
      Array.from({ length: 500 }, (_, at) => at + 4),
    )
  })

  test('keeps the latest traceLimit', () => {
    const own = fresh({ traceLimit: 2 })
    for (const name of ['a', 'b', 'c']) own.trace(name)
    assert.deepEqual(
      own.snapshot().trace.map(({ seq, name }) => [seq, name]),
      [
        [2, 'b'],
        [3, 'c'],
      ],
    )
  })

  test('keeps none with a traceLimit of 0', () => {
    const own = fresh({ traceLimit: 0 })
    own.trace('a')
    assert.deepEqual(own.snapshot().trace, [])
  })

  test('numbers events over all threads of a collector', async () => {
    const own = fresh()
    own.trace('main')
    const source = `
      const { workerData } = require('node:worker_threads')
      const { Collector, createMetrics } = require(workerData.tallystick)
      createMetrics(Collector.attach(workerData.collector)).trace('worker')
    `
    const workerData = { tallystick: path.resolve(__dirname, '..'), collector: own.collector.id }
    await once(new Worker(source, { eval: true, workerData }), 'exit')
    own.trace('main')
    assert.deepEqual(
      own.snapshot().trace.map(({ seq, name }) => [seq, name]),
      [
        [1, 'main'],
        [2, 'worker'],
        [3, 'main'],
      ],
    )
  })

  test('drops events at a reset, and continues the sequence numbers', () => {
    const own = fresh()
    own.trace('a')
    assert.equal(own.snapshotAndReset().trace.length, 1)
    assert.deepEqual(own.snapshot().trace, [])
    own.trace('b')
    assert.deepEqual(
      own.snapshot().trace.map(({ seq, name }) => [seq, name]),
      [[2, 'b']],
    )
  })
})

test('the functions may be destructured', async () => {
  const { inc, observeMillis, observeNanos, time, counted, now, trace, counter, gauge, timing, histogram } = fresh()
  inc('a')
  observeMillis('b', 1)
  observeNanos('b', 1)
  time('b', () => 1)
  counted('a', () => 1)
  now()
  trace('a')
  counter('c').inc()
  gauge('d').set(1)
  timing('e').observeMillis(1)
  histogram('f').observe(1)

  const { inc: up, describe: explain, value, snapshot, snapshotAndReset, json, prometheus, prometheusSync } = fresh()
  up('a')
  explain('a', { help: 'A.' })
  assert.equal(value('a'), 1)
  assert.equal(snapshot().counters.a, 1)
  assert.equal(JSON.parse(textOf(await json())).counters.a, 1)
  assert.equal(samplesOf((await prometheus()).body).a_total, 1)
  assert.equal(samplesOf(prometheusSync().body).a_total, 1)
  assert.equal(snapshotAndReset().counters.a, 1)
})

test('a clock that is mocked before its first use stays real', () => {
  const source = `
    const { metrics } = require('./index.js')
    performance.now = () => 0
    const stop = metrics.timing('a').start()
    for (const until = Date.now() + 5; Date.now() < until; ) {}
    console.log(stop() > 1, metrics.now() > 1e12)
  `
  const output = execFileSync(process.execPath, ['-e', source], { cwd: path.dirname(__dirname), encoding: 'utf8' })
  assert.equal(output, 'true true\n')
})

test('metrics records into the default collector, and createMetrics into the given one', () => {
  assert.equal(metrics.collector, Collector.default)
  const own = fresh()
  own.inc('only.here')
  assert.equal(metrics.value('only.here'), undefined)
  createMetrics(Collector.default).inc('default.too')
  assert.equal(metrics.value('default.too'), 1)
})
