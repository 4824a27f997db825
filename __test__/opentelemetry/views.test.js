'use strict'

// Views of a MeterProvider: names, attributes, aggregations and limits.

const assert = require('node:assert/strict')
const { afterEach, describe, test } = require('node:test')
const { Collector } = require('../..')
const { MeterProvider, MetricProducer } = require('../../opentelemetry')
const { thrownBy } = require('../support/metrics')
const { forgetLogged, fresh, logged } = require('../support/opentelemetry')

afterEach(forgetLogged)

describe('views', () => {
  test('rename, describe, and choose buckets', async () => {
    const { meter, samples, text } = fresh({
      views: [
        {
          instrumentName: 'work',
          name: 'work.time',
          description: 'Time',
          aggregation: { type: 4, options: { boundaries: [1, 5, Number.POSITIVE_INFINITY] } },
        },
      ],
    })
    meter.createHistogram('work').record(3)
    assert.deepEqual(Object.keys(await samples()), [
      'work_time_bucket{le="1"}',
      'work_time_bucket{le="5"}',
      'work_time_bucket{le="+Inf"}',
      'work_time_sum',
      'work_time_count',
    ])
    assert.match(await text(), /# HELP work_time Time/)
  })

  test('attributes are dropped before they are looked up: any number of values costs nothing', async () => {
    const { meter, samples } = fresh({
      views: [
        { instrumentName: 'a', excludedAttributeKeys: ['user.id'] },
        { instrumentName: 'b', attributeKeys: ['x'] },
        { instrumentName: 'c', attributeKeys: [] },
        { instrumentName: 'd', attributesProcessors: [{ process: ({ x }) => ({ x }) }] },
      ],
    })
    for (const name of ['a', 'b', 'c', 'd']) {
      const counter = meter.createCounter(name)
      for (let id = 0; id < 5000; id++) counter.add(1, { x: 1, 'user.id': id })
    }
    const total = meter.createObservableCounter('b')
    total.addCallback((result) => {
      result.observe(1, { x: 2, y: 1 })
      result.observe(2, { x: 2, y: 2 })
    })
    assert.deepEqual(await samples(), {
      'a_total{x="1"}': 5000,
      'b_total{x="1"}': 5000,
      'b_total{x="2"}': 3,
      c_total: 5000,
      'd_total{x="1"}': 5000,
    })
  })

  test('other aggregations record in their way', async () => {
    const { meter, samples, collector } = fresh({
      views: [
        { instrumentName: 'dropped.*', aggregation: 'drop' },
        { instrumentName: 'sum', aggregation: { type: 2 } },
        { instrumentName: 'last', aggregation: { type: 'lastValue' } },
        { instrumentName: 'exp', aggregation: { type: 5 } },
        { instrumentName: 'spread', aggregation: { type: 4, options: { boundaries: [1] } } },
      ],
    })
    meter.createCounter('dropped.a').add(1)
    meter.createCounter('dropped.a').bind({}).add(1)
    meter.createObservableGauge('dropped.b').addCallback((result) => result.observe(1))
    for (const value of [2, 3]) {
      meter.createHistogram('sum').record(value)
      meter.createCounter('last').add(value)
      meter.createHistogram('exp').record(value)
    }
    meter.createObservableGauge('spread').addCallback((result) => result.observe(7))
    const found = await samples()
    assert.deepEqual([found.sum_total, found.last, found.exp_count, found.spread_count], [5, 3, 2, 1])
    assert.ok(!Object.keys(found).some((name) => name.startsWith('dropped')))
    const { resourceMetrics } = await new MetricProducer({ collector }).collect()
    const exp = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .find(({ descriptor }) => descriptor.name === 'exp')
    assert.deepEqual([exp.dataPointType, exp.dataPoints[0].value.count], [1, 2])
  })

  test('several views of an instrument are several metrics, selected by all that is given', async () => {
    const { provider, samples } = fresh({
      views: [
        { instrumentName: 'A*', meterName: 'one', name: undefined, attributeKeys: [] },
        { instrumentName: 'ab', instrumentType: 'COUNTER', name: 'renamed' },
        { instrumentUnit: 'By', meterVersion: '2', aggregation: 'drop' },
      ],
    })
    provider.getMeter('one').createCounter('ab').add(1, { x: 1 })
    provider.getMeter('one').createCounter('ab').bind({ x: 1 }).add(1)
    provider.getMeter('two', '2').createCounter('size', { unit: 'By' }).add(1)
    provider.getMeter('two', '3').createCounter('size', { unit: 'By' }).add(1)
    assert.deepEqual(await samples(), {
      'ab_total{otel_scope_name="one"}': 2,
      'renamed_total{otel_scope_name="one",x="1"}': 2,
      'size_bytes_total{otel_scope_name="two",otel_scope_version="3"}': 1,
    })
  })

  test('sets of attributes beyond the limit are counted together', async () => {
    const { provider, meter, samples } = fresh({
      cardinalityLimit: 4,
      views: [{ instrumentName: 'b', aggregationCardinalityLimit: 3 }],
    })
    for (const name of ['a', 'b']) {
      const counter = meter.createCounter(name)
      for (let round = 0; round < 2; round++) for (let x = 0; x < 10; x++) counter.add(1, { x })
    }
    const found = await samples()
    assert.equal(found['a_total{otel_metric_overflow="true"}'], 14)
    assert.equal(found['b_total{otel_metric_overflow="true"}'], 16)
    assert.equal(Object.keys(found).length, 7)
    const usual = new MeterProvider({ collector: new Collector(), resource: {} }).getMeter('').createCounter('a')
    for (let x = 0; x < 2500; x++) usual.add(1, { x })
    await provider.forceFlush()
  })

  test('observed sets beyond the limit are added up, and leave when none is observed', async () => {
    const { meter, samples } = fresh({ cardinalityLimit: 3 })
    let sets = 5
    let value = 10
    for (const type of ['ObservableCounter', 'ObservableUpDownCounter', 'ObservableGauge']) {
      meter[`create${type}`](type.toLowerCase()).addCallback((result) => {
        for (let x = 0; x < sets; x++) result.observe(value + x, { x })
      })
    }
    for (let reading = 0; reading < 3; reading++) {
      const found = await samples()
      assert.equal(found['observablecounter_total{otel_metric_overflow="true"}'], 12 + 13 + 14)
      assert.equal(found['observableupdowncounter{otel_metric_overflow="true"}'], 12 + 13 + 14)
      assert.equal(found['observablegauge{otel_metric_overflow="true"}'], 14)
    }
    value = 20
    assert.equal((await samples())['observablecounter_total{otel_metric_overflow="true"}'], 22 + 23 + 24)
    sets = 2
    assert.deepEqual(
      Object.keys(await samples()).filter((name) => name.includes('overflow')),
      [],
    )
    sets = 3
    const found = await samples()
    assert.equal(found['observablegauge{otel_metric_overflow="true"}'], 22)
    assert.equal(found['observableupdowncounter{otel_metric_overflow="true"}'], 22)
    // which of its sets are observed again is not known
    assert.equal(found['observablecounter_total{otel_metric_overflow="true"}'], 22 + 23 + 24)
  })

  test("a provider's limit applies to views without one", async () => {
    const { meter, samples } = fresh({ cardinalityLimit: 3, views: [{ instrumentName: 'a', description: 'viewed' }] })
    const counter = meter.createCounter('a')
    for (let x = 0; x < 10; x++) counter.add(1, { x })
    assert.equal((await samples())['a_total{otel_metric_overflow="true"}'], 8)
  })

  test('a value that a view cannot record is a diagnostic, and harms nothing else', async () => {
    const views = [{ instrumentName: 'spread*', aggregation: { type: 5 } }]
    const { meter, samples } = fresh({ views })
    meter.createUpDownCounter('spread').bind({}).add(-1)
    const [spread, gauge] = [meter.createObservableUpDownCounter('spread.seen'), meter.createObservableGauge('gauge')]
    let isSeen = true
    meter.addBatchObservableCallback(
      (result) => {
        result.observe(spread, -1)
        if (isSeen) result.observe(gauge, 1, { x: 1 })
      },
      [spread, gauge],
    )
    assert.equal((await samples())['gauge{x="1"}'], 1)
    isSeen = false
    assert.equal((await samples())['gauge{x="1"}'], undefined)
    assert.deepEqual(logged.length, 3, logged.join())
  })

  test('a series whose first observation a view cannot record takes no room', async () => {
    const views = [{ instrumentName: 'spread', aggregation: { type: 5 } }]
    const { meter, samples } = fresh({ views, cardinalityLimit: 3 })
    let reading = 0
    meter.createObservableGauge('spread').addCallback((result) => {
      reading++
      result.observe(reading < 9 ? -1 : 1, { reading })
    })
    for (let at = 1; at < 9; at++) assert.deepEqual(await samples(), {})
    assert.equal((await samples())['spread_count{reading="9"}'], 1)
  })

  test('a reader that fails at shutdown does not keep callbacks alive', async () => {
    const reader = { setMetricProducer() {}, forceFlush() {}, shutdown: () => Promise.reject(new Error('cannot')) }
    const { provider, meter, samples } = fresh({ readers: [reader] })
    let calls = 0
    meter.createObservableGauge('a').addCallback(() => void calls++)
    await samples()
    await assert.rejects(provider.shutdown(), /cannot/)
    await samples()
    assert.equal(calls, 1)
  })

  for (const view of [
    {},
    { name: 'x' },
    { name: 'x', instrumentName: 'a*' },
    { instrumentName: 'a', aggregation: { type: 9 } },
    { instrumentName: 'a', aggregation: null },
    { instrumentName: 'a', aggregation: { type: 4, options: { boundaries: [2, 1] } } },
    { instrumentName: 5 },
    { instrumentName: 'a', name: '' },
    { instrumentName: 'a', description: 1 },
    { instrumentName: 'a', attributeKeys: 'x' },
    { instrumentName: 'a', attributesProcessors: [1] },
    { instrumentName: 'a', aggregationCardinalityLimit: 0 },
    null,
  ]) {
    test(`a view ${JSON.stringify(view)} throws`, () => {
      assert.equal(thrownBy(() => new MeterProvider({ views: [view] })).code, 'ERR_TALLYSTICK_OPTIONS')
    })
  }
})
