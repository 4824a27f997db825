'use strict'

// OpenTelemetry's protobuf package decodes the messages, and finds what was recorded.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, createMetrics } = require('../..')
const { MeterProvider, MetricProducer } = require('../../opentelemetry')
const { Messages } = require('../../lib/otlp/messages')
const { instrumentsOf } = require('../../lib/record/collector')
const { random } = require('../support/oracle')
const { attributesOf, decoded, metricsOf, withPython } = require('../support/otlp')
const { takeWarnings } = require('../support/warnings')

const CUMULATIVE = 'AGGREGATION_TEMPORALITY_CUMULATIVE'
const DELTA = 'AGGREGATION_TEMPORALITY_DELTA'

/** @param {InstanceType<typeof Collector>} collector @param {any} [options] */
async function request(collector, options) {
  return decoded(await new Messages(instrumentsOf(collector), false).next({ 'service.name': 'shop' }, options))
}

/** The number of the bucket of an exponential histogram that contains a value. @param {number} value @param {number} scale */
function bucketOf(value, scale) {
  return Math.ceil(Math.log2(value) * 2 ** scale) - 1
}

describe('OTLP messages', withPython, () => {
  test('every kind of metric is the one of OTLP that means the same', async () => {
    const collector = new Collector({ labels: { region: 'eu' } })
    const own = createMetrics(collector)
    own.counter({ name: 'jobs', help: 'Jobs done', unit: '{job}' }).labels({ queue: 'mail' }).inc(3)
    own.counter('balance').inc(5)
    own.counter('balance').inc(-2)
    own.gauge({ name: 'queue.length' }).set(-7.5)
    own.timing('run_ms').observeMillis(250)
    own.histogram({ name: 'size', unit: 'By', buckets: [10, 100] }).observe(100)
    own.histogram({ name: 'size', unit: 'By', buckets: [10, 100] }).observe(1e6)
    own.histogram('ratio').observe(0)
    const before = Date.now()
    const message = await request(collector)
    const [{ resource }] = message.resourceMetrics
    assert.deepEqual(attributesOf(resource.attributes), { 'service.name': { stringValue: 'shop' } })
    const { jobs, balance, 'balance.net': net, 'queue.length': queue, run, size, ratio } = metricsOf(message)
    assert.equal(jobs.scope.name, 'tallystick')
    assert.deepEqual([jobs.description, jobs.unit], ['Jobs done', '{job}'])
    assert.deepEqual([jobs.sum.isMonotonic, jobs.sum.aggregationTemporality], [true, CUMULATIVE])
    const [job] = jobs.sum.dataPoints
    assert.equal(job.asDouble, 3)
    assert.deepEqual(attributesOf(job.attributes), { queue: { stringValue: 'mail' }, region: { stringValue: 'eu' } })
    const [start, time] = [job.startTimeUnixNano, job.timeUnixNano].map((nanos) => Number(BigInt(nanos) / 1_000_000n))
    assert.ok(start <= time && Math.abs(time - before) < 60_000, `${start} ${time} ${before}`)
    assert.equal(balance.sum.dataPoints[0].asDouble, 5)
    assert.deepEqual([net.sum.isMonotonic, net.sum.dataPoints[0].asDouble], [undefined, 3])
    assert.equal(queue.gauge.dataPoints[0].asDouble, -7.5)
    assert.equal(run.unit, 's')
    const [timed] = run.exponentialHistogram.dataPoints
    assert.deepEqual([timed.count, timed.sum, timed.min, timed.max], ['1', 0.25, 0.25, 0.25])
    const [sized] = size.histogram.dataPoints
    assert.deepEqual([sized.bucketCounts, sized.explicitBounds, sized.count], [['0', '1', '1'], [10, 100], '2'])
    assert.deepEqual([sized.sum, sized.min, sized.max], [1_000_100, 100, 1e6])
    assert.equal(ratio.exponentialHistogram.dataPoints[0].zeroCount, '1')
  })

  test('the buckets of an exponential histogram contain the values, to a bucket', async () => {
    const collector = new Collector()
    const timing = createMetrics(collector).timing({ name: 'run', precision: 2 })
    const next = random(5)
    const values = Array.from({ length: 2000 }, () => Math.round(10 ** (3 + 5 * next())))
    for (const value of values) timing.observeNanos(value)
    const [point] = metricsOf(await request(collector)).run.exponentialHistogram.dataPoints
    const { scale, positive } = point
    assert.ok(positive.bucketCounts.length <= 160)
    const counts = new Map(positive.bucketCounts.map((count, at) => [Number(positive.offset) + at, Number(count)]))
    assert.equal(
      [...counts.values()].reduce((sum, count) => sum + count),
      values.length,
    )
    // a cell that a bucket's bound cuts is divided, so counts up to a bound may differ by that cell's
    const buckets = values.map((value) => bucketOf(value / 1e9, scale))
    for (const bound of counts.keys()) {
      const upTo = [...counts].reduce((sum, [bucket, count]) => sum + (bucket <= bound ? count : 0), 0)
      const [least, most] = [-1, 1].map((slack) => buckets.filter((bucket) => bucket <= bound + slack).length)
      assert.ok(least <= upTo && upTo <= most, `${bound}: ${least} ${upTo} ${most}`)
    }
  })

  test('timings have the buckets of Prometheus where that is asked for', async () => {
    const collector = new Collector()
    createMetrics(collector)
      .timing({ name: 'run', buckets: [5, 50] })
      .observeMillis(20)
    const { run } = metricsOf(await request(collector, { explicit: true }))
    const [point] = run.histogram.dataPoints
    assert.deepEqual(
      [point.bucketCounts, point.explicitBounds],
      [
        ['0', '1', '0'],
        [0.005, 0.05],
      ],
    )
  })

  test('a window has what was recorded since the last message, and states as they are', async () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    const messages = new Messages(instrumentsOf(collector), true)
    own.counter('jobs').inc(2)
    own.gauge('queue').set(1)
    own.histogram('size').observe(4)
    const first = metricsOf(decoded(await messages.next({})))
    own.counter('jobs').inc(5)
    own.histogram('size').observe(8)
    const second = metricsOf(decoded(await messages.next({})))
    assert.deepEqual(
      [first, second].map(({ jobs }) => [jobs.sum.dataPoints[0].asDouble, jobs.sum.aggregationTemporality]),
      [
        [2, DELTA],
        [5, DELTA],
      ],
    )
    assert.equal(second.jobs.sum.dataPoints[0].startTimeUnixNano, first.jobs.sum.dataPoints[0].timeUnixNano)
    assert.deepEqual([second.size.exponentialHistogram.dataPoints[0].count], ['1'])
    assert.equal(second.queue.gauge.dataPoints[0].asDouble, 1)
    assert.deepEqual(Object.keys(metricsOf(decoded(await messages.next({})))), ['queue'])
  })

  test('values of instruments with whole numbers are integers, as far as they fit', async () => {
    const collector = new Collector()
    const meter = new MeterProvider({ collector }).getMeter('m')
    const valueType = 0
    meter.createCounter('sent', { valueType }).add(2.5)
    meter.createUpDownCounter('open', { valueType }).add(-3)
    meter.createGauge('level', { valueType }).record(2 ** 53)
    meter.createGauge('huge', { valueType }).record(2 ** 63)
    meter.createObservableCounter('read', { valueType }).addCallback((result) => result.observe(7.9))
    meter.createCounter('ratio').add(1)
    const { sent, open, level, huge, read, ratio } = metricsOf(await request(collector))
    const points = [sent.sum, open.sum, level.gauge, huge.gauge, read.sum, ratio.sum].map(({ dataPoints: [point] }) => [
      point.asInt,
      point.asDouble,
    ])
    assert.deepEqual(points, [
      ['2', undefined],
      ['-3', undefined],
      [String(2 ** 53), undefined],
      [undefined, 2 ** 63],
      ['7', undefined],
      [undefined, 1],
    ])
  })

  test('an observable counter that is not observed for a while goes on from its total and its start', async () => {
    const collector = new Collector()
    const meter = new MeterProvider({ collector }).getMeter('m')
    // so that no message is empty
    createMetrics(collector).gauge('other').set(1)
    const totals = [100, undefined, 130, 130]
    let reading = 0
    meter.createObservableCounter('read').addCallback((result) => {
      const total = totals[reading]
      if (total !== undefined) result.observe(total, { disk: 'a' })
    })
    const [cumulative, delta] = [false, true].map((isDelta) => new Messages(instrumentsOf(collector), isDelta))
    const seen = []
    for (; reading < totals.length; reading++) {
      const messages = [await cumulative.next({}), await delta.next({})]
      seen.push(messages.map((bytes) => metricsOf(decoded(bytes)).read?.sum.dataPoints[0]))
    }
    const values = seen.map((points) => points.map((point) => point?.asDouble))
    assert.deepEqual(values, [
      [100, 100],
      [undefined, undefined],
      [130, 30],
      [130, undefined],
    ])
    const starts = seen.flatMap(([point]) => point?.startTimeUnixNano ?? [])
    assert.deepEqual(new Set(starts), new Set(starts.slice(0, 1)))
  })

  test('attributes have the types that they were given with', async () => {
    const collector = new Collector()
    const meter = new MeterProvider({ collector, resource: {} }).getMeter('lib', '1.0.0', { schemaUrl: 'https://x/1' })
    const counter = meter.createCounter('a')
    counter.add(1, { int: 200, double: 0.5, flag: true, list: ['a', 1, false, null], text: 'x', tree: { b: [1] } })
    counter.add(1, { mixed: 1 })
    counter.add(1, { mixed: '1' })
    counter.add(1, { number: 1 })
    counter.add(1, { number: 1.5 })
    for (const number of ['many', '1.50', '01', 'nan']) counter.add(1, { number })
    const { a } = metricsOf(await request(collector))
    assert.deepEqual([a.scope, a.schemaUrl], [{ name: 'lib', version: '1.0.0' }, 'https://x/1'])
    const [typed, mixed, ...numbers] = a.sum.dataPoints.map(({ attributes }) => attributesOf(attributes))
    assert.deepEqual(typed, {
      int: { intValue: '200' },
      double: { doubleValue: 0.5 },
      flag: { boolValue: true },
      list: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, { boolValue: false }, {}] } },
      text: { stringValue: 'x' },
      tree: {
        kvlistValue: { values: [{ key: 'b', value: { arrayValue: { values: [{ intValue: '1' }] } } }] },
      },
    })
    // both are the same series
    assert.deepEqual(mixed, { mixed: { intValue: '1' } })
    assert.deepEqual(numbers, [
      { number: { intValue: '1' } },
      { number: { doubleValue: 1.5 } },
      ...['many', '1.50', '01', 'nan'].map((stringValue) => ({ number: { stringValue } })),
    ])
  })

  test('exemplars have the identifiers of their traces, and other labels as attributes', async () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    const trace = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' }
    own.counter('jobs').inc(2, { exemplar: { ...trace, user: 'a' } })
    own.timing('run').observeMillis(250, { exemplar: trace })
    own.histogram({ name: 'size', buckets: [10] }).observe(7, { exemplar: { trace_id: 'none' } })
    const { jobs, run, size } = metricsOf(await request(collector))
    const exemplarsOf = ([{ exemplars }]) => exemplars.map(({ timeUnixNano, ...rest }) => rest)
    const identifiers = {
      traceId: Buffer.from(trace.trace_id, 'hex').toString('base64'),
      spanId: Buffer.from(trace.span_id, 'hex').toString('base64'),
    }
    assert.deepEqual(exemplarsOf(jobs.sum.dataPoints), [
      { ...identifiers, asDouble: 2, filteredAttributes: [{ key: 'user', value: { stringValue: 'a' } }] },
    ])
    assert.deepEqual(exemplarsOf(run.exponentialHistogram.dataPoints), [{ ...identifiers, asDouble: 0.25 }])
    assert.deepEqual(exemplarsOf(size.histogram.dataPoints), [
      { asDouble: 7, filteredAttributes: [{ key: 'trace_id', value: { stringValue: 'none' } }] },
    ])
    const [{ timeUnixNano }] = jobs.sum.dataPoints[0].exemplars
    assert.ok(Math.abs(Number(BigInt(timeUnixNano) / 1_000_000n) - Date.now()) < 60_000)
  })

  test('scopes with instruments of the same name stay apart', async () => {
    const collector = new Collector()
    const provider = new MeterProvider({ collector, resource: {} })
    provider.getMeter('one').createCounter('calls').add(1)
    provider
      .getMeter('two', '', { attributes: { team: 'a' } })
      .createCounter('calls')
      .add(2)
    const [{ scopeMetrics }] = (await request(collector)).resourceMetrics
    const found = scopeMetrics.map(({ scope, metrics }) => [scope, metrics[0].sum.dataPoints[0].asDouble])
    assert.deepEqual(found, [
      [{ name: 'one' }, 1],
      [{ name: 'two', attributes: [{ key: 'team', value: { stringValue: 'a' } }] }, 2],
    ])
    assert.equal(scopeMetrics[0].metrics[0].sum.dataPoints[0].attributes, undefined)
  })
})

