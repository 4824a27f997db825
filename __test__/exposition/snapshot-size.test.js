'use strict'

// Snapshots beyond the longest possible string, and numbers that JSON does not have. The limit is a parameter here, so that no test
// needs half a gigabyte.

const assert = require('node:assert/strict')
const { constants } = require('node:buffer')
const { describe, test } = require('node:test')
const binding = require('../../lib/native')
const { instrumentsOf } = require('../../lib/record/collector')
const { parsedSnapshot, parsedValue } = require('../../lib/record/parsing')
const { fresh, thrownBy } = require('../support/metrics')

describe('a snapshot beyond the longest possible string', () => {
  test('is an error that names the remedy', () => {
    const { name, code, message } = thrownBy(() => parsedSnapshot(() => null))
    assert.deepEqual({ name, code }, { name: 'RangeError', code: 'ERR_TALLYSTICK_SIZE' })
    assert.match(message, /use json\(\), which returns bytes/)
  })

  test('is one beyond the limit of this runtime', () => {
    parsedSnapshot((longest) => {
      assert.equal(longest, constants.MAX_STRING_LENGTH)
      return '{"gauges":{}}'
    })
  })

  test('resets nothing', () => {
    const own = fresh()
    own.inc('jobs', 3)
    own.trace('begun')
    const { reference } = instrumentsOf(own.collector)
    const window = binding.openWindow(reference)
    for (const reset of [true, false]) {
      assert.equal(binding.commonSnapshot(reference, reset, 20), null)
      assert.equal(binding.windowSnapshot(window, reset, 20), null)
    }
    own.inc('jobs', 4)
    assert.equal(JSON.parse(binding.windowSnapshot(window, true, 1e6) ?? '').counters.jobs, 7)
    const { counters, trace } = own.snapshotAndReset()
    assert.deepEqual([counters, trace.length], [{ jobs: 7 }, 1])
    assert.deepEqual(own.snapshot().counters, {})
  })
})

describe('a gauge that is not a finite number', () => {
  test('is that number in a snapshot and as a value, and null in JSON', async () => {
    const own = fresh()
    for (const sign of [1, -1]) {
      const gauge = own.gauge(sign > 0 ? 'above' : '__proto__')
      gauge.set(sign * Number.MAX_VALUE)
      gauge.inc(sign * Number.MAX_VALUE)
      assert.deepEqual([gauge.value(), gauge.labels({}).value()], Array(2).fill(sign * Number.POSITIVE_INFINITY))
    }
    const { gauges } = own.snapshot()
    assert.deepEqual(Object.entries(gauges), [
      ['__proto__', Number.NEGATIVE_INFINITY],
      ['above', Number.POSITIVE_INFINITY],
    ])
    assert.match(new TextDecoder().decode(await own.json()), /"gauges":\{"__proto__":null,"above":null\}/)
  })

  test('may be NaN', () => {
    const { gauges } = parsedSnapshot(() => '{"gauges":{"__proto__":null,"a":null,"b":-1e999,"c":5}}')
    assert.deepEqual(Object.values(gauges), [Number.NaN, Number.NaN, Number.NEGATIVE_INFINITY, 5])
    assert.equal(Object.getPrototypeOf(gauges), Object.prototype)
    assert.deepEqual([parsedValue('null'), parsedValue('1e999'), parsedValue(null)], [Number.NaN, Infinity, undefined])
  })
})
