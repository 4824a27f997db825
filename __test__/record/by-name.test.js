'use strict'

// Recording gauges and histograms by name, and gauges that are no finite number in every reading.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { textOf } = require('../support/exposition-samples')
const { fresh, samples, thrownBy } = require('../support/metrics')

describe('metrics.set', () => {
  test('sets the gauge with this name, with and without labels', () => {
    const own = fresh()
    own.set('a', 3)
    own.set('a', 4)
    own.set('a', 5, { x: 1 })
    own.set('a', 6, { x: 1 })
    own.set('b', 7, { x: 1 })
    own.set('a', 8, null)
    assert.deepEqual(own.snapshot().gauges, { a: 8, 'a{x="1"}': 6, 'b{x="1"}': 7 })
    assert.equal(own.gauge('a').value(), 8)
  })

  test('refuses wrong values, labels and names, and makes no gauge', () => {
    const own = fresh()
    for (const [call, code] of [
      [() => own.set('a', '1'), 'VALUE'],
      [() => own.set('a'), 'VALUE'],
      [() => own.set('a', { x: 1 }), 'VALUE'],
      [() => own.set('a', '1', { x: 1 }), 'VALUE'],
      [() => own.set('a', 1, 'x'), 'LABELS'],
      [() => own.set('a', 1, [1]), 'LABELS'],
      [() => own.set('', 1), 'NAME'],
      [() => own.set(undefined, 1, { x: 1 }), 'NAME'],
    ]) {
      assert.equal(thrownBy(call).code, `ERR_TALLYSTICK_${code}`)
    }
    assert.deepEqual(own.readSync(), [])
    assert.match(thrownBy(() => own.set('a', { x: 1 })).message, /third argument of metrics\.inc, set, observe/)
  })
})

describe('metrics.observe', () => {
  test('records in the histogram with this name, with and without labels', () => {
    const own = fresh()
    own.observe('a', 3)
    own.observe('a', 4)
    own.observe('a', 5, { x: 1 })
    own.observe('b', 6, { x: 1 })
    own.histogram({ name: 'bounded', buckets: [-1, 1] })
    own.observe('bounded', -5)
    own.observe('bounded', -5, { x: 1 })
    const { histograms } = own.snapshot()
    const sums = Object.fromEntries(Object.entries(histograms).map(([key, { sum, count }]) => [key, [sum, count]]))
    assert.deepEqual(sums, {
      a: [7, 2],
      'a{x="1"}': [5, 1],
      'b{x="1"}': [6, 1],
      bounded: [-5, 1],
      'bounded{x="1"}': [-5, 1],
    })
  })

  test('refuses wrong values, labels and names, and makes no histogram', () => {
    const own = fresh()
    own.histogram('known')
    own.gauge('first').set(0)
    const before = textOf(own.prometheusSync().body)
    for (const [call, code] of [
      [() => own.observe('a', '1'), 'VALUE'],
      [() => own.observe('a', Number.NaN), 'VALUE'],
      [() => own.observe('a', -1), 'VALUE'],
      [() => own.observe('a', -1, { x: 1 }), 'VALUE'],
      [() => own.observe('known', -1), 'VALUE'],
      [() => own.observe('known', -1, { x: 1 }), 'VALUE'],
      [() => own.observe('a', 1, 'x'), 'LABELS'],
      [() => own.observe('', 1), 'NAME'],
      [() => own.observe('', -1), 'NAME'],
    ]) {
      assert.equal(thrownBy(call).code, `ERR_TALLYSTICK_${code}`)
    }
    assert.equal(textOf(own.prometheusSync().body), before)
  })
})

describe('a gauge that is not finite', () => {
  for (const merge of ['sum', 'min', 'max', 'last']) {
    test(`is shown as it is in every reading, and an unset one is absent, with merge ${merge}`, async () => {
      const own = fresh()
      const gauge = own.gauge({ name: 'a', merge })
      const values = { nan: Number.NaN, up: Infinity, down: -Infinity, zero: 0 }
      gauge.labels({ x: 'unset' })
      for (const [x, value] of Object.entries(values)) gauge.labels({ x }).set(value)
      const byKey = Object.fromEntries(Object.entries(values).map(([x, value]) => [`a{x="${x}"}`, value]))
      assert.deepEqual(own.snapshot().gauges, byKey)
      assert.deepEqual(samples(own), byKey)
      for (const [family] of [own.readSync(), await own.read()]) {
        assert.deepEqual(Object.fromEntries(family.series.map(({ labels, value }) => [labels.x, value])), values)
      }
      assert.match(textOf((await own.prometheus()).body), /a\{x="nan"\} NaN\na\{x="up"\} \+Inf\na\{x="down"\} -Inf\n/)
      assert.deepEqual(JSON.parse(Buffer.from(await own.json())).gauges, {
        'a{x="nan"}': null,
        'a{x="up"}': null,
        'a{x="down"}': null,
        'a{x="zero"}': 0,
      })
      assert.equal(gauge.labels({ x: 'unset' }).value(), undefined)
      assert.deepEqual([own.value('a', { x: 'nan' }), own.value('a', { x: 'up' })], [Number.NaN, Infinity])
      // from there on it may be finite again
      gauge.labels({ x: 'nan' }).set(1)
      gauge.labels({ x: 'nan' }).inc()
      assert.equal(gauge.labels({ x: 'nan' }).value(), 2)
    })
  }
})
