'use strict'

// Lists of bounds, and bounds of timings in seconds.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { exponentialBuckets, linearBuckets } = require('../..')
const { fresh, isConflict, samples, thrownBy } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

describe('lists of bounds', () => {
  for (const [made, expected] of [
    [linearBuckets(0, 50, 4), [0, 50, 100, 150]],
    [linearBuckets(0.1, 0.1, 4), [0.1, 0.2, 0.3, 0.4]],
    [linearBuckets(-10, 5, 3), [-10, -5, 0]],
    [exponentialBuckets(1, 2, 5), [1, 2, 4, 8, 16]],
    [exponentialBuckets(0.001, 10, 4), [0.001, 0.01, 0.1, 1]],
    [exponentialBuckets(0.1, 1.5, 3), [0.1, 0.15, 0.225]],
    [exponentialBuckets(1, 2, 1), [1]],
  ]) {
    test(`have the expected digits: ${expected}`, () => assert.deepEqual(made, expected))
  }

  for (const [call, name] of [
    [() => linearBuckets(1, 0, 3), 'RangeError'],
    [() => linearBuckets(1, -1, 3), 'RangeError'],
    [() => linearBuckets('1', 1, 3), 'TypeError'],
    [() => linearBuckets(1, 1), 'TypeError'],
    [() => linearBuckets(1, 1, 0), 'RangeError'],
    [() => linearBuckets(1, 1, 1.5), 'RangeError'],
    [() => linearBuckets(1, 1, 1001), 'RangeError'],
    [() => linearBuckets(Number.NaN, 1, 3), 'RangeError'],
    [() => linearBuckets(1e300, 1, 3), 'RangeError'],
    [() => exponentialBuckets(0, 2, 3), 'RangeError'],
    [() => exponentialBuckets(1, 1, 3), 'RangeError'],
    [() => exponentialBuckets(1, 10, 400), 'RangeError'],
    [() => exponentialBuckets(1, 2n, 3), 'TypeError'],
  ]) {
    test(`are refused: ${call}`, () => {
      const error = thrownBy(call)
      assert.deepEqual([error.name, error.code], [name, 'ERR_TALLYSTICK_VALUE'])
    })
  }
})

describe('bucketsSeconds of a timing', () => {
  test('are exposed as they were given, and a value on a bound counts within it', () => {
    const own = fresh()
    const bounds = [0.007, 0.07, 0.1234, 1]
    const timing = own.timing({ name: 'a', bucketsSeconds: bounds })
    for (const bound of bounds) timing.observeMillis(bound * 1000)
    assert.deepEqual(samples(own), {
      'a_seconds_bucket{le="0.007"}': 1,
      'a_seconds_bucket{le="0.07"}': 2,
      'a_seconds_bucket{le="0.1234"}': 3,
      'a_seconds_bucket{le="1"}': 4,
      'a_seconds_bucket{le="+Inf"}': 4,
      a_seconds_sum: 1.2004,
      a_seconds_count: 4,
    })
  })

  test('are the same option as buckets', () => {
    const own = fresh()
    own.timing({ name: 'a', bucketsSeconds: [0.07, 1] })
    own.timing({ name: 'a', buckets: [70, 1000] })
    assert.throws(() => own.timing({ name: 'a', bucketsSeconds: [0.08, 1] }), isConflict)
    assert.match(thrownBy(() => own.timing({ name: 'b', buckets: [1], bucketsSeconds: [1] })).message, /absent where/)
    assert.equal(thrownBy(() => own.timing({ name: 'b', bucketsSeconds: [2, 1] })).code, 'ERR_TALLYSTICK_OPTIONS')
    assert.equal(thrownBy(() => own.timing({ name: 'b', bucketsSeconds: 1 })).code, 'ERR_TALLYSTICK_OPTIONS')
    assert.equal(thrownBy(() => own.histogram({ name: 'b', bucketsSeconds: [1] })).code, 'ERR_TALLYSTICK_OPTIONS')
    assert.equal(own.get('b'), undefined)
  })
})

test('bounds and quantiles are exact, whatever their digits', () => {
  const own = fresh()
  const bounds = [5e-324, 0.1 + 0.2, 2 / 3, 9007199254740994, Number.MAX_VALUE]
  own.histogram({ name: 'a', buckets: bounds })
  own.histogram({ name: 'a', buckets: [...bounds] })
  assert.throws(() => own.histogram({ name: 'a', buckets: bounds.with(1, 0.3) }), isConflict)
  for (const bound of bounds) own.observe('a', bound)
  const { buckets } = own.readSync()[0].series[0].distribution
  assert.deepEqual(
    buckets.map(([bound]) => bound),
    bounds,
  )
  own.histogram({ name: 'b', quantiles: [0.1 + 0.2] })
  assert.throws(() => own.histogram({ name: 'b', quantiles: [0.3] }), isConflict)
})

test('buckets of a timing that look like seconds emit one warning', async () => {
  const own = fresh()
  await takeWarnings()
  own.timing({ name: 'fine', buckets: [1, 5, 50] })
  own.timing({ name: 'long', buckets: [0.5, 5, 50, 500] })
  own.timing({ name: 'seconds', bucketsSeconds: [0.005, 0.1, 10] })
  own.histogram({ name: 'other', buckets: [0.005, 0.1, 10] })
  assert.deepEqual(await takeWarnings(), [])
  own.timing({ name: 'first', buckets: [0.005, 0.1, 10] })
  own.timing({ name: 'second', buckets: [0.005, 0.1, 10] })
  const warnings = await takeWarnings()
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['TALLYSTICK_BUCKETS'],
  )
  assert.match(warnings[0].message, /timing "first" look like seconds.*from 0\.005 ms to 10 ms.*bucketsSeconds/)
})
