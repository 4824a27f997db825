'use strict'

// Instruments: requested again, merged over threads, timed and exposed.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { fresh, isConflict, samples, spin, thrownBy } = require('../support/metrics')

/** The method that records a value, by kind. */
const METHODS = { counter: 'inc', gauge: 'set', timing: 'observeMillis', histogram: 'observe' }

describe('instruments', () => {
  test('requested again are the same series', () => {
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

  test('requested through another createMetrics are the same series', () => {
    const collector = new Collector()
    createMetrics(collector).counter('c').inc()
    createMetrics(collector).counter('c').inc()
    assert.equal(createMetrics(collector).value('c'), 2)
  })

  test('of timings count values of any size, also after other series have filled the memory', () => {
    const own = fresh()
    const handles = Array.from({ length: 400 }, (_, at) => own.timing('t').labels({ at }))
    // all get their first page before any gets a second one, so the later pages are not next to the first
    for (const millis of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]) {
      for (const handle of handles) for (let times = 0; times < 3; times++) handle.observeMillis(millis)
    }
    const { timings } = own.snapshot()
    assert.equal(Object.keys(timings).length, 400)
    for (const { count, total, min, max, p50 } of Object.values(timings)) {
      assert.deepEqual({ count, total, min, max }, { count: 30, total: 3069, min: 1, max: 512 })
      assert.ok(p50 >= 16 && p50 < 17.1, `${p50}`)
    }
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
      assert.equal(own[kind](kind).value(), undefined)
    }
    const { counters, gauges, timings, histograms } = own.snapshot()
    assert.deepEqual(
      { counters, gauges, timings, histograms },
      { counters: {}, gauges: {}, timings: {}, histograms: {} },
    )
  })

  test('are exposed at 0 before their first use, so that increase() includes the first recording', () => {
    const own = fresh({ labels: { zone: 'eu' } })
    own.counter('counter')
    own.timing({ name: 'timing', buckets: [1] })
    own.histogram({ name: 'bounded', buckets: [5] })
    own.histogram('summary')
    assert.deepEqual(samples(own), {
      'counter_total{zone="eu"}': 0,
      'timing_seconds_bucket{zone="eu",le="0.001"}': 0,
      'timing_seconds_bucket{zone="eu",le="+Inf"}': 0,
      'timing_seconds_sum{zone="eu"}': 0,
      'timing_seconds_count{zone="eu"}': 0,
      'bounded_bucket{zone="eu",le="5"}': 0,
      'bounded_bucket{zone="eu",le="+Inf"}': 0,
      'bounded_sum{zone="eu"}': 0,
      'bounded_count{zone="eu"}': 0,
      'summary{zone="eu",quantile="0.5"}': Number.NaN,
      'summary{zone="eu",quantile="0.9"}': Number.NaN,
      'summary{zone="eu",quantile="0.99"}': Number.NaN,
      'summary_sum{zone="eu"}': 0,
      'summary_count{zone="eu"}': 0,
    })
    own.counter('counter').inc(2)
    assert.equal(samples(own)['counter_total{zone="eu"}'], 2)
  })

  test('are not exposed at 0 if they are gauges, or have labels that are not known yet', () => {
    const own = fresh()
    own.gauge('gauge')
    own.counter({ name: 'declared', labelNames: ['a'] })
    own.counter('kept').labels({ a: '1' })
    own.inc('by.name', 1, { a: '1' })
    own.observeMillis('time.by.name', 1, { a: '1' })
    own.collector.clear()
    assert.deepEqual(samples(own), {})
  })

  // [kind, what it was made with, what contradicts it]
  const conflicts = [
    ['histogram', { quantiles: [0.5] }, { quantiles: [0.9] }],
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
    test(`a ${kind} with ${JSON.stringify(first)} conflicts with ${JSON.stringify(second)}`, () => {
      const own = fresh()
      own[kind]({ name: 'a', ...first })
      assert.throws(() => own[kind]({ name: 'a', ...second }), isConflict)
      own[kind]({ name: 'a', ...first })
      own[kind]('a')
    })
  }

  test('options that determine the cells cannot be set after the first use', () => {
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

  // [kind, the labels it was used with, what is in effect then, what contradicts it]
  const inEffect = [
    ['gauge', [{}, { a: 1 }], { merge: 'sum' }, { merge: 'last' }],
    ['timing', [{}], { precision: 2 }, { precision: 1 }],
    ['timing', [{ a: 1 }], { precision: 1 }, { precision: 2 }],
    ['histogram', [{}], { precision: 2 }, { precision: 1 }],
    ['histogram', [{ a: 1 }], { precision: 1 }, { precision: 2 }],
  ]
  for (const [kind, used, same, other] of inEffect) {
    test(`a ${kind} used with ${JSON.stringify(used)} does not conflict with ${JSON.stringify(same)}, which is in effect`, () => {
      const own = fresh()
      const record = (labels, value) => own[kind]('a').labels(labels)[METHODS[kind]](value)
      for (const labels of used) record(labels, 5)
      assert.throws(() => own[kind]({ name: 'a', ...other }), isConflict)
      own[kind]({ name: 'a', ...same })
      assert.throws(() => own[kind]({ name: 'a', ...other }), isConflict)
      for (const labels of [{}, { a: 1 }, { a: 2 }]) record(labels, 5)
      assert.ok(own.value('a', used[0]) !== undefined)
    })
  }

  test('a precision that is set late applies to new series', () => {
    const own = fresh()
    own.timing('a').observeMillis(5)
    own.timing({ name: 'a', precision: 2 })
    const labelled = own.timing('a').labels({ a: 1 })
    for (const value of [5, 5.03, 5.2]) {
      own.timing('a').observeMillis(value)
      labelled.observeMillis(value)
    }
    own.timing('a').observeMillis(5.2)
    // at precision 1 the values between 4.98 and 5.24 ms share a bucket, and the median would be its middle
    assert.ok(Math.abs(own.value('a', { a: 1 }).p50 - 5.03) < 0.04)
    assert.equal(own.value('a', { a: 1 }).count, 3)
  })

  test('a timing that was used with and without labels has two precisions, and conflicts with any', () => {
    const own = fresh()
    own.timing('a').observeMillis(5)
    own.timing('a').labels({ a: 1 }).observeMillis(5)
    for (const precision of [1, 2, 3]) assert.throws(() => own.timing({ name: 'a', precision }), isConflict)
  })

  // [kind, the first options, the second options, the message]
  const said = [
    ['gauge', { merge: 'max' }, { merge: 'min' }, /gauge 'a' exists with merge 'max', requested with 'min':/],
    ['gauge', {}, { merge: 'min' }, /gauge 'a' exists with merge 'sum', requested with 'min':/],
    [
      'timing',
      {},
      { precision: 3 },
      /'a' exists with precision 2 without labels and 1 with labels \(the defaults[^)]*\), requested with 3: .* same precision/,
    ],
    ['histogram', {}, { buckets: [1, 2] }, /histogram 'a' exists with buckets none, requested with \[ 1, 2 \]:/],
    ['counter', { labelNames: ['a'] }, { labelNames: ['b'] }, /labelNames \[ 'a' \], requested with \[ 'b' \]:/],
    ['counter', { unit: 'bytes' }, { unit: 'rows' }, /counter 'a' exists with unit 'bytes', requested with 'rows':/],
  ]
  for (const [kind, first, second, message] of said) {
    test(`a conflict reports both values of the option: ${message.source}`, () => {
      const own = fresh()
      const instrument = own[kind]({ name: 'a', ...first })
      instrument[METHODS[kind]](1)
      assert.throws(() => own[kind]({ name: 'a', ...second }), { ...isConflict, message })
    })
  }

  for (const many of [1, 16, 17, 100]) {
    test(`a histogram with ${many} bounds counts each value in the first bucket whose bound is not below it`, () => {
      const own = fresh()
      const buckets = Array.from({ length: many }, (_, at) => at - 5)
      const histogram = own.histogram({ name: 'sizes', buckets })
      for (let value = -6; value <= many; value += 0.5) histogram.observe(value)
      const { buckets: counted, count, sum, min, max } = histogram.value()
      assert.deepEqual(
        counted,
        buckets.map((bound) => [bound, (bound + 6) * 2 + 1]),
      )
      assert.deepEqual([count, sum, min, max], [(many + 6) * 2 + 1, ((many - 6) / 2) * ((many + 6) * 2 + 1), -6, many])
    })
  }

  test('a conflict names the option and the metric, and does not change the metric', () => {
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

  test('help may change, and the latest is shown', () => {
    const own = fresh()
    own.counter({ name: 'a', help: 'One.' }).inc()
    own.counter({ name: 'a', help: 'Two.' })
    assert.match(textOf(own.prometheusSync().body), /^# HELP a_total Two\.$/m)
  })

  test('options that contradict those of another thread conflict too', async () => {
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
    const workerData = { tallystick: path.resolve(__dirname, '..', '..'), collector: own.collector.id }
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

  test('unset, starts at 0 with inc() and dec()', () => {
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

  test('is state, and survives a reset', () => {
    const own = fresh()
    own.gauge('a').set(3)
    own.snapshotAndReset()
    assert.deepEqual(own.snapshot().gauges, { a: 3 })
  })

  // [merge, the merged value]: the main thread set 5, the worker 2
  for (const [merge, both] of [
    ['sum', 7],
    ['min', 2],
    ['max', 5],
    ['last', 2],
  ]) {
    test(`with merge ${merge} merges the threads, and a thread's value ends with it`, async () => {
      const own = fresh()
      const options = { name: 'a', merge }
      const worker = new Worker(path.join(__dirname, '..', 'workers', 'gauge.js'), {
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

  test('with merge last has the value that was set last, in whatever thread', async () => {
    const own = fresh()
    const options = { name: 'a', merge: 'last' }
    const worker = new Worker(path.join(__dirname, '..', 'workers', 'gauge.js'), {
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
  test('start() returns a function that records and returns the elapsed time', () => {
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

  test('records milliseconds, nanoseconds and the duration of a function', async () => {
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

  test('has the precision that was requested', () => {
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

  test('is exposed with its own buckets', () => {
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

  test('is exposed with the buckets of the scrape if it has none of its own', async () => {
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

  test('takes buckets after its first use', () => {
    const own = fresh()
    own.observeMillis('a', 10)
    own.timing({ name: 'a', buckets: [20] })
    assert.equal(samples(own)['a_seconds_bucket{le="0.02"}'], 1)
  })
})

describe('histogram', () => {
  test('without buckets has statistics of values in any unit', () => {
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

  test('without buckets is exposed with the quantiles that it declares', () => {
    const own = fresh()
    const histogram = own.histogram({ name: 'a', quantiles: [0, 0.95] })
    const empty = { 'a{quantile="0"}': Number.NaN, 'a{quantile="0.95"}': Number.NaN, a_sum: 0, a_count: 0 }
    assert.deepEqual(samples(own), empty)
    for (const value of [1, 2, 4]) histogram.observe(value)
    assert.deepEqual(samples(own), { 'a{quantile="0"}': 1, 'a{quantile="0.95"}': 4, a_sum: 7, a_count: 3 })
  })

  test('with buckets counts exactly, and a value on a bound in the bucket below', () => {
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

  test('with buckets is exposed with exactly these, with the unit in its name', () => {
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

  test('does not change when the array of its buckets is changed', () => {
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
