'use strict'

// Summaries: histograms whose exposed quantiles cover a sliding window.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { textOf } = require('../support/exposition-samples')
const { fresh, isConflict, samples, thrownBy } = require('../support/metrics')
const { until } = require('../support/until')

const { NaN: NONE } = Number

describe('a summary', () => {
  test('has a limit of series and a time to live, as every instrument', () => {
    const own = fresh()
    const summary = own.summary({ name: 'a', maxSeries: 2, ttl: 1 })
    for (const x of [1, 2, 3, 4]) summary.labels({ x }).observe(1)
    const labels = own.readSync()[0].series.map(({ labels: { x } }) => String(x))
    assert.deepEqual(labels, ['1', '2', '…'])
    const began = performance.now()
    while (performance.now() - began < 2);
    assert.deepEqual(own.readSync()[0].series, [])
  })

  test('is exposed with its quantiles, NaN without values, and a cumulative sum and count', () => {
    const own = fresh()
    const summary = own.summary({ name: 'a', help: 'Sizes.', quantiles: [0, 1] })
    assert.deepEqual(samples(own), { 'a{quantile="0"}': NONE, 'a{quantile="1"}': NONE, a_sum: 0, a_count: 0 })
    for (const value of [1, 2, 4, 8]) summary.observe(value)
    summary.labels({ x: 1 }).observe(3)
    assert.deepEqual(samples(own), {
      'a{quantile="0"}': 1,
      'a{quantile="1"}': 8,
      a_sum: 15,
      a_count: 4,
      'a{x="1",quantile="0"}': 3,
      'a{x="1",quantile="1"}': 3,
      'a_sum{x="1"}': 3,
      'a_count{x="1"}': 1,
    })
    assert.match(textOf(own.prometheusSync().body), /^# HELP a Sizes\.\n# TYPE a summary$/m)
    assert.equal(own.summary('a'), summary)
    assert.equal(own.histogram('a'), summary)
    assert.equal(own.snapshot().histograms.a.count, 4)
  })

  test('forgets values that are too old, also while nobody reads, but not their sum and count', async () => {
    const own = fresh()
    // so long that the timer thread of a busy machine is in time
    const old = own.summary({ name: 'a', quantiles: [0], maxAge: 1500, ageBuckets: 10 })
    const long = own.summary({ name: 'b', quantiles: [0] })
    old.labels({ x: 1 }).observe(100)
    old.labels({ x: 2 }).observe(100)
    long.observe(100)
    // longer than the window, without a reading
    const began = performance.now()
    await until(
      () => performance.now() - began,
      (millis) => millis > 2000,
      'the window is over',
    )
    old.labels({ x: 2 }).observe(1)
    assert.deepEqual(samples(own), {
      'a{x="1",quantile="0"}': NONE,
      'a_sum{x="1"}': 100,
      'a_count{x="1"}': 1,
      'a{x="2",quantile="0"}': 1,
      'a_sum{x="2"}': 101,
      'a_count{x="2"}': 2,
      'b{quantile="0"}': 100,
      b_sum: 100,
      b_count: 1,
    })
    await until(() => samples(own)['a{x="2",quantile="0"}'], Number.isNaN, 'the window is over')
    assert.equal(samples(own)['a_count{x="2"}'], 2)
  })

  test('merges the values of all threads, also of those that have ended', async () => {
    const own = fresh()
    const summary = own.summary({ name: 'a', quantiles: [0, 1], precision: 3 })
    summary.observe(4)
    const worker = new Worker(path.join(__dirname, '..', 'workers', 'families.js'), {
      workerData: { id: own.collector.id },
    })
    worker.postMessage(`metrics.summary('a').observe(2); metrics.summary('a').observe(8)`)
    await once(worker, 'message')
    const expected = { 'a{quantile="0"}': 2, 'a{quantile="1"}': 8, a_sum: 14, a_count: 3 }
    assert.deepEqual(samples(own), expected)
    worker.postMessage('end')
    await once(worker, 'exit')
    assert.deepEqual(samples(own), expected)
  })

  test('starts over when it is reset, cleared or removed', async () => {
    const own = fresh()
    const summary = own.summary({ name: 'a', quantiles: [1], maxAge: 100, ageBuckets: 10 })
    for (const end of [
      () => summary.reset(),
      () => own.collector.clear(),
      () => summary.remove(),
      () => own.unregister('a'),
    ]) {
      const current = own.summary({ name: 'a', quantiles: [1], maxAge: 100, ageBuckets: 10 })
      current.observe(5)
      // until a baseline has the value
      await until(() => samples(own)['a{quantile="1"}'], Number.isNaN, 'the window is over')
      end()
      own.summary({ name: 'a', quantiles: [1], maxAge: 100, ageBuckets: 10 }).observe(3)
      const { a_count: count, a_sum: sum } = samples(own)
      assert.deepEqual([count, sum], [1, 3])
    }
  })

  test('takes its window from the first declaration, and its name alone from any', () => {
    const own = fresh()
    own.summary({ name: 'a', maxAge: 60_000 }).observe(1)
    own.summary('a')
    own.summary({ name: 'a', maxAge: 60_000 })
    assert.throws(() => own.summary({ name: 'a', maxAge: 1000 }), isConflict)
    assert.throws(() => own.summary({ name: 'a', ageBuckets: 7 }), isConflict)
    assert.throws(() => own.histogram({ name: 'a', buckets: [1] }), isConflict)
    own.histogram({ name: 'b', buckets: [1] })
    assert.throws(() => own.summary('b'), isConflict)
    assert.match(thrownBy(() => own.summary({ name: 'a', maxAge: 1000 })).message, /exists with maxAge 60000/)
  })

  for (const [options, code, name] of [
    [{ maxAge: 99 }, 'OPTIONS', 'RangeError'],
    [{ maxAge: 2 ** 31 }, 'OPTIONS', 'RangeError'],
    [{ maxAge: NONE }, 'OPTIONS', 'RangeError'],
    [{ maxAge: '1000' }, 'OPTIONS', 'TypeError'],
    [{ ageBuckets: 0 }, 'OPTIONS', 'RangeError'],
    [{ ageBuckets: 1.5 }, 'OPTIONS', 'RangeError'],
    [{ ageBuckets: 101 }, 'OPTIONS', 'RangeError'],
    [{ quantiles: [2] }, 'OPTIONS', 'RangeError'],
    [{ buckets: [1] }, 'OPTIONS', 'TypeError'],
    [{ name: '' }, 'NAME', 'TypeError'],
  ]) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      const own = fresh()
      const error = thrownBy(() => own.summary({ name: 'a', ...options }))
      assert.deepEqual([error.code, error.name], [`ERR_TALLYSTICK_${code}`, name])
      assert.equal(own.get('a'), undefined)
    })
  }
})
