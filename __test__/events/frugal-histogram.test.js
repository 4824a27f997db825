'use strict'

// The frugal histogram: its errors, as docs/histograms.md states them, and its options.

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { describe, test } = require('node:test')
const { BucketedHistogram, FrugalHistogram } = require('../..')
const { shapes, valuesOf } = require('../support/distributions')
const { thrownBy } = require('../support/metrics')
const { exactQuantile } = require('../support/oracle')

const COUNT = 20_000
const RUNS = 200
const WITHIN = 190
const SHARES = [0.5, 0.9, 0.99]
const KEYS = ['p50', 'p90', 'p99']

const guide = readFileSync(path.join(__dirname, '..', '..', 'docs', 'histograms.md'), 'utf8')
/** Rows of the guide's table: values, step, and the error of each quantile in percent. */
const stated = [...guide.matchAll(/^\| ([\w -]+) \| ([\d.]+) \| (\d+) % \| (\d+) % \| (\d+) % \|$/gm)].map(
  ([, shape, step, ...errors]) => ({ shape, step: Number(step), errors: errors.map(Number) }),
)

function filled(histogram, values) {
  for (const value of values) histogram.add(value)
  return histogram
}

/** For each quantile, the largest error in percent of the best `WITHIN` of the runs. */
function measuredErrors(shape, step) {
  const errors = SHARES.map(() => [])
  for (let seed = 1; seed <= RUNS; seed++) {
    const values = valuesOf(shape, COUNT, seed)
    const snapshot = filled(new FrugalHistogram({ seed, step }), values).snapshot()
    SHARES.forEach((share, at) => {
      const exact = exactQuantile(values, share)
      errors[at].push((Math.abs(snapshot[KEYS[at]] - exact) / exact) * 100)
    })
  }
  return errors.map((runs) => runs.sort((one, other) => one - other)[WITHIN - 1])
}

describe('the errors that the guide states', () => {
  test('are stated for every shape', () => {
    assert.deepEqual(
      stated.map(({ shape }) => shape),
      Object.keys(shapes),
    )
  })

  for (const { shape, step, errors } of stated) {
    test(`hold for ${shape} values`, () => {
      measuredErrors(shape, step).forEach((measured, at) => {
        const message = `${KEYS[at]} is within ${measured} %, stated are ${errors[at]} %`
        assert.ok(measured <= errors[at], message)
        assert.ok(measured >= errors[at] / 2 - 1, message)
      })
    })
  }
})

test('the same seed and values give the same estimates, also after clear()', () => {
  const values = valuesOf('exponential', 1000)
  const one = filled(new FrugalHistogram({ seed: 5 }), values)
  const expected = one.snapshot()
  assert.deepEqual(filled(new FrugalHistogram({ seed: 5 }), values).snapshot(), expected)
  assert.notDeepEqual(filled(new FrugalHistogram({ seed: 6 }), values).snapshot(), expected)
  one.clear()
  assert.deepEqual(filled(one, values).snapshot(), expected)
})

test('without a seed, two histograms have different estimates', () => {
  const values = valuesOf('exponential', 1000)
  const snapshots = Array.from({ length: 5 }, () => JSON.stringify(filled(new FrugalHistogram(), values).snapshot()))
  assert.ok(new Set(snapshots).size > 1)
})

test('estimates follow values that change', () => {
  const histogram = filled(new FrugalHistogram({ seed: 1 }), valuesOf('uniform', COUNT))
  filled(
    histogram,
    valuesOf('uniform', COUNT).map((value) => value + 5000),
  )
  const { p50, p90 } = histogram.snapshot()
  assert.ok(Math.abs(p50 - 5500) < 100 && Math.abs(p90 - 5900) < 100, `${p50} ${p90}`)
})

test('min and max are exact, of negative values too, and estimates lie between them', () => {
  const values = valuesOf('uniform', 1000).map((value) => value - 900)
  const { min, max, p50, p90, p99 } = filled(new FrugalHistogram({ seed: 1 }), values).snapshot()
  assert.deepEqual([min, max], [Math.min(...values), Math.max(...values)])
  for (const estimate of [p50, p90, p99]) assert.ok(estimate >= min && estimate <= max)
})

test('the quantiles 0 and 1 approach min and max', () => {
  const histogram = filled(new FrugalHistogram({ quantiles: [0, 1], seed: 1 }), valuesOf('uniform', COUNT))
  const { min, max, p0, p100 } = histogram.snapshot()
  assert.ok(p0 - min < 1 && max - p100 < 1, `${p0} ${p100}`)
})

test('estimates cannot be merged', () => {
  const histogram = new FrugalHistogram()
  for (const other of [new FrugalHistogram(), new BucketedHistogram(), undefined]) {
    const { name, code } = thrownBy(() => histogram.merge(other))
    assert.deepEqual({ name, code }, { name: 'TypeError', code: 'ERR_TALLYSTICK_MERGE' })
  }
})

test('accepts the options of a BucketedHistogram, and null, without effect', () => {
  for (const options of [null, { error: 0.01, max: 1000 }, { error: 'any', max: null, quantiles: null }]) {
    const histogram = new FrugalHistogram(options)
    histogram.add(2000)
    assert.deepEqual(histogram.snapshot(), { min: 2000, max: 2000, p50: 2000, p90: 2000, p99: 2000 })
  }
})

for (const [options, type] of [
  [{ seed: 0 }, 'RangeError'],
  [{ seed: -1 }, 'RangeError'],
  [{ seed: 1.5 }, 'RangeError'],
  [{ seed: 2 ** 32 }, 'RangeError'],
  [{ seed: '1' }, 'TypeError'],
  [{ step: 0 }, 'RangeError'],
  [{ step: Number.NaN }, 'RangeError'],
  [{ step: Infinity }, 'RangeError'],
  [{ step: null }, 'TypeError'],
]) {
  test(`rejects the option ${Object.entries(options)[0].join(' ')} (${type})`, () => {
    const { name, code } = thrownBy(() => new FrugalHistogram(options))
    assert.deepEqual({ name, code }, { name: type, code: 'ERR_TALLYSTICK_OPTIONS' })
  })
}