test('metrics of one name in one scope are all sent, with one warning', async () => {
  const collector = new Collector()
  const own = createMetrics(collector)
  own.inc('a')
  own.set('a', 5)
  own.observeMillis('a', 3)
  own.inc('b', -2)
  own.set('b.net', 7)
  new MeterProvider({ collector, resource: {} }).getMeter('other').createCounter('c').add(1)
  own.set('c', 1)
  const producer = new MetricProducer({ collector })
  const { scopeMetrics } = (await producer.collect()).resourceMetrics
  await producer.collect()
  const [{ metrics }] = scopeMetrics.filter(({ scope }) => scope.name === 'tallystick')
  assert.deepEqual(
    metrics.map(({ descriptor }) => descriptor.name),
    ['a', 'a', 'a', 'b', 'b.net', 'b.net', 'c'],
  )
  const warnings = await takeWarnings()
  assert.deepEqual(
    warnings.map(({ code, message }) => [code, message.split(', and')[0]]),
    [
      ['TALLYSTICK_NAMES', '3 metrics are called "a" in OTLP (sum, gauge, exponential histogram)'],
      ['TALLYSTICK_NAMES', '2 metrics are called "b.net" in OTLP (sum, gauge)'],
    ],
  )
})

test('a collector without values makes no message', async () => {
  const collector = new Collector()
  createMetrics(collector).gauge('unset')
  assert.equal((await new Messages(instrumentsOf(collector), false).next({})).length, 0)
})
