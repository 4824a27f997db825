'use strict'

// The messages of errors: the value, what is expected, and the remedy.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, createMetrics, createPoolMetrics } = require('../..')
const { errorOf, readingOf, recorded } = require('../support/bad-input')

describe('a message', () => {
  test('names the value and what is expected', () => {
    const own = recorded()
    assert.throws(() => own.inc(''), { message: /metric name must be a non-empty string, got ''/ })
    assert.throws(() => own.inc('a', 'two'), { message: /delta must be a number, got 'two'/ })
    assert.throws(() => own.gauge('a').set('1'), { message: /gauge value must be a number, got '1'/ })
    assert.throws(() => own.time('a', 5), { message: /fn must be a function, got 5/ })
    assert.throws(() => own.inc('a', 1, ['x']), { message: /labels must be a plain object.*, got \[ 'x' \]/ })
  })

  test('never repeats a long value', () => {
    const own = recorded()
    const long = 'x'.repeat(1_000_000)
    own.counter({ name: long, unit: 'bytes', labelNames: ['x'] }).inc()
    const errors = [
      () => own.inc('a', long),
      () => own.inc(long, 1, { [long]: 1 }),
      () => own.inc('a', 1, { [long]: Object.create(null) }),
      () => own.counter({ name: long, unit: 'rows' }),
      () => own.timing({ name: 'a', buckets: Array(100_000).fill('x') }),
      () => own.gauge({ name: 'a', merge: long }),
      () => own.trace('a', long),
      () => own.time('a', { long }),
      () => Collector.attach(long),
      () => createMetrics({ long }),
    ].map(errorOf)
    for (const error of errors) assert.ok(error.code && error.message.length < 400, error.message.slice(0, 400))
  })
})

describe('a message names the remedy', () => {
  const own = createMetrics(new Collector())
  const labels = { method: 'GET' }
  const reply = { raw: { writeHead() {} } }
  for (const [call, run, code, remedy] of [
    ['counter.inc(labels)', () => own.counter('a').inc(labels), 'VALUE', /\.labels\(\{ … \}\)/],
    ['bound counter.inc(labels)', () => own.counter('a').labels(labels).inc(labels), 'VALUE', /\.labels\(/],
    ['metrics.inc(name, labels)', () => own.inc('a', labels), 'VALUE', /third argument of metrics\.inc/],
    ['gauge.set(labels)', () => own.gauge('a').set(labels), 'VALUE', /\.labels\(/],
    ['gauge.inc(labels)', () => own.gauge('a').inc(labels), 'VALUE', /\.labels\(/],
    ['timing.observeMillis(labels)', () => own.timing('a').observeMillis(labels), 'VALUE', /\.labels\(/],
    ['timing.observeNanos(labels)', () => own.timing('a').observeNanos(labels), 'VALUE', /a bigint.*\.labels\(/],
    [
      'metrics.observeMillis(name, labels)',
      () => own.observeMillis('a', labels, 1),
      'VALUE',
      /third argument of.*observeMillis/,
    ],
    ['histogram.observe(labels)', () => own.histogram('a').observe(labels), 'VALUE', /\.labels\(/],
    ['timing.observe(1)', () => own.timing('a').observe(1), 'VALUE', /observeMillis\(milliseconds\)/],
    ['bound timing.observe(1)', () => own.timing('a').labels(labels).observe(1), 'VALUE', /observeNanos/],
    ['counter({ labels })', () => own.counter({ name: 'b', labels: ['x'] }), 'OPTIONS', /allowed: name.*labelNames/],
    [
      'counter({ registers })',
      () => own.counter({ name: 'b', registers: [] }),
      'OPTIONS',
      /createMetrics\(collector\)/,
    ],
    ['histogram({ percentiles })', () => own.histogram({ name: 'b', percentiles: [0.5] }), 'OPTIONS', /p50/],
    ['counter({ description })', () => own.counter({ name: 'b', description: 'Help.' }), 'OPTIONS', /is help/],
    ['Collector.attach(collector)', () => Collector.attach(own.collector), 'COLLECTOR', /pass collector\.id/],
  ]) {
    test(`of ${call}`, () => {
      const { name, code: actual, message } = errorOf(run)
      assert.deepEqual([name, actual], ['TypeError', `ERR_TALLYSTICK_${code}`])
      assert.match(message, remedy)
    })
  }

  for (const [call, run] of [
    ['counter.inc(1, labels)', () => own.counter('a').inc(1, { labels })],
    ['counter.inc(undefined, labels)', () => own.counter('a').inc(undefined, labels)],
    ['gauge.set(1, labels)', () => own.gauge('a').set(1, labels)],
    ['gauge.inc(1, labels)', () => own.gauge('a').inc(1, labels)],
    ['gauge.dec(1, labels)', () => own.gauge('a').dec(1, labels)],
    ['timing.observeMillis(1, labels)', () => own.timing('a').observeMillis(1, labels)],
    ['timing.observeNanos(1, labels)', () => own.timing('a').observeNanos(1, labels)],
    ['histogram.observe(1, labels)', () => own.histogram('a').observe(1, labels)],
    ['gauge.set(labels, 1)', () => own.gauge('a').set(labels, 1)],
    ['bound counter.inc(1, labels)', () => own.counter('a').labels(labels).inc(1, labels)],
  ]) {
    test(`of ${call}, also after the first use, and nothing is recorded`, () => {
      own.counter('a').inc()
      const before = readingOf(own)
      const { name, code, message } = errorOf(run)
      assert.deepEqual([name, code], ['TypeError', 'ERR_TALLYSTICK_LABELS'])
      assert.match(message, /, and got .*: pass labels to \.labels\(/)
      if (!call.startsWith('bound')) assert.equal(readingOf(own), before)
    })
  }

  test('of handle with Fastify’s reply', async () => {
    const service = createPoolMetrics()
    for (const { handle } of [own, service]) {
      await assert.rejects(async () => handle({ method: 'GET', url: '/metrics' }, reply), {
        name: 'TypeError',
        code: 'ERR_TALLYSTICK_REQUEST',
        message: /reply\.raw/,
      })
      const other = await Promise.resolve(handle({ method: 'GET', url: '/metrics' }, { raw: null })).catch(
        (error) => error,
      )
      assert.doesNotMatch(other.message, /Fastify/)
    }
    service.close()
  })

  test('has no remedy for an option that only resembles another library’s', () => {
    const { message } = errorOf(() => new Collector({ registers: 1 }))
    assert.match(
      message,
      /unknown option 'registers' \(allowed: traceLimit, labels, exemplars, maxSeries, selfMetrics, ttl\)$/,
    )
  })
})
