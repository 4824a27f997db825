'use strict'

// HdrHistogram objects: recording, encoding, merging, and copying a collector's series.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { describe, test } = require('node:test')
const { runInNewContext } = require('node:vm')
const { deflateSync, inflateSync } = require('node:zlib')
const { BucketedHistogram, HdrHistogram } = require('../..')
const { shapes, valuesOf } = require('../support/distributions')
const { fresh, thrownBy } = require('../support/metrics')
const { exactQuantile } = require('../support/oracle')

const LARGEST = Number.MAX_SAFE_INTEGER
/** 0, 1, 1, 2047, 2048, 1234567 and 9007199254740, three times each, as hdr-histogram-js 3.0.1 encodes them. */
const THEIRS = 'HISTFAAAADF4nJNpmSzMwMDAx8DAwMjAwMDMAAGMDAz8/0EAxmfj+SnPxvZ8EiPb4bdMbADkOArT'

function filled(histogram, values) {
  for (const value of values) histogram.record(value)
  return histogram
}

/** Everything that distinguishes two histograms. */
function contents(histogram) {
  const { count, min, max, mean, stdev, precision } = histogram
  return { count, min, max, mean, stdev, precision, encoded: histogram.encode() }
}

/** The memory of arrays, including garbage. */
function arrayBytes() {
  return process.memoryUsage().arrayBuffers
}

/** Whole numbers with some thousand between them. */
function wholeValues(shape, count) {
  return valuesOf(shape, count).map((value) => Math.round(value * 1e6))
}

describe('an HdrHistogram', () => {
  for (const shape of Object.keys(shapes)) {
    test(`has quantiles, mean and deviation of ${shape} values within its precision`, () => {
      const values = wholeValues(shape, 5000)
      const histogram = filled(new HdrHistogram({ precision: 3 }), values)
      for (const q of [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1]) {
        const exact = exactQuantile(values, q)
        const reported = histogram.valueAt(q)
        assert.ok(reported >= exact && reported <= exact * 1.001, `${q}: ${reported} where ${exact} is right`)
      }
      const mean = values.reduce((sum, value) => sum + value / values.length, 0)
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0))
      assert.ok(Math.abs(histogram.mean - mean) <= mean * 0.001)
      assert.ok(Math.abs(histogram.stdev - deviation) <= mean * 0.001 + deviation * 0.001)
      assert.deepEqual([histogram.min, histogram.max], [exactQuantile(values, 0), exactQuantile(values, 1)])
    })
  }

  test('has exact small whole numbers', () => {
    for (const precision of [1, 2, 3, 4, 5]) {
      const histogram = filled(new HdrHistogram({ precision }), [0, 1, 2, 3, 3, 5, 16, 17, 31])
      assert.deepEqual(
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1].map((q) => histogram.valueAt(q)),
        [0, 1, 2, 3, 3, 5, 16, 17, 31],
      )
    }
  })

  test('has NaN statistics while it is empty', () => {
    const { min, max, mean, stdev, count } = new HdrHistogram()
    assert.deepEqual([min, max, mean, stdev, new HdrHistogram().valueAt(0.5)], Array(5).fill(Number.NaN))
    assert.equal(count, 0)
  })

  test('records a value many times at once', () => {
    const histogram = new HdrHistogram()
    histogram.record(1000, 3)
    histogram.record(5, 1e9)
    histogram.record(7, 0)
    assert.deepEqual([histogram.count, histogram.min, histogram.max], [1e9 + 3, 5, 1000])
    const empty = new HdrHistogram()
    empty.record(7, 0)
    assert.deepEqual(empty.snapshot(), {})
  })

  test('truncates decimals and counts up to 2^53 - 1', () => {
    const histogram = filled(new HdrHistogram(), [0.9, -0, 7.99, LARGEST])
    assert.deepEqual([histogram.valueAt(0.5), histogram.valueAt(0.75), histogram.max], [0, 7, LARGEST])
    assert.ok(Object.is(histogram.min, 0))
  })

  for (const precision of [1, 2, 3, 4, 5]) {
    test(`has the same counts in whatever order its values come, with precision ${precision}`, () => {
      const values = Array.from({ length: 2000 }, (_, at) => Math.floor(2 ** (at / 40)) + at)
      const ascending = filled(new HdrHistogram({ precision }), values)
      assert.equal(ascending.count, values.length)
      const { length } = values
      for (const order of [
        (at) => length - 1 - at,
        (at) => (at * 7 + length / 2) % length,
        (at) => (at & 1 ? length - 1 - (at >> 1) : at >> 1),
      ]) {
        const shuffled = filled(
          new HdrHistogram({ precision }),
          values.map((_, at) => values[order(at)]),
        )
        assert.equal(shuffled.encode(), ascending.encode())
        assert.deepEqual(shuffled.snapshot(), ascending.snapshot())
      }
    })
  }

  test('has the default precision of a timing, 2', () => {
    assert.equal(new HdrHistogram().precision, 2)
  })

  for (const [value, interval] of [
    [1000, 100],
    [1050, 100],
    [99, 100],
    [100, 100],
    [200, 100],
    [100_003, 7],
    [12_345_678, 1000],
    [5, 1],
    [0, 1],
  ]) {
    test(`${value} corrected by ${interval} is that value and all missed ones`, () => {
      for (const precision of [1, 3, 5]) {
        const corrected = new HdrHistogram({ precision })
        corrected.recordCorrected(value, interval)
        const expected = filled(new HdrHistogram({ precision }), [value])
        for (let missing = value - interval; missing >= interval; missing -= interval) expected.record(missing)
        assert.deepEqual(contents(corrected), contents(expected))
      }
    })
  }

  test('corrects a pause that hid a million million values', () => {
    const histogram = new HdrHistogram()
    histogram.recordCorrected(1e15, 1000)
    assert.equal(histogram.count, 1e12)
  })

  for (const [call, type] of [
    [(histogram) => histogram.record(-1), 'RangeError'],
    [(histogram) => histogram.record(2 ** 53), 'RangeError'],
    [(histogram) => histogram.record('5'), 'TypeError'],
    [(histogram) => histogram.record(5, -1), 'RangeError'],
    [(histogram) => histogram.record(5, 1.5), 'RangeError'],
    [(histogram) => histogram.record(5, Number.NaN), 'RangeError'],
    [(histogram) => histogram.record(5, '2'), 'TypeError'],
    [(histogram) => histogram.recordCorrected(500, 0), 'RangeError'],
    [(histogram) => histogram.recordCorrected(500, 0.5), 'RangeError'],
    [(histogram) => histogram.recordCorrected(500), 'TypeError'],
    [(histogram) => histogram.recordCorrected(-5, 1), 'RangeError'],
    [(histogram) => histogram.valueAt(99), 'RangeError'],
    [(histogram) => histogram.valueAt(Number.NaN), 'RangeError'],
    [(histogram) => histogram.valueAt('0.5'), 'TypeError'],
  ]) {
    test(`rejects ${String(call).slice(15)} (${type}), and changes nothing`, () => {
      const histogram = filled(new HdrHistogram(), [5])
      const before = contents(histogram)
      const { name, code } = thrownBy(() => call(histogram))
      assert.deepEqual({ name, code }, { name: type, code: 'ERR_TALLYSTICK_VALUE' })
      assert.deepEqual(contents(histogram), before)
    })
  }

  for (const precision of [0, 6, 1.5, -1, Number.NaN, '2', null]) {
    test(`rejects the precision ${precision}`, () => {
      assert.equal(thrownBy(() => new HdrHistogram({ precision })).code, 'ERR_TALLYSTICK_OPTIONS')
    })
  }
})

