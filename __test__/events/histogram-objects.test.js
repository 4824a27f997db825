'use strict'

// The common behaviour of the three histogram classes, and the bucketed one compared with exact quantiles.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { BucketedHistogram, FrugalHistogram, HdrHistogram, StreamingHistogram } = require('../..')
const { shapes, valuesOf } = require('../support/distributions')
const { thrownBy } = require('../support/metrics')
const { exactQuantile } = require('../support/oracle')

const QUANTILES = [0, 0.001, 0.01, 0.25, 0.5, 0.57, 0.9, 0.99, 0.999, 0.9999, 1]
const KEYS = ['p0', 'p0.1', 'p1', 'p25', 'p50', 'p57', 'p90', 'p99', 'p99.9', 'p99.99', 'p100']

function filled(histogram, values) {
  for (const value of values) histogram.add(value)
  return histogram
}

/** The relative error of a number. */
function errorOf(reported, exact) {
  return exact === 0 ? Math.abs(reported) : Math.abs(reported - exact) / exact
}

function assertWithin(error, snapshot, values) {
  const [min, max] = [exactQuantile(values, 0), exactQuantile(values, 1)]
  assert.deepEqual([snapshot.min, snapshot.max], [min, max])
  QUANTILES.forEach((q, at) => {
    const reported = snapshot[KEYS[at]]
    const exact = exactQuantile(values, q)
    assert.ok(errorOf(reported, exact) <= error * (1 + 1e-12), `${KEYS[at]} is ${reported} where ${exact} is right`)
    assert.ok(reported >= min && reported <= max, `${KEYS[at]} is ${reported}, beyond ${min} to ${max}`)
  })
}

for (const [name, Class] of Object.entries({ BucketedHistogram, FrugalHistogram, HdrHistogram })) {
  describe(`any ${name}`, () => {
    test('has an empty snapshot without values', () => {
      const histogram = new Class()
      assert.deepEqual(histogram.snapshot(), {})
      assert.equal(histogram.count, 0)
    })

    test('has exact statistics of one value', () => {
      assert.deepEqual(filled(new Class(), [7]).snapshot(), { min: 7, max: 7, p50: 7, p90: 7, p99: 7 })
    })

    test('starts over after clear()', () => {
      const histogram = filled(new Class(), [1, 2, 3, 40, 50])
      histogram.clear()
      assert.deepEqual([histogram.snapshot(), histogram.count], [{}, 0])
      filled(histogram, [7, 7])
      assert.deepEqual([histogram.snapshot(), histogram.count], [{ min: 7, max: 7, p50: 7, p90: 7, p99: 7 }, 2])
    })

    test('names quantiles by their percentage, in ascending order', () => {
      const histogram = filled(new Class({ quantiles: [...QUANTILES, 0.5].reverse() }), [5])
      assert.deepEqual(Object.keys(histogram.snapshot()), ['min', 'max', ...KEYS])
    })

    test('reads its list of quantiles once', () => {
      const quantiles = [0.5]
      const histogram = filled(new Class({ quantiles }), [5])
      quantiles[0] = 0.25
      assert.deepEqual(histogram.snapshot(), { min: 5, max: 5, p50: 5 })
    })

    test('rejects a value that is not a finite number, and changes nothing', () => {
      const histogram = filled(new Class(), [5])
      for (const value of [undefined, null, '5', 5n, {}, [5]]) {
        const { name, code } = thrownBy(() => histogram.add(value))
        assert.deepEqual({ name, code }, { name: 'TypeError', code: 'ERR_TALLYSTICK_VALUE' }, typeof value)
      }
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        const { name, code } = thrownBy(() => histogram.add(value))
        assert.deepEqual({ name, code }, { name: 'RangeError', code: 'ERR_TALLYSTICK_VALUE' }, String(value))
      }
      assert.equal(histogram.count, 1)
      assert.deepEqual(histogram.snapshot(), { min: 5, max: 5, p50: 5, p90: 5, p99: 5 })
    })

    for (const [quantiles, type] of [
      [[], 'RangeError'],
      [[0.5, 1.1], 'RangeError'],
      [[-0.1], 'RangeError'],
      [[Number.NaN], 'RangeError'],
      [Array(1001).fill(0.5), 'RangeError'],
      [['0.5'], 'TypeError'],
      [0.5, 'TypeError'],
    ]) {
      test(`rejects the quantiles ${JSON.stringify(quantiles).slice(0, 20)}`, () => {
        const { name, code } = thrownBy(() => new Class({ quantiles }))
        assert.deepEqual({ name, code }, { name: type, code: 'ERR_TALLYSTICK_OPTIONS' })
      })
    }

    test('rejects invalid and unknown options', () => {
      for (const options of [5, 'error', { quantile: [0.5] }]) {
        assert.equal(thrownBy(() => new Class(options)).code, 'ERR_TALLYSTICK_OPTIONS')
      }
    })

    test('uses the default quantiles for null', () => {
      const { p50, p90, p99 } = filled(new Class({ quantiles: null }), [5]).snapshot()
      assert.deepEqual([p50, p90, p99], [5, 5, 5])
    })

    test('exposes no memory that could be detached', () => {
      const histogram = filled(new Class(), [5])
      assert.deepEqual(Reflect.ownKeys(histogram), [])
    })
  })
}

test('StreamingHistogram is another name of FrugalHistogram', () => {
  assert.equal(StreamingHistogram, FrugalHistogram)
})

