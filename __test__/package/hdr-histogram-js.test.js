'use strict'

// HdrHistogram encodings, exchanged with hdr-histogram-js both ways, and the statistics of both for the same values.

const assert = require('node:assert/strict')
const path = require('node:path')
const { describe, test } = require('node:test')
const { HdrHistogram, metrics } = require('../..')
const { consumerFolder } = require('../../scripts/consumers')
const { shapes, valuesOf } = require('../support/distributions')

const theirs = require(path.join(consumerFolder('hdr-histogram-js'), 'node_modules', 'hdr-histogram-js'))

/** Whole ranks of this number of values; for others, they use the nearest rank and we the next. */
const QUANTILES = [0.01, 0.25, 0.5, 0.9, 0.99, 0.999]
const COUNT = 1000

function build(precision) {
  return theirs.build({ numberOfSignificantValueDigits: precision, highestTrackableValue: Number.MAX_SAFE_INTEGER })
}

function recorded(shape, precision) {
  const ours = new HdrHistogram({ precision })
  const other = build(precision)
  for (const value of [0, 1, ...valuesOf(shape, COUNT - 2).map((value) => Math.round(value * 1e6))]) {
    ours.record(value)
    other.recordValue(value)
  }
  return { ours, other }
}

/** The statistics of our histogram and of theirs for the same values. */
function assertSame(ours, other) {
  assert.equal(ours.count, other.totalCount)
  for (const q of QUANTILES) {
    // theirs is the end of a bucket, even beyond the largest value
    assert.equal(ours.valueAt(q), Math.min(other.getValueAtPercentile(q * 100), ours.max), `at ${q}`)
  }
  assert.ok(Math.abs(ours.mean / other.mean - 1) < 1e-9)
  assert.ok(Math.abs(ours.stdev - other.stdDeviation) <= 1e-6 * other.mean)
}

for (const precision of [1, 2, 3, 4, 5]) {
  describe(`with precision ${precision}`, () => {
    // with more digits, theirs takes 50 MB each
    for (const shape of precision > 3 ? ['heavy-tailed'] : Object.keys(shapes)) {
      test(`both have the same statistics of ${shape} values`, () => {
        const { ours, other } = recorded(shape, precision)
        assertSame(ours, other)
        assert.deepEqual([ours.min, ours.max], [0, other.maxValue])
      })

      test(`they read ${shape} values that we encoded`, () => {
        const { ours } = recorded(shape, precision)
        const read = theirs.decodeFromCompressedBase64(ours.encode())
        assertSame(ours, read)
        assert.equal(read.numberOfSignificantValueDigits, precision)
      })

      test(`we read ${shape} values that they encoded`, () => {
        const { ours, other } = recorded(shape, precision)
        const read = HdrHistogram.decode(theirs.encodeIntoCompressedBase64(other))
        assertSame(read, other)
        assert.deepEqual([read.precision, read.count], [precision, ours.count])
      })
    }
  })
}

test('both correct for missed values in the same way', () => {
  const ours = new HdrHistogram({ precision: 3 })
  const other = build(3)
  for (const [value, interval] of [
    [100_000, 1000],
    [54_321, 10],
    [999, 1000],
  ]) {
    ours.recordCorrected(value, interval)
    other.recordValueWithExpectedInterval(value, interval)
  }
  assertSame(ours, other)
})

test('they read a timing of a collector', () => {
  const timing = metrics.timing('exchange')
  const other = build(2)
  for (const value of valuesOf('exponential', COUNT)) {
    timing.observeNanos(Math.round(value * 1e6))
    other.recordValue(Math.round(value * 1e6))
  }
  const read = theirs.decodeFromCompressedBase64(HdrHistogram.from(timing).encode())
  assertSame(HdrHistogram.from(timing), read)
  assert.equal(read.getValueAtPercentile(99), other.getValueAtPercentile(99))
})

test('both read values in units of 1024', () => {
  const other = theirs.build({
    lowestDiscernibleValue: 1024,
    numberOfSignificantValueDigits: 2,
    highestTrackableValue: 2 ** 40,
  })
  for (let value = 2048; value < 2 ** 40; value *= 1.5) other.recordValue(Math.floor(value))
  const read = HdrHistogram.decode(theirs.encodeIntoCompressedBase64(other))
  assert.equal(read.count, other.totalCount)
  for (const q of [0.25, 0.5, 0.9]) {
    const reported = other.getValueAtPercentile(q * 100)
    assert.ok(Math.abs(read.valueAt(q) - reported) <= Math.max(1024, reported / 128), `${read.valueAt(q)} ${reported}`)
  }
})