describe('merging', () => {
  test('results in the histogram of all values', () => {
    const [one, other] = [wholeValues('exponential', 3000), wholeValues('heavy-tailed', 3000)]
    const both = filled(new HdrHistogram(), one)
    both.merge(filled(new HdrHistogram(), other))
    assert.deepEqual(contents(both), contents(filled(filled(new HdrHistogram(), other), one)))
  })

  test('accepts a more precise histogram', () => {
    const values = wholeValues('exponential', 3000)
    const coarse = new HdrHistogram({ precision: 1 })
    coarse.merge(filled(new HdrHistogram({ precision: 4 }), values))
    assert.deepEqual(contents(coarse), contents(filled(new HdrHistogram({ precision: 1 }), values)))
  })

  test('rejects a less precise histogram, and anything else', () => {
    const histogram = filled(new HdrHistogram({ precision: 3 }), [5])
    for (const other of [new HdrHistogram({ precision: 2 }), new BucketedHistogram(), {}, null, undefined, 5]) {
      const { name, code } = thrownBy(() => histogram.merge(other))
      assert.deepEqual({ name, code }, { name: 'TypeError', code: 'ERR_TALLYSTICK_MERGE' })
    }
    assert.equal(histogram.count, 1)
    const { message } = thrownBy(() => histogram.merge(new HdrHistogram({ precision: 1 })))
    assert.match(message, /its precision is 1, this one's 3: .* make this one with precision 1/)
  })
})

describe('an encoding', () => {
  for (const precision of [1, 2, 3, 4, 5]) {
    test(`of precision ${precision} decodes to the same buckets`, () => {
      const histogram = filled(new HdrHistogram({ precision }), [0, 0, ...wholeValues('heavy-tailed', 500), LARGEST])
      const back = HdrHistogram.decode(histogram.encode())
      const { max, ...same } = contents(back)
      const { max: exact, ...expected } = contents(histogram)
      assert.deepEqual(same, expected)
      assert.ok(max >= exact && max <= exact * 1.07)
    })
  }

  test('of an empty histogram decodes to an empty one', () => {
    assert.deepEqual(HdrHistogram.decode(new HdrHistogram().encode()).snapshot(), {})
  })

  test('is decoded from bytes, also uncompressed', () => {
    const histogram = filled(new HdrHistogram(), [1000])
    const bytes = Buffer.from(histogram.encode(), 'base64')
    const plain = inflateSync(bytes.subarray(8))
    const elsewhere = runInNewContext('new Uint8Array(bytes)', { bytes })
    for (const encoded of [bytes, new Uint8Array(bytes), elsewhere, plain, ` ${histogram.encode()}\n`]) {
      assert.equal(HdrHistogram.decode(encoded).max, 1003)
    }
  })

  test('of hdr-histogram-js is decoded', () => {
    const histogram = HdrHistogram.decode(THEIRS, { quantiles: [0.25, 0.5] })
    assert.deepEqual(histogram.snapshot(), { min: 0, max: 9_010_841_387_007, p25: 1, p50: 2047 })
    assert.deepEqual([histogram.precision, histogram.count], [3, 21])
  })

  test('is rejected if counts exceed what readers accept, and nothing changes', () => {
    const histogram = filled(new HdrHistogram(), [1])
    histogram.record(2, Number.MAX_SAFE_INTEGER - 1)
    assert.equal(HdrHistogram.decode(histogram.encode()).count, Number.MAX_SAFE_INTEGER)
    histogram.add(3)
    const { name, code, message } = thrownBy(() => histogram.encode())
    assert.deepEqual({ name, code }, { name: 'RangeError', code: 'ERR_TALLYSTICK_VALUE' })
    assert.match(message, /count of what is encoded .*2\^53 - 1/)
    assert.equal(histogram.max, 3)
  })

  test('may be in another unit', () => {
    const nanos = filled(new HdrHistogram({ precision: 3 }), [1_000_000, 2_000_000, 3_000_000])
    const micros = HdrHistogram.decode(nanos.encode({ scale: 1e-3 }))
    assert.ok(Math.abs(micros.valueAt(0.5) / 2000 - 1) < 0.001)
    for (const scale of [0, -1, Number.NaN, Infinity, 1e12, '2']) {
      assert.equal(thrownBy(() => nanos.encode({ scale })).code, 'ERR_TALLYSTICK_OPTIONS', String(scale))
    }
  })

  test('of a few counts that are far apart needs memory only for these', () => {
    const powers = [...Array.from({ length: 52 }, (_, exponent) => 2 ** exponent), LARGEST]
    const encoded = filled(new HdrHistogram({ precision: 5 }), powers).encode()
    const before = arrayBytes()
    const decoded = HdrHistogram.decode(encoded)
    const merged = filled(new HdrHistogram({ precision: 5 }), powers)
    merged.merge(decoded)
    assert.equal(decoded.encode(), encoded)
    assert.deepEqual([decoded.count, decoded.valueAt(0.5), merged.count], [53, 2 ** 26 + 511, 106])
    assert.ok(Math.abs(decoded.mean / ((2 ** 53 + 2 ** 52) / 53) - 1) < 1e-5)
    const bytes = arrayBytes() - before
    assert.ok(bytes < 20_000 * (encoded.length + powers.length), `${bytes} bytes for ${encoded.length} of an encoding`)
  })

  test('of counts in all powers of two is decoded, whatever page they are in', () => {
    for (const precision of [4, 5]) {
      const values = Array.from({ length: 20_000 }, (_, at) => Math.floor(2 ** ((at / 19_999) * 53)))
      values[values.length - 1] = LARGEST
      const histogram = filled(new HdrHistogram({ precision }), values)
      const { max: _, ...same } = contents(HdrHistogram.decode(histogram.encode()))
      const { max: __, ...expected } = contents(histogram)
      assert.deepEqual(same, expected)
    }
  })

  const good = Buffer.from(filled(new HdrHistogram(), [1000]).encode(), 'base64')
  const compressed = (/** @type {Buffer} */ plain) => {
    const body = deflateSync(plain)
    const header = Buffer.alloc(8)
    header.writeUInt32BE(0x1c849314, 0)
    header.writeUInt32BE(body.length, 4)
    return Buffer.concat([header, body])
  }
  for (const [what, encoded] of Object.entries({
    nothing: '',
    'no base64': 'no histogram!',
    'another type': 5,
    'no argument': undefined,
    'a few bytes': good.subarray(0, 7),
    'its header alone': good.subarray(0, 8),
    'half of it': good.subarray(0, good.length >> 1),
    'a length beyond its end': Buffer.concat([
      good.subarray(0, 4),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      good.subarray(8),
    ]),
    'another cookie': Buffer.concat([Buffer.from([0x1c, 0x84, 0x93, 0x01]), good.subarray(4)]),
    'a damaged part': Buffer.from(good.map((byte, at) => (at === 20 ? byte ^ 0xff : byte))),
    'a compressed nothing': compressed(Buffer.alloc(0)),
    'compressed zeros': compressed(Buffer.alloc(100)),
    'more than a histogram has': compressed(Buffer.alloc(2 ** 25)),
  })) {
    test(`that is ${what} is an error`, () => {
      const { name, code } = thrownBy(() => HdrHistogram.decode(encoded))
      assert.deepEqual({ name, code }, { name: 'TypeError', code: 'ERR_TALLYSTICK_ENCODING' })
    })
  }
})

describe('a series of a collector', () => {
  test('of a timing is copied in nanoseconds, in its own buckets', () => {
    const own = fresh()
    const timing = own.timing('latency')
    const nanos = wholeValues('exponential', 1000)
    for (const value of nanos) timing.observeNanos(value)
    timing.observeNanos(0)
    assert.deepEqual(contents(HdrHistogram.from(timing)), contents(filled(new HdrHistogram(), [0, ...nanos])))
    const micros = HdrHistogram.from(timing, { scale: 1e-3, quantiles: [1] })
    assert.deepEqual(micros.snapshot(), { min: 0, max: Math.round(exactQuantile(nanos, 1) / 1000), p100: micros.max })
  })

  test('is copied with the precision of its family', () => {
    const own = fresh()
    const timing = own.timing('latency')
    assert.equal(HdrHistogram.from(timing).precision, 2)
    assert.equal(HdrHistogram.from(timing.labels({ a: 1 })).precision, 1)
    assert.equal(HdrHistogram.from(own.timing({ name: 'fine', precision: 3 })).precision, 3)
    assert.deepEqual(HdrHistogram.from(timing).snapshot(), {})
  })

  test('of a histogram is copied in thousandths, or with the given scale', () => {
    const own = fresh()
    const histogram = own.histogram('ratio')
    for (const value of [0, 0.25, 0.5, 4, 2 ** -60]) histogram.observe(value)
    assert.deepEqual([HdrHistogram.from(histogram).max, HdrHistogram.from(histogram).valueAt(0.6)], [4000, 251])
    assert.equal(HdrHistogram.from(histogram, { scale: 2 ** 62 / 2 ** 20 }).max, 2 ** 44)
    assert.equal(thrownBy(() => HdrHistogram.from(histogram, { scale: 2 ** 62 })).code, 'ERR_TALLYSTICK_OPTIONS')
    assert.equal(thrownBy(() => HdrHistogram.from(histogram, { scale: 0 })).code, 'ERR_TALLYSTICK_OPTIONS')
    histogram.observe(2 ** 50)
    const { code, message } = thrownBy(() => HdrHistogram.from(histogram))
    assert.equal(code, 'ERR_TALLYSTICK_OPTIONS')
    assert.match(message, /values go up to 1125899906842624, .*the default is 1000/)
  })

  test('must be a timing, or a histogram without buckets', () => {
    const own = fresh()
    const bounded = own.histogram({ name: 'b', buckets: [1, 2] })
    bounded.observe(1)
    for (const instrument of [bounded, own.counter('c'), own.gauge('g'), {}, null, undefined, 'latency']) {
      const { name, code } = thrownBy(() => HdrHistogram.from(instrument))
      assert.deepEqual({ name, code }, { name: 'TypeError', code: 'ERR_TALLYSTICK_VALUE' })
    }
  })

  test('of two processes, with all their threads, is merged in a third', () => {
    const recorder = path.join(__dirname, '..', 'workers', 'encoding.js')
    const run = () => JSON.parse(execFileSync(process.execPath, [recorder], { encoding: 'utf8' }))
    const merged = {
      latency: new HdrHistogram(),
      labelled: new HdrHistogram({ precision: 1 }),
      bytes: new HdrHistogram(),
    }
    for (const encodings of [run(), run()]) {
      for (const [name, histogram] of Object.entries(merged)) histogram.merge(HdrHistogram.decode(encodings[name]))
    }
    const expected = { latency: new HdrHistogram(), labelled: new HdrHistogram({ precision: 1 }) }
    for (let at = 1; at <= 1000; at++) {
      expected.latency.record(at * 1000, 2)
      expected.labelled.record(at, 2)
    }
    for (const name of Object.keys(expected)) {
      const { count, mean, stdev } = merged[name]
      assert.deepEqual([count, mean, stdev], [2000, expected[name].mean, expected[name].stdev])
    }
    assert.equal(merged.bytes.count, 2000)
    assert.ok(Math.abs(merged.bytes.valueAt(0.5) / (500_000 / 8) - 1) < 0.01)
  })
})
