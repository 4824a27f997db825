'use strict'

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const vm = require('node:vm')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics, metrics } = require('..')
const { samplesOf, textOf } = require('./exposition-samples')

/** Metrics of a collector of their own. */
function fresh(options) {
  return createMetrics(new Collector(options))
}

function samples(own, options) {
  return samplesOf(own.prometheusSync(options).body)
}

/** Spins: nothing but the clock decides how long. */
function spin(milliseconds) {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

function thrownBy(fn) {
  try {
    fn()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

const isConflict = { name: 'TypeError', code: 'ERR_TALLYSTICK_CONFLICT' }

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

  test('takes no labels for null and undefined labels', () => {
    const own = fresh()
    own.inc('a', 1, null)
    own.inc('a', 1, undefined)
    assert.deepEqual(own.snapshot().counters, { a: 2 })
  })

  test('with labels counts one series for each set of labels', () => {
    const own = fresh()
    own.inc('a', 2, { method: 'GET' })
    own.inc('a', undefined, { method: 'GET' })
    own.inc('a', -1, { method: 'PUT' })
    assert.deepEqual(own.snapshot().counters, { 'a{method="GET"}': 3, 'a{method="PUT"}': -1 })
  })

  test('exposes the ups alone as _total, and the net value beside them after a decrement', () => {
    const own = fresh()
    own.inc('jobs', 5)
    assert.deepEqual(samples(own), { jobs_total: 5 })
    own.inc('jobs', -2)
    own.inc('jobs')
    assert.deepEqual(samples(own), { jobs_total: 6, jobs: 4 })
  })
})

describe('observeMillis and observeNanos', () => {
  test('record milliseconds, and tell count, total, min, max and mean exactly', () => {
    const own = fresh()
    for (const ms of [4, 1, 2.5]) own.observeMillis('a', ms)
    const { count, total, min, max, mean } = own.value('a')
    assert.deepEqual({ count, total, min, max, mean }, { count: 3, total: 7.5, min: 1, max: 4, mean: 2.5 })
  })

  test('tell quantiles within 0.8 %', () => {
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

  test('count what is beyond the range in the last cell', () => {
    const own = fresh()
    const last = (2 ** 53 - 1) / 1e6
    for (const beyond of [1e300, Number.MAX_VALUE]) own.observeMillis('a', beyond)
    for (const beyond of [2 ** 60, 10n ** 400n]) own.observeNanos('a', beyond)
    const { count, min, max, p50 } = own.value('a')
    assert.deepEqual({ count, min, max, p50 }, { count: 4, min: last, max: last, p50: last })
  })

  test('with labels record one series for each set of labels', () => {
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
  test('returns the result and records how long it took', () => {
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

  test('lets an error pass and records it', () => {
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

  test('awaits the promise of another realm too', async () => {
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

  test('lets an error pass that it has counted', () => {
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

  test('returns a promise as it is', () => {
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
  test('keeps events with their number, time, name and fields', () => {
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

  test('copies fields as strings, undefined and null as those words', () => {
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

  test('keeps the latest 500 when nothing else is said', () => {
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

  test('a reset takes the events, and the numbers go on', () => {
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

describe('instruments', () => {
  test('asked for again are the same series', () => {
    const own = fresh()
    for (let at = 0; at < 2; at++) {
      own.counter('c').inc()
      own.counter({ name: 'c' }).inc()
      own.gauge('g').inc()
      own.timing('t').observeMillis(1)
      own.histogram('h').observe(1)
    }
    own.inc('c')
    own.observeMillis('t', 1)
    const { counters, gauges, timings, histograms } = own.snapshot()
    assert.deepEqual({ counters, gauges }, { counters: { c: 5 }, gauges: { g: 2 } })
    assert.deepEqual([timings.t.count, histograms.h.count], [3, 2])
  })

  test('asked for through another createMetrics are the same series', () => {
    const collector = new Collector()
    createMetrics(collector).counter('c').inc()
    createMetrics(collector).counter('c').inc()
    assert.equal(createMetrics(collector).value('c'), 2)
  })

  test('of several kinds may have the same name', () => {
    const own = fresh()
    own.counter('a').inc(2)
    own.gauge('a').set(3)
    own.timing('a').observeMillis(4)
    own.histogram('a').observe(5)
    const { counters, gauges, timings, histograms } = own.snapshot()
    assert.deepEqual([counters.a, gauges.a, timings.a.max, histograms.a.max], [2, 3, 4, 5])
  })

  test('know their names', () => {
    const own = fresh()
    for (const kind of ['counter', 'gauge', 'timing', 'histogram']) {
      assert.equal(own[kind]('a.name').name, 'a.name')
      assert.equal(own[kind]({ name: 'b.name' }).name, 'b.name')
    }
  })

  test('have no value before their first use', () => {
    const own = fresh()
    for (const kind of ['counter', 'gauge', 'timing', 'histogram']) {
      assert.equal(own[kind]('a').value(), undefined)
    }
    assert.deepEqual(samples(own), {})
  })

  // [kind, what it was made with, what contradicts it]
  const conflicts = [
    ['counter', { labelNames: ['a'] }, { labelNames: ['b'] }],
    ['counter', { labelNames: ['a'] }, { labelNames: ['a', 'b'] }],
    ['counter', { unit: 'bytes' }, { unit: 'seconds' }],
    ['gauge', { merge: 'max' }, { merge: 'min' }],
    ['gauge', { unit: 'bytes' }, { unit: 'bits' }],
    ['timing', { precision: 1 }, { precision: 3 }],
    ['timing', { buckets: [1, 2] }, { buckets: [1, 2, 3] }],
    ['histogram', { precision: 2 }, { precision: 1 }],
    ['histogram', { buckets: [1, 2] }, { buckets: [1, 3] }],
    ['histogram', { unit: 'bytes' }, { unit: 'rows' }],
  ]
  for (const [kind, first, second] of conflicts) {
    test(`a ${kind} with ${JSON.stringify(first)} is not to be had with ${JSON.stringify(second)}`, () => {
      const own = fresh()
      own[kind]({ name: 'a', ...first })
      assert.throws(() => own[kind]({ name: 'a', ...second }), isConflict)
      own[kind]({ name: 'a', ...first })
      own[kind]('a')
    })
  }

  test('what decides about cells cannot be said after the first use', () => {
    const own = fresh()
    own.gauge('g').set(1)
    own.timing('t').observeMillis(1)
    own.histogram('h').observe(1)
    assert.throws(() => own.gauge({ name: 'g', merge: 'max' }), isConflict)
    assert.throws(() => own.timing({ name: 't', precision: 3 }), isConflict)
    assert.throws(() => own.histogram({ name: 'h', buckets: [1] }), isConflict)
    own.gauge('g').set(2)
    assert.equal(own.value('g'), 2)
  })

  test('a conflict names the option and the metric, and leaves the first as it was', () => {
    const own = fresh()
    own.histogram({ name: 'sizes', buckets: [1, 2] }).observe(1.5)
    const { message } = thrownBy(() => own.histogram({ name: 'sizes', buckets: [9] }))
    assert.match(message, /sizes.*buckets/)
    assert.deepEqual(own.value('sizes').buckets, [
      [1, 0],
      [2, 1],
    ])
  })

  test('the same label names in another order are no conflict', () => {
    const own = fresh()
    own.counter({ name: 'a', labelNames: ['x', 'y'] })
    own.counter({ name: 'a', labelNames: ['y', 'x', 'y'] }).inc()
    assert.equal(own.value('a'), 1)
  })

  test('help may change: the latest is shown', () => {
    const own = fresh()
    own.counter({ name: 'a', help: 'One.' }).inc()
    own.counter({ name: 'a', help: 'Two.' })
    assert.match(textOf(own.prometheusSync().body), /^# HELP a_total Two\.$/m)
  })

  test('a conflict in another thread is one too', async () => {
    const own = fresh()
    own.gauge({ name: 'a', merge: 'max' })
    const source = `
      const { parentPort, workerData } = require('node:worker_threads')
      const { Collector, createMetrics } = require(workerData.tallystick)
      try {
        createMetrics(Collector.attach(workerData.collector)).gauge({ name: 'a', merge: 'min' })
      } catch ({ name, code }) {
        parentPort.postMessage({ name, code })
      }
    `
    const workerData = { tallystick: path.resolve(__dirname, '..'), collector: own.collector.id }
    const worker = new Worker(source, { eval: true, workerData })
    const exit = once(worker, 'exit')
    assert.deepEqual((await once(worker, 'message'))[0], isConflict)
    await exit
  })
})

describe('gauge', () => {
  test('is set, and goes up and down', () => {
    const gauge = fresh().gauge('a')
    gauge.set(10)
    gauge.inc()
    gauge.inc(2.5)
    gauge.dec()
    gauge.dec(0.5)
    gauge.inc(null)
    gauge.dec(undefined)
    assert.equal(gauge.value(), 12)
    gauge.set(-3)
    assert.equal(gauge.value(), -3)
  })

  test('unset, starts at 0 when it is moved', () => {
    const own = fresh()
    own.gauge('up').inc(2)
    own.gauge('down').dec()
    assert.deepEqual(own.snapshot().gauges, { down: -1, up: 2 })
  })

  test('unset, is in no reading', () => {
    const own = fresh()
    own.gauge('a')
    own.gauge('a').labels({ x: 1 })
    assert.deepEqual(own.snapshot().gauges, {})
    assert.deepEqual(samples(own), {})
  })

  test('is state: a reset leaves it', () => {
    const own = fresh()
    own.gauge('a').set(3)
    own.snapshotAndReset()
    assert.deepEqual(own.snapshot().gauges, { a: 3 })
  })

  // [merge, value of main and worker while both have set it]: main set 5, the worker 2
  for (const [merge, both] of [
    ['sum', 7],
    ['min', 2],
    ['max', 5],
    ['last', 2],
  ]) {
    test(`of merge ${merge} joins the threads, and a thread's share ends with it`, async () => {
      const own = fresh()
      const options = { name: 'a', merge }
      const worker = new Worker(path.join(__dirname, 'workers', 'gauge.js'), {
        workerData: { collector: own.collector.id, gauge: options },
      })
      const exit = once(worker, 'exit')
      own.gauge(options).set(5)
      worker.postMessage(2)
      await once(worker, 'message')
      assert.equal(own.value('a'), both)
      worker.postMessage(null)
      await exit
      assert.equal(own.value('a'), 5)
    })
  }

  test('of merge last is the one that was set last, whatever thread did', async () => {
    const own = fresh()
    const options = { name: 'a', merge: 'last' }
    const worker = new Worker(path.join(__dirname, 'workers', 'gauge.js'), {
      workerData: { collector: own.collector.id, gauge: options },
    })
    const exit = once(worker, 'exit')
    const values = []
    for (const value of [2, 3]) {
      worker.postMessage(value)
      await once(worker, 'message')
      values.push(own.value('a'))
      own.gauge(options).set(10 * value)
      values.push(own.value('a'))
    }
    assert.deepEqual(values, [2, 20, 3, 30])
    worker.postMessage(null)
    await exit
  })
})

describe('timing', () => {
  test('start() gives a function that records the time since and returns it', () => {
    const own = fresh()
    const stop = own.timing('a').start()
    spin(2)
    const first = stop()
    const second = stop()
    assert.ok(first >= 1.99 && second >= first)
    const { count, min, max } = own.value('a')
    assert.equal(count, 2)
    assert.ok(Math.abs(min - first) < 1e-6 && Math.abs(max - second) < 1e-6)
  })

  test('records by millisecond, nanosecond and function', async () => {
    const timing = fresh().timing('a')
    timing.observeMillis(1)
    timing.observeNanos(2_000_000)
    timing.observeNanos(3_000_000n)
    assert.equal(timing.value().total, 6)
    assert.equal(
      timing.time(() => 4),
      4,
    )
    assert.equal(await timing.time(async () => 5), 5)
    assert.equal(timing.value().count, 5)
  })

  test('is as precise as it was asked to be', () => {
    const own = fresh()
    for (const precision of [1, 2, 3]) {
      const timing = own.timing({ name: `p${precision}`, precision })
      timing.observeMillis(1)
      timing.observeMillis(1000)
      const { p50 } = timing.value()
      assert.ok(p50 >= 1 && p50 <= 1 + 2 / 16 ** 1, `${p50}`)
      assert.equal(p50 - 1 < 0.002, precision === 3, `${p50} at ${precision}`)
    }
  })

  test('is exposed in seconds, as a histogram from 1 ms to 10 s', () => {
    const own = fresh()
    for (const ms of [0.5, 3, 700, 60_000]) own.timing('tile.draw_ms').observeMillis(ms)
    const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    const counts = [1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3]
    const expected = Object.fromEntries(bounds.map((le, at) => [`tile_draw_seconds_bucket{le="${le}"}`, counts[at]]))
    assert.deepEqual(samples(own), {
      ...expected,
      'tile_draw_seconds_bucket{le="+Inf"}': 4,
      tile_draw_seconds_sum: 60.7035,
      tile_draw_seconds_count: 4,
    })
  })

  test('has its own buckets in the exposition', () => {
    const own = fresh()
    own.timing({ name: 'a', buckets: [2, 20] }).observeMillis(10)
    assert.deepEqual(samples(own, { buckets: [7] }), {
      'a_seconds_bucket{le="0.002"}': 0,
      'a_seconds_bucket{le="0.02"}': 1,
      'a_seconds_bucket{le="+Inf"}': 1,
      a_seconds_sum: 0.01,
      a_seconds_count: 1,
    })
  })

  test('has the buckets of the scrape where it has none of its own', async () => {
    const own = fresh()
    own.observeMillis('a', 10)
    const { body } = await own.prometheus({ buckets: [5, 50] })
    assert.deepEqual(samplesOf(body), {
      'a_seconds_bucket{le="0.005"}': 0,
      'a_seconds_bucket{le="0.05"}': 1,
      'a_seconds_bucket{le="+Inf"}': 1,
      a_seconds_sum: 0.01,
      a_seconds_count: 1,
    })
  })

  test('can be given its buckets after its first use', () => {
    const own = fresh()
    own.observeMillis('a', 10)
    own.timing({ name: 'a', buckets: [20] })
    assert.equal(samples(own)['a_seconds_bucket{le="0.02"}'], 1)
  })
})

describe('histogram', () => {
  test('without buckets tells statistics of values of any unit', () => {
    const histogram = fresh().histogram('a')
    for (let value = 1; value <= 100; value++) histogram.observe(value * 1000)
    const { count, sum, min, max, mean, p50, p99, buckets } = histogram.value()
    assert.deepEqual(
      { count, sum, min, max, mean },
      { count: 100, sum: 5_050_000, min: 1000, max: 100_000, mean: 50_500 },
    )
    assert.ok(Math.abs(p50 / 50_000 - 1) <= 1 / 128 && Math.abs(p99 / 99_000 - 1) <= 1 / 128)
    assert.equal(buckets, undefined)
  })

  test('without buckets counts zero, the smallest and the largest values', () => {
    const histogram = fresh().histogram('a')
    for (const value of [0, -0, Number.MIN_VALUE, 1e-300, 2 ** -64, 2 ** 63, 1e300]) histogram.observe(value)
    const { count, min, max } = histogram.value()
    assert.deepEqual({ count, min }, { count: 7, min: 0 })
    assert.ok(max >= 2 ** 63)
  })

  test('without buckets rejects a negative value', () => {
    const own = fresh()
    const histogram = own.histogram('a')
    const expected = { name: 'RangeError', code: 'ERR_TALLYSTICK_VALUE' }
    assert.throws(() => histogram.observe(-1), expected)
    histogram.observe(1)
    assert.throws(() => histogram.observe(-1), expected)
    assert.equal(own.value('a').count, 1)
  })

  test('without buckets is exposed as a summary', () => {
    const own = fresh()
    own.histogram('a').observe(2)
    assert.match(textOf(own.prometheusSync().body), /^# TYPE a summary$/m)
    assert.deepEqual(samples(own), {
      'a{quantile="0.5"}': 2,
      'a{quantile="0.9"}': 2,
      'a{quantile="0.99"}': 2,
      a_sum: 2,
      a_count: 1,
    })
  })

  test('with buckets counts exactly, a value on a bound below it', () => {
    const histogram = fresh().histogram({ name: 'a', buckets: [-1, 0, 2.5, 10] })
    for (const value of [-5, -1, -0.5, 0, 2.5, 2.6, 10, 11, 1e300]) histogram.observe(value)
    const { count, min, max, buckets } = histogram.value()
    assert.deepEqual({ count, min, max }, { count: 9, min: -5, max: 1e300 })
    assert.deepEqual(buckets, [
      [-1, 2],
      [0, 4],
      [2.5, 5],
      [10, 7],
    ])
  })

  test('with buckets interpolates quantiles within a bucket', () => {
    const histogram = fresh().histogram({ name: 'a', buckets: [10, 20] })
    for (let value = 0; value <= 20; value += 0.5) histogram.observe(value)
    const { p50 } = histogram.value()
    assert.ok(p50 > 9 && p50 < 11, `${p50}`)
  })

  test('with buckets is exposed with exactly these, and the unit in its name', () => {
    const own = fresh()
    const histogram = own.histogram({ name: 'size', unit: 'bytes', buckets: [1, 1024] })
    histogram.observe(1)
    histogram.observe(2000)
    assert.deepEqual(samples(own), {
      'size_bytes_bucket{le="1"}': 1,
      'size_bytes_bucket{le="1024"}': 1,
      'size_bytes_bucket{le="+Inf"}': 2,
      size_bytes_sum: 2001,
      size_bytes_count: 2,
    })
  })

  test('changes nothing when the array of its buckets changes', () => {
    const own = fresh()
    const buckets = [1, 2]
    const histogram = own.histogram({ name: 'a', buckets })
    buckets[0] = 99
    histogram.observe(1.5)
    assert.deepEqual(histogram.value().buckets, [
      [1, 0],
      [2, 1],
    ])
  })
})

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

  test('sets help and unit of what is there', () => {
    const own = fresh()
    own.gauge('size').set(1)
    own.describe('size', { help: 'A size.', unit: 'bytes' })
    assert.match(textOf(own.prometheusSync().body), /^# HELP size_bytes A size\.$/m)
  })

  test('sets them for every kind of the name, but a timing stays in seconds', () => {
    const own = fresh()
    own.inc('a')
    own.observeMillis('a', 1)
    own.describe('a', { help: 'Both.', unit: 'bytes' })
    const names = textOf(own.prometheusSync().body).match(/(?<=# HELP )\S+(?= Both\.)/g)
    assert.deepEqual(names, ['a_bytes_total', 'a_seconds'])
  })

  test('shows the latest help, and keeps what it is not told', () => {
    const own = fresh()
    own.inc('a')
    own.describe('a', { help: 'One.', unit: 'bytes' })
    own.describe('a', { help: 'Two.' })
    own.describe('a', {})
    assert.match(textOf(own.prometheusSync().body), /^# HELP a_bytes_total Two\.$/m)
  })

  test('with another unit than the first is a conflict, and changes nothing', () => {
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
  test('is the counter, else the gauge, the timing, the histogram of a name', () => {
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

  test('of labels is that of their series, in any order of keys', () => {
    const own = fresh()
    own.inc('a', 1, { x: 1, y: 2 })
    own.inc('a', 5)
    assert.equal(own.value('a', { y: '2', x: '1' }), 1)
    assert.equal(own.value('a', { x: '1' }), undefined)
    assert.equal(own.value('a', {}), 5)
    assert.equal(own.value('a', null), 5)
  })

  test('does not make a series', () => {
    const own = fresh()
    own.value('a', { x: 1 })
    assert.deepEqual(own.snapshot().counters, {})
  })

  test('is not reset with a window', () => {
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

  test('a snapshot has everything, keys sorted', () => {
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

  test('snapshotAndReset() is the snapshot, and begins anew', async () => {
    const own = recorded()
    const before = own.snapshot()
    assert.deepEqual(own.snapshotAndReset(), before)
    const empty = { counters: {}, gauges: { level: 0.5 }, timings: {}, histograms: {}, trace: [] }
    assert.deepEqual(own.snapshot(), empty)
    assert.deepEqual(JSON.parse(textOf(await own.json())), empty)
  })

  test('a second interval has what was recorded in it', () => {
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

  test('prometheus() and prometheusSync() give the same bytes and content type', async () => {
    const own = recorded()
    const later = await own.prometheus()
    const now = own.prometheusSync()
    assert.ok(later.body instanceof Uint8Array && now.body instanceof Uint8Array)
    assert.deepEqual(textOf(later.body), textOf(now.body))
    assert.deepEqual([later.contentType, now.contentType], Array(2).fill('text/plain; version=0.0.4; charset=utf-8'))
  })

  test('a reset does not touch the exposition', () => {
    const own = recorded()
    const before = textOf(own.prometheusSync().body)
    own.snapshotAndReset()
    assert.equal(textOf(own.prometheusSync().body), before)
  })

  test('of nothing are empty', async () => {
    const own = fresh()
    assert.deepEqual(own.snapshot(), { counters: {}, gauges: {}, timings: {}, histograms: {}, trace: [] })
    assert.equal((await own.prometheus()).body.length, 0)
  })

  test('a reading is of the moment at or after its call, and recording goes on meanwhile', async () => {
    const own = fresh()
    own.inc('a')
    const pending = own.prometheus()
    own.inc('a', 9)
    const { a_total: value } = samplesOf((await pending).body)
    assert.ok(value === 1 || value === 10, `${value}`)
    assert.equal(own.value('a'), 10)
  })

  test('many readings at once all settle', async () => {
    const own = recorded()
    const bodies = await Promise.all(Array.from({ length: 100 }, () => own.prometheus()))
    assert.equal(new Set(bodies.map(({ body }) => textOf(body))).size, 1)
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

test('metrics records into the default collector, and createMetrics into its own', () => {
  assert.equal(metrics.collector, Collector.default)
  const own = fresh()
  own.inc('only.here')
  assert.equal(metrics.value('only.here'), undefined)
  createMetrics(Collector.default).inc('default.too')
  assert.equal(metrics.value('default.too'), 1)
})

describe('windows', () => {
  test('do not disturb each other, the common one, nor the exposition', () => {
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

  test('the common one is the same for all metrics of a collector', () => {
    const collector = new Collector()
    const [one, other] = [createMetrics(collector), createMetrics(collector)]
    one.inc('a')
    one.snapshotAndReset()
    assert.deepEqual(other.snapshot().counters, {})
  })

  test('intervals add up to the whole', () => {
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

  test('have a trace of their own', () => {
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

  test('have quantiles of their interval alone', () => {
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

  test('begins every window anew, also one that was reset before', () => {
    const { own, record } = used()
    const window = own.collector.window()
    window.snapshotAndReset()
    record(3)
    own.collector.clear()
    assert.deepEqual(window.snapshot().counters, {})
    record(4)
    assert.deepEqual(window.snapshot().counters, { c: 3, 'c{x="1"}': 4 })
  })

  test('can be done again and again', () => {
    const { own, record } = used()
    for (let round = 1; round <= 100; round++) {
      own.collector.clear()
      record(round)
      assert.equal(own.value('c', { x: 1 }), round)
      assert.equal(own.value('t').max, round)
    }
  })

  test('reaches what other threads have recorded, who go on from 0', async () => {
    const own = fresh()
    const worker = new Worker(path.join(__dirname, 'workers', 'gauge.js'), {
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
  test('takes a series out of every reading, and says whether there was one', () => {
    const own = fresh()
    const counter = own.counter('a')
    counter.inc(1)
    counter.labels({ x: 1 }).inc(2)
    counter.labels({ x: 2 }).inc(3)
    assert.equal(counter.remove({ x: '1' }), true)
    assert.equal(counter.remove({ x: '1' }), false)
    assert.equal(counter.remove({ x: 9 }), false)
    assert.deepEqual(own.snapshot().counters, { a: 1, 'a{x="2"}': 3 })
    assert.deepEqual(samples(own), { a_total: 1, 'a_total{x="2"}': 3 })
    assert.equal(counter.remove(), true)
    assert.equal(counter.remove(), false)
    assert.deepEqual(own.snapshot().counters, { 'a{x="2"}': 3 })
  })

  // [kind, how it is recorded, what its value is told by]
  const kinds = [
    ['counter', (handle) => handle.inc(2), (value) => value],
    ['gauge', (handle) => handle.inc(2), (value) => value],
    ['timing', (handle) => handle.observeMillis(2), (value) => value.total],
    ['histogram', (handle) => handle.observe(2), (value) => value.sum],
  ]
  for (const [kind, record, told] of kinds) {
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
        assert.equal(instrument.remove(labels), true)
        assert.equal(handle.value(), undefined)
        record(handle)
        assert.equal(told(handle.value()), 2)
      }
    })
  }

  test('revives a series in its own place: others are not touched', () => {
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
  test('has a positive integer id of its own', () => {
    const ids = [Collector.default.id, new Collector().id, new Collector().id]
    assert.ok(ids.every((id) => Number.isInteger(id) && id > 0))
    assert.equal(new Set(ids).size, 3)
  })

  test('attached in its own thread is the same object', () => {
    const collector = new Collector()
    assert.equal(Collector.attach(collector.id), collector)
    assert.equal(Collector.attach(Collector.default.id), Collector.default)
  })

  test("gives its labels to every series of the exposition; a series' own label of the same name wins", () => {
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