describe('a bucketed histogram', () => {
  for (const shape of Object.keys(shapes)) {
    for (const [error, count] of [
      [0.005, 20_000],
      [0.02, 999],
      [0.3, 500],
      [0.9, 500],
      [0.00003, 2000],
    ]) {
      test(`has quantiles of ${shape} values within ${error}`, () => {
        const values = valuesOf(shape, count)
        const histogram = filled(new BucketedHistogram({ error, max: 1e9, quantiles: QUANTILES }), values)
        assertWithin(error, histogram.snapshot(), values)
        assert.equal(histogram.count, count)
      })
    }
  }

  test('has quantiles of values of all sizes, and zeros, within the error', () => {
    const values = [0, -0, 0, ...Array.from({ length: 80 }, (_, at) => 1.3 * 2 ** (at - 60))]
    assertWithin(0.005, filled(new BucketedHistogram({ max: 1e12, quantiles: QUANTILES }), values).snapshot(), [
      ...values.map((value) => value + 0),
    ])
  })

  test('handles values at its max and at the edges of its buckets', () => {
    const values = [1, 2, 4, 8, 2 ** 20, 3_600_000, 127.99999999999999, 128]
    const snapshot = filled(new BucketedHistogram({ quantiles: QUANTILES }), values).snapshot()
    assertWithin(0.005, snapshot, values)
    assert.ok(!('overflow' in snapshot))
  })

  test('counts tiny values in its first bucket', () => {
    const histogram = filled(new BucketedHistogram(), [5e-324, 1e-300, 1e-30])
    assert.deepEqual([histogram.count, histogram.snapshot().min], [3, 5e-324])
    assert.ok(histogram.snapshot().p50 <= 1e-30)
  })

  for (const max of [5e-324, 1e-100, 1, Number.MAX_VALUE]) {
    test(`may have the max ${max}`, () => {
      const histogram = filled(new BucketedHistogram({ max, quantiles: [0.5] }), [0, max / 2, max, max])
      const { p50, ...rest } = histogram.snapshot()
      assert.deepEqual(rest, { min: 0, max })
      assert.ok(p50 >= 0 && p50 <= max)
    })
  }

  test('counts values beyond its max as overflow, and reports a quantile there as its max', () => {
    const histogram = filled(new BucketedHistogram({ max: 100, quantiles: [0.2, 0.5, 1] }), [1, 100, 101, 500, 1000])
    assert.deepEqual(histogram.snapshot(), { min: 1, max: 1000, p20: 1, p50: 100, p100: 1000, overflow: 3 })
    assert.equal(histogram.count, 5)
    histogram.clear()
    assert.deepEqual(filled(histogram, [500, 501, 502]).snapshot(), {
      min: 500,
      max: 502,
      p20: 500,
      p50: 500,
      p100: 502,
      overflow: 3,
    })
  })

  test('has all merged values, as if they had been added to it', () => {
    const options = { error: 0.01, max: 1500, quantiles: QUANTILES }
    const [one, other] = [valuesOf('heavy-tailed', 5000, 3), valuesOf('below 1', 5000, 4)]
    const both = filled(new BucketedHistogram(options), one)
    both.merge(filled(new BucketedHistogram({ ...options, quantiles: [0.1] }), other))
    const expected = filled(filled(new BucketedHistogram(options), other), one)
    assert.deepEqual([both.snapshot(), both.count], [expected.snapshot(), 10_000])
    both.merge(both)
    assert.deepEqual([both.count, both.snapshot().p90], [20_000, expected.snapshot().p90])
    both.merge(new BucketedHistogram(options))
    assert.equal(both.count, 20_000)
  })

  test('merges only histograms with the same options', () => {
    const histogram = filled(new BucketedHistogram(), [1])
    for (const other of [
      new BucketedHistogram({ max: 5 }),
      new BucketedHistogram({ error: 0.0051 }),
      new HdrHistogram(),
      {},
      null,
      undefined,
    ]) {
      assert.equal(thrownBy(() => histogram.merge(other)).code, 'ERR_TALLYSTICK_MERGE')
    }
    assert.equal(histogram.count, 1)
  })

  test('rejects negative values', () => {
    const histogram = new BucketedHistogram()
    const { name, code } = thrownBy(() => histogram.add(-1e-9))
    assert.deepEqual(
      { name, code, count: histogram.count },
      { name: 'RangeError', code: 'ERR_TALLYSTICK_VALUE', count: 0 },
    )
  })

  for (const Class of [BucketedHistogram, HdrHistogram]) {
    test(`does not change when an empty ${Class.name} is merged into it`, () => {
      for (const values of [[5], [0], []]) {
        const histogram = filled(new Class(), values)
        const before = histogram.snapshot()
        histogram.merge(new Class())
        assert.deepEqual(histogram.snapshot(), before)
      }
    })
  }

  test('treats null options as absent', () => {
    const values = [0.3, 70, 3_600_001]
    const plain = filled(new BucketedHistogram(), values)
    for (const options of [null, { max: null, error: null, quantiles: null }]) {
      assert.deepEqual(filled(new BucketedHistogram(options), values).snapshot(), plain.snapshot())
    }
  })

  for (const [options, type] of [
    [{ error: 0 }, 'RangeError'],
    [{ error: -1 }, 'RangeError'],
    [{ error: 1 }, 'RangeError'],
    [{ error: 1e-7 }, 'RangeError'],
    [{ error: Number.NaN }, 'RangeError'],
    [{ error: '0.1' }, 'TypeError'],
    [{ max: 0 }, 'RangeError'],
    [{ max: -5 }, 'RangeError'],
    [{ max: Infinity }, 'RangeError'],
    [{ max: '5' }, 'TypeError'],
  ]) {
    test(`rejects the option ${Object.entries(options)[0].join(' ')} (${type})`, () => {
      const { name, code } = thrownBy(() => new BucketedHistogram(options))
      assert.deepEqual({ name, code }, { name: type, code: 'ERR_TALLYSTICK_OPTIONS' })
    })
  }
})
