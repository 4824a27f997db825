'use strict'

// Counters, gauges, histograms and summaries with prom-client's interface.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { metrics } = require('../..')
const { Counter, Gauge, Histogram, Registry, Summary, register } = require('../../prom-client')

const OPEN_METRICS = Registry.OPENMETRICS_CONTENT_TYPE
const help = 'Help'

/** Registries of their own, so that tests do not share metrics. @param {string} [type] */
function fresh(type) {
  const registry = new Registry(type)
  return { registers: [registry], registry }
}

/** The values of a metric without what is undefined. @param {any} metric */
async function valuesOf(metric) {
  return JSON.parse(JSON.stringify((await metric.get()).values))
}

/** The lines of the samples. @param {any} registry */
async function samples(registry) {
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

describe('a counter', () => {
  test('counts by 1 or by an amount, with labels as an object or as values in order', async () => {
    const { registers } = fresh()
    const plain = new Counter({ name: 'a', help, registers })
    plain.inc()
    plain.inc(null)
    plain.inc(0)
    plain.inc(2.5)
    assert.deepEqual(await valuesOf(plain), [{ value: 4.5, labels: {} }])
    const labelled = new Counter({ name: 'b', help, registers, labelNames: ['method', 'code'] })
    labelled.inc({ code: 200, method: 'GET' })
    labelled.labels('GET', 200).inc(2)
    labelled.labels({ method: 'GET', code: '200' }).inc()
    labelled.inc({ method: 'POST' }, 7)
    assert.deepEqual(await valuesOf(labelled), [
      { value: 4, labels: { code: 200, method: 'GET' } },
      { value: 7, labels: { method: 'POST' } },
    ])
  })

  test('counts without arguments after each way to lose its series', async () => {
    const { registers, registry } = fresh()
    const counter = new Counter({ name: 'a', help, registers })
    const value = async () => (await counter.get()).values.map((/** @type {any} */ shown) => shown.value)
    /** In a loop that V8 compiles. @param {number} times */
    const count = (times) => {
      for (let time = 0; time < times; time++) counter.inc()
    }
    count(100_000)
    assert.deepEqual(await value(), [100_000])
    counter.reset()
    assert.deepEqual(await value(), [0])
    count(20_000)
    counter.inc(0.5)
    assert.deepEqual(await value(), [20_000.5])
    counter.remove()
    assert.deepEqual(await value(), [])
    count(3)
    assert.deepEqual(await value(), [3])
    registry.removeSingleMetric('a')
    const next = new Counter({ name: 'a', help, registers })
    count(4)
    next.inc()
    assert.deepEqual(await value(), [7])
    assert.deepEqual(await samples(registry), ['a 1'])
  })

  test('asks for exemplars from the time when its collector has a function for them', () => {
    const counter = new Counter({ name: 'asked', help })
    counter.inc()
    let asked = 0
    metrics.collector.setExemplars(() => {
      asked++
      return undefined
    })
    counter.inc()
    metrics.collector.setExemplars(null)
    counter.inc()
    register.removeSingleMetric('asked')
    assert.equal(asked, 1)
  })

  test('shows a series of labels only once it is counted', async () => {
    const counter = new Counter({ name: 'a', help, ...fresh(), labelNames: ['x'] })
    const one = counter.labels('1')
    counter.labels('2').inc()
    one.inc(0)
    assert.deepEqual(await valuesOf(counter), [
      { value: 1, labels: { x: '2' } },
      { value: 0, labels: { x: '1' } },
    ])
  })

  test('rejects negative amounts and what is no number, with the messages that programs know', async () => {
    const counter = new Counter({ name: 'a', help, ...fresh(), labelNames: ['x'] })
    assert.throws(() => counter.inc(-1), new Error('It is not possible to decrease a counter'))
    assert.throws(() => counter.inc({ x: 1 }, -1), new Error('It is not possible to decrease a counter'))
    assert.throws(() => counter.inc('3ms'), new TypeError('Value is not a valid number: 3ms'))
    assert.throws(() => counter.inc({ x: 1 }, Number.NaN), new TypeError('Value is not a valid number: NaN'))
    const unknown = new Error(`Added label "y" is not included in initial labelset: [ 'x' ]`)
    assert.throws(() => counter.inc({ y: 1 }), unknown)
    assert.throws(() => counter.remove({ y: 1 }), unknown)
    const wrongCount = /^Error: Invalid number of arguments \(2\): "1, 2" for label names \(1\): "x"\.$/
    assert.throws(() => counter.labels('1', '2'), wrongCount)
    assert.throws(() => counter.remove('1', '2'), wrongCount)
    assert.deepEqual(await valuesOf(counter), [])
  })

  test('has no limit of label sets', async () => {
    const counter = new Counter({ name: 'a', help, ...fresh(), labelNames: ['x'] })
    for (let at = 0; at < 12_000; at++) counter.inc({ x: `${at}` })
    const values = (await counter.get()).values
    assert.equal(values.length, 12_000)
    assert.deepEqual(JSON.parse(JSON.stringify(values.at(-1))), { value: 1, labels: { x: '11999' } })
  })

  test('starts over after a reset, and loses removed series', async () => {
    const { registers } = fresh()
    const plain = new Counter({ name: 'a', help, registers })
    const labelled = new Counter({ name: 'b', help, registers, labelNames: ['x', 'y'] })
    plain.inc(5)
    plain.reset()
    assert.deepEqual(await valuesOf(plain), [{ value: 0, labels: {} }])
    plain.inc()
    assert.deepEqual(await valuesOf(plain), [{ value: 1, labels: {} }])
    labelled.inc({ x: 1, y: 1 })
    labelled.inc({ x: 1 })
    labelled.remove({ x: 1 })
    assert.deepEqual(await valuesOf(labelled), [{ value: 1, labels: { x: 1, y: 1 } }])
    labelled.remove('1', '1')
    assert.deepEqual(await valuesOf(labelled), [])
    const kept = labelled.labels('2', '2')
    kept.inc()
    labelled.reset()
    kept.inc()
    assert.deepEqual(await valuesOf(labelled), [{ value: 1, labels: { x: '2', y: '2' } }])
  })

  test('has the exemplar of its latest count that came with one', async () => {
    const { registers, registry } = fresh(OPEN_METRICS)
    const counter = new Counter({ name: 'a_total', help, registers, labelNames: ['x'], enableExemplars: true })
    const before = Date.now() / 1000
    counter.inc({ labels: { x: 'y' }, value: 2, exemplarLabels: { trace: 't"1' } })
    counter.inc({ labels: { x: 'y' } })
    const [{ exemplar, value }] = (await counter.get()).values
    assert.equal(value, 3)
    assert.deepEqual([exemplar.labelSet, exemplar.value], [{ trace: 't"1' }, 2])
    assert.ok(exemplar.timestamp >= before && exemplar.timestamp <= Date.now() / 1000)
    assert.deepEqual(await samples(registry), [`a_total{x="y"} 3 # {trace="t\\"1"} 2 ${exemplar.timestamp}`])
    const long = { labels: { x: 'y' }, exemplarLabels: { trace: 'x'.repeat(130) } }
    assert.throws(() => counter.inc(long), RangeError)
    counter.reset()
    counter.inc({ labels: { x: 'y' } })
    assert.equal((await counter.get()).values[0].exemplar, undefined)
    const only = new TypeError('Exemplars are supported only on OpenMetrics registries')
    assert.throws(() => new Counter({ name: 'b', help, ...fresh(), enableExemplars: true }), only)
  })
})

describe('a gauge', () => {
  test('is set, goes up and down, and takes any number', async () => {
    const { registers, registry } = fresh()
    const gauge = new Gauge({ name: 'a', help, registers })
    assert.deepEqual(await samples(registry), ['a 0'])
    gauge.set(10)
    gauge.inc()
    gauge.inc(5)
    gauge.dec(2)
    gauge.dec()
    assert.deepEqual(await valuesOf(gauge), [{ value: 13, labels: {} }])
    gauge.inc(Infinity)
    assert.deepEqual(await samples(registry), ['a +Inf'])
    gauge.set(Number.NaN)
    assert.deepEqual(await samples(registry), ['a Nan'])
    assert.throws(() => gauge.set('asd'), new TypeError('Value is not a valid number: asd'))
    assert.throws(() => gauge.inc('2'), new TypeError('Delta is not a valid number: 2'))
    gauge.reset()
    assert.deepEqual(await samples(registry), ['a 0'])
    gauge.remove()
    assert.deepEqual(await samples(registry), [])
  })

  test('has series of labels, times of the day and durations', async () => {
    const gauge = new Gauge({ name: 'a', help, ...fresh(), labelNames: ['x', 'y'] })
    const before = Date.now() / 1000
    gauge.setToCurrentTime({ x: 'now' })
    gauge.labels('1', '2').set(4)
    gauge.labels({ x: 1, y: 2 }).inc(1)
    gauge.labels('1', '2').dec()
    const end = gauge.startTimer({ x: 'timer' })
    const seconds = end({ y: 'end' })
    const [now, set, timed] = (await gauge.get()).values
    assert.ok(now.value >= before && now.value <= Date.now() / 1000)
    assert.deepEqual(JSON.parse(JSON.stringify(set)), { value: 4, labels: { x: '1', y: '2' } })
    assert.deepEqual(timed, { value: seconds, labels: { x: 'timer', y: 'end' } })
    assert.ok(seconds >= 0 && seconds < 60)
    assert.equal(gauge._getValue({ x: '1', y: '2' }), 4)
    assert.equal(gauge._getValue({ x: 'none' }), 0)
  })

  test('shows the values of labels as they were first given', async () => {
    const gauge = new Gauge({ name: 'a', help, ...fresh(), labelNames: ['x', 'y'] })
    const shown = async () => (await gauge.get()).values.map(({ labels }) => ({ ...labels }))
    gauge.inc({ x: 1, y: 'one' })
    gauge.inc({ x: '1', y: 'one' })
    gauge.inc({ x: '2', y: 'two' })
    gauge.inc({ x: 2, y: 'two' })
    assert.deepEqual(await shown(), [
      { x: 1, y: 'one' },
      { x: '2', y: 'two' },
    ])
    gauge.remove(1, 'one')
    gauge.remove('2', 'two')
    gauge.inc({ x: '1', y: 'one' })
    gauge.inc({ x: 2, y: 'two' })
    assert.deepEqual(await shown(), [
      { x: '1', y: 'one' },
      { x: 2, y: 'two' },
    ])
  })
})

describe('a histogram', () => {
  test('counts values at or below its bounds, exactly', async () => {
    const { registers, registry } = fresh()
    const histogram = new Histogram({ name: 'a', help, registers, buckets: [-1.5, 0.1, 0.3] })
    // 0.1 + 0.2 is above 0.3
    for (const value of [0.1, 0.3, 0.1 + 0.2, -1.5, -2, 0]) histogram.observe(value)
    assert.deepEqual(await samples(registry), [
      'a_bucket{le="-1.5"} 2',
      'a_bucket{le="0.1"} 4',
      'a_bucket{le="0.3"} 5',
      'a_bucket{le="+Inf"} 6',
      `a_sum ${0.1 + 0.3 + (0.1 + 0.2) - 1.5 - 2}`,
      'a_count 6',
    ])
  })

  test('has the default bounds, and is shown with 0 until its first reset', async () => {
    const histogram = new Histogram({ name: 'a', help, ...fresh() })
    const values = (await histogram.get()).values
    assert.deepEqual(
      values.map(({ labels: { le } }) => le),
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, '+Inf', undefined, undefined],
    )
    assert.ok(values.every(({ value }) => value === 0))
    histogram.observe(1)
    histogram.reset()
    assert.deepEqual(await valuesOf(histogram), [])
    assert.throws(() => new Histogram({ name: 'b', help, ...fresh(), labelNames: ['le'] }), /le is a reserved label/)
  })

  test('observes under labels, shows series at 0, and removes them', async () => {
    const { registers, registry } = fresh()
    const histogram = new Histogram({ name: 'a', help, registers, labelNames: ['x'], buckets: [1] })
    histogram.zero({ x: 'none' })
    histogram.observe({ x: 'b' }, 2)
    histogram.labels('b').observe(0.5)
    assert.deepEqual(await samples(registry), [
      'a_bucket{le="1",x="none"} 0',
      'a_bucket{le="+Inf",x="none"} 0',
      'a_sum{x="none"} 0',
      'a_count{x="none"} 0',
      'a_bucket{le="1",x="b"} 1',
      'a_bucket{le="+Inf",x="b"} 2',
      'a_sum{x="b"} 2.5',
      'a_count{x="b"} 2',
    ])
    histogram.remove('none')
    histogram.zero({ x: 'b' })
    const [bucket] = await valuesOf(histogram)
    assert.deepEqual(bucket, { labels: { le: 1, x: 'b' }, value: 0, metricName: 'a_bucket', exemplar: null })
    assert.throws(() => histogram.observe({ x: 'b' }), new TypeError('Value is not a valid number: undefined'))
    assert.throws(() => histogram.observe('asd'), new TypeError('Value is not a valid number: asd'))
    assert.throws(() => histogram.zero({ y: 1 }), /Added label "y"/)
  })

  test('times functions in seconds, with labels at the start and at the end', async () => {
    const histogram = new Histogram({ name: 'a', help, ...fresh(), labelNames: ['x', 'y'] })
    const start = { x: 'first' }
    const seconds = histogram.startTimer(start)({ x: 'last', y: 'end' })
    histogram.labels({ x: 'bound' }).startTimer()({ y: 'end' })
    histogram.startTimer()()
    const sums = (await histogram.get()).values.filter(({ metricName }) => metricName === 'a_sum')
    assert.deepEqual(
      sums.map(({ labels }) => labels),
      [{ x: 'last', y: 'end' }, { x: 'bound', y: 'end' }, {}],
    )
    assert.equal(sums[0].value, seconds)
    assert.deepEqual(start, { x: 'first' })
  })

  test('has an exemplar in each bucket', async () => {
    const { registers, registry } = fresh(OPEN_METRICS)
    const histogram = new Histogram({ name: 'a', help, registers, buckets: [1, 2], enableExemplars: true })
    histogram.observe({ value: 0.5, exemplarLabels: { trace: '1' } })
    histogram.observe({ value: 3, exemplarLabels: { trace: '3' } })
    histogram.observe({ value: 4 })
    histogram.startTimer(undefined, { trace: 'timer' })(undefined, { span: 's' })
    const exemplars = (await histogram.get()).values.map(({ exemplar }) => exemplar?.labelSet)
    assert.deepEqual(exemplars, [{ trace: 'timer', span: 's' }, undefined, { trace: '3' }, undefined, undefined])
    assert.match((await samples(registry))[2], /^a_bucket\{le="\+Inf"\} 4 # \{trace="3"\} 3 \d+/)
  })
})

describe('a summary', () => {
  test('has quantiles of its values, and their sum and number', async () => {
    const summary = new Summary({ name: 'a', help, ...fresh(), percentiles: [0.9, 0.5] })
    assert.deepEqual(
      (await summary.get()).values.map(({ value }) => value),
      [0, 0, 0, 0],
    )
    for (let value = 1; value <= 1000; value++) summary.observe(value)
    const [median, ninety, sum, count] = await valuesOf(summary)
    assert.deepEqual([median.labels, ninety.labels], [{ quantile: 0.5 }, { quantile: 0.9 }])
    assert.ok(Math.abs(median.value / 500 - 1) < 0.008, `${median.value}`)
    assert.ok(Math.abs(ninety.value / 900 - 1) < 0.008, `${ninety.value}`)
    assert.deepEqual(sum, { metricName: 'a_sum', labels: {}, value: 500500 })
    assert.deepEqual(count, { metricName: 'a_count', labels: {}, value: 1000 })
    assert.throws(
      () => new Summary({ name: 'b', help, ...fresh(), labelNames: ['quantile'] }),
      /quantile is a reserved/,
    )
    assert.throws(() => summary.observe('x'), TypeError)
  })

  test('takes negative values, whose sum is exact', async () => {
    const summary = new Summary({ name: 'a', help, ...fresh(), percentiles: [0.5] })
    for (const value of [-5, -1, 3]) summary.observe(value)
    const [median, sum, count] = (await summary.get()).values.map(({ value }) => value)
    assert.deepEqual([median, sum, count], [0, -3, 3])
  })

  test('shows its series with 0 after a reset, and loses removed ones', async () => {
    const { registers, registry } = fresh()
    const summary = new Summary({ name: 'a', help, registers, labelNames: ['x'], percentiles: [1] })
    summary.observe({ x: 1 }, 5)
    summary.labels('2').observe(7)
    summary.labels({ x: 3 }).startTimer()()
    summary.remove('3')
    assert.deepEqual(await samples(registry), [
      'a{quantile="1",x="1"} 5',
      'a_sum{x="1"} 5',
      'a_count{x="1"} 1',
      'a{quantile="1",x="2"} 7',
      'a_sum{x="2"} 7',
      'a_count{x="2"} 1',
    ])
    summary.reset()
    assert.deepEqual(
      (await samples(registry)).filter((line) => !line.endsWith(' 0')),
      [],
    )
    assert.equal((await samples(registry)).length, 6)
  })

  test('forgets values that are older than its window, and then its series if it is to', async () => {
    const options = { help, labelNames: ['x'], percentiles: [1], maxAgeSeconds: 0.2, ageBuckets: 2 }
    const { registers } = fresh()
    const kept = new Summary({ ...options, name: 'a', registers })
    const pruned = new Summary({ ...options, name: 'b', registers, pruneAgedBuckets: true })
    for (const each of [kept, pruned]) each.observe({ x: 1 }, 5)
    assert.equal((await valuesOf(pruned)).length, 3)
    const deadline = performance.now() + 60_000
    while ((await valuesOf(pruned)).length > 0 && performance.now() < deadline);
    assert.deepEqual(await valuesOf(pruned), [])
    assert.deepEqual(
      (await kept.get()).values.map(({ value }) => value),
      [0, 5, 1],
    )
  })
})

describe('a metric', () => {
  test('needs a legal name, a help text and legal label names', () => {
    const make = (/** @type {any} */ options) => () => new Counter(options)
    for (const [options, message] of [
      [undefined, 'constructor expected a config object'],
      [{ name: 'a' }, 'Missing mandatory help parameter'],
      [{ help }, 'Missing mandatory name parameter'],
      [{ name: 'a-b', help }, 'Invalid metric name: a-b'],
      [{ name: 'a', help, labelNames: ['x', '1y'] }, 'At least one label name is invalid: 1y'],
      [{ name: 'a', help, collect: 1 }, 'Optional "collect" parameter must be a function'],
    ]) {
      assert.throws(make(options && { ...fresh(), ...options }), { message })
    }
  })

  test('takes what prom-client takes: odd labels, bounds, percentiles and windows', async () => {
    const { registers, registry } = fresh()
    const counter = new Counter({ name: 'c', help, registers, labelNames: ['x'] })
    counter.inc(Object.create({ x: 'inherited' }))
    counter.inc(/** @type {any} */ (new Map()))
    const none = new Histogram({ name: 'h', help, registers, buckets: [] })
    none.observe(3)
    const unsorted = new Histogram({ name: 'u', help, registers, buckets: [5, 1, 1, Infinity] })
    unsorted.observe(3)
    const summary = new Summary({ name: 's', help, registers, percentiles: [] })
    summary.observe(3)
    new Gauge({ name: 'g', help, registers, aggregator: /** @type {any} */ ('toString') }).set(1)
    assert.deepEqual(await samples(registry), [
      'c{x="inherited"} 1',
      'c 1',
      'h_bucket{le="+Inf"} 1',
      'h_sum 3',
      'h_count 1',
      'u_bucket{le="1"} 0',
      'u_bucket{le="5"} 1',
      'u_bucket{le="+Inf"} 1',
      'u_sum 3',
      'u_count 1',
      's_sum 3',
      's_count 1',
      'g 1',
    ])
    const many = Array.from({ length: 2000 }, (_, at) => at)
    const fine = new Histogram({ name: 'many', help, ...fresh(), buckets: many })
    fine.observe(1500.5)
    assert.equal(
      (await fine.get()).values.filter(({ value, metricName }) => metricName?.endsWith('bucket') && value === 1).length,
      500,
    )
    const window = { maxAgeSeconds: /** @type {any} */ ('600'), ageBuckets: 5000 }
    new Summary({ name: 'w', help, ...fresh(), ...window }).observe(1)
  })

  test('is collected before each reading, with itself as this, also by a promise', async () => {
    const { registers, registry } = fresh()
    let calls = 0
    new Gauge({
      name: 'a',
      help,
      registers,
      collect() {
        this.set(++calls)
      },
    })
    const slow = new Gauge({
      name: 'b',
      help,
      registers,
      async collect() {
        await undefined
        this.set(5)
      },
    })
    assert.deepEqual(await samples(registry), ['a 1', 'b 5'])
    await registry.getMetricsAsJSON()
    await slow.get()
    assert.deepEqual(await samples(registry), ['a 3', 'b 5'])
    const failing = () => Promise.reject(new Error('no'))
    new Gauge({ name: 'c', help, registers, collect: failing })
    await assert.rejects(registry.metrics(), new Error('no'))
    await assert.rejects(registry.getMetricsAsJSON(), new Error('no'))
  })
})
