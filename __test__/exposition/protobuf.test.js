'use strict'

// Google's protobuf package decodes the exposition, and finds what the text format has. Its native histograms are compared with the
// values that were recorded.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Collector, createMetrics } = require('../..')
const { samplesOf } = require('../support/exposition-samples')

const usual = path.join(__dirname, '..', '..', 'target', 'venv', 'bin', 'python')
const python = process.env.TALLYSTICK_PYTHON || (fs.existsSync(usual) ? usual : undefined)
const withPython = { skip: python ? false : 'there is no Python with protobuf: run `npm test -- python`' }

const type = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'

/** @param {Uint8Array} body @returns {any[]} families as JSON has them: 64-bit numbers are texts */
function decoded(body) {
  const { status, stdout, stderr } = spawnSync(String(python), [path.join(__dirname, 'protobuf.py')], {
    input: body,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** @param {import('..').Metrics} own @param {string} [escaping] */
function familiesOf(own, escaping) {
  const { body } = own.prometheusSync({ accept: escaping === undefined ? type : `${type};escaping=${escaping}` })
  return decoded(body)
}

/** The samples as lines of the text format have them. @param {any[]} families */
function samplesIn(families) {
  const samples = {}
  for (const { name, metric } of families) {
    for (const { label = [], counter, gauge, summary, histogram } of metric) {
      const add = (
        /** @type {string} */ ending,
        /** @type {unknown} */ value,
        /** @type {[string, string][]} */ ...own
      ) => {
        const pairs = [...label.map((each) => [each.name, each.value]), ...own]
        const text = pairs.map(([key, of]) => `${key}=${JSON.stringify(of)}`).join(',')
        samples[name + ending + (text && `{${text}}`)] = Number(value)
      }
      if (counter ?? gauge) add('', (counter ?? gauge).value)
      for (const { quantile, value } of summary?.quantile ?? []) add('', value, ['quantile', String(quantile)])
      for (const { upper_bound: bound, cumulative_count: count } of histogram?.bucket ?? []) {
        add('_bucket', count, ['le', bound === 'Infinity' ? '+Inf' : String(bound)])
      }
      const whole = summary ?? histogram
      if (whole) {
        add('_sum', whole.sample_sum)
        add('_count', whole.sample_count)
      }
    }
  }
  return samples
}

/** The counts of native buckets by their numbers. */
function nativeBuckets({ positive_span: spans = [], positive_delta: deltas = [] }) {
  const buckets = new Map()
  let [bucket, count, at] = [0, 0, 0]
  for (const { offset, length } of spans) {
    bucket += offset
    for (let left = length; left > 0; left--) {
      count += Number(deltas[at++])
      buckets.set(bucket++, count)
    }
  }
  assert.equal(at, deltas.length)
  return buckets
}

function sample() {
  const own = createMetrics(new Collector({ labels: { env: 'prod', zone: 'eu "1"' } }))
  for (const method of ['GET', 'größe\n', '1|2']) own.inc('http.requests', 2 ** 40 + 0.5, { method })
  own.inc('http.requests', 1, { zone: 'own' })
  own.inc('open', 3)
  own.inc('open', -1)
  own.gauge({ name: 'level', unit: 'By', help: 'It has "any" \\ \n help.' }).set(-1.5)
  own.gauge('level.tiny').set(5e-324)
  const timing = own.timing({ name: 'db.query', buckets: [1, 100] })
  for (const millis of [0, 0.5, 1, 50, 1000]) timing.labels({ of: 'x' }).observeMillis(millis)
  own.histogram({ name: 'size', buckets: [-1, 0, 10] }).observe(5)
  own.histogram({ name: 'free', quantiles: [0.25, 1] }).observe(3)
  own.histogram({ name: 'nothing', quantiles: [0.5] })
  return own
}

describe('protobuf', withPython, () => {
  test('has the samples of the text format', withPython, () => {
    const own = sample()
    assert.deepEqual(samplesIn(familiesOf(own)), samplesOf(own.prometheusSync().body))
  })

  test('has types, help and units', withPython, () => {
    const own = sample()
    own.counter({ name: 'sent', unit: 'By' }).inc()
    const families = familiesOf(own).map(({ name, type: is, help, unit }) => [name, is, help, unit])
    assert.deepEqual(families, [
      ['http_requests_total', 'COUNTER', undefined, undefined],
      ['open_total', 'COUNTER', undefined, undefined],
      ['level_bytes', 'GAUGE', 'It has "any" \\ \n help.', 'bytes'],
      ['level_tiny', 'GAUGE', undefined, undefined],
      ['db_query_seconds', 'HISTOGRAM', undefined, 'seconds'],
      ['size', 'HISTOGRAM', undefined, undefined],
      ['free', 'SUMMARY', undefined, undefined],
      ['nothing', 'SUMMARY', undefined, undefined],
      ['sent_bytes_total', 'COUNTER', undefined, 'bytes'],
      ['open', 'GAUGE', undefined, undefined],
    ])
  })

  test('has names of any characters if they are accepted', withPython, () => {
    const own = createMetrics(new Collector())
    own.inc('größe 😀', 1, { 'http.method': 'x' })
    const [{ name, metric }] = familiesOf(own, 'allow-utf-8')
    assert.equal(name, 'größe 😀_total')
    assert.deepEqual(metric[0].label, [{ name: 'http.method', value: 'x' }])
    assert.equal(familiesOf(own)[0].name, 'gr__e___total')
  })

  test('says when series began', withPython, () => {
    const own = sample()
    const { body } = own.prometheusSync({ accept: 'application/openmetrics-text;version=1.0.0', created: true })
    const written = Object.entries(samplesOf(body)).find(([name]) => name.startsWith('http_requests_created'))
    for (const { type: is, metric } of familiesOf(own)) {
      for (const { counter, histogram, summary } of metric) {
        if (is === 'GAUGE') continue
        const { created_timestamp: created } = counter ?? histogram ?? summary
        if (created) assert.equal(Date.parse(created), Math.round(written[1] * 1000))
        // it has no series yet
        else assert.equal(Number(summary.sample_count), 0)
      }
    }
    assert.ok(familiesOf(own)[0].metric[0].counter.created_timestamp)
  })

  test('of nothing is empty', withPython, () => {
    assert.deepEqual(familiesOf(createMetrics(new Collector())), [])
  })

  test('has many series in one family', withPython, () => {
    const own = createMetrics(new Collector())
    for (let at = 0; at < 5000; at++) own.inc('a', at, { at })
    const [{ metric }] = familiesOf(own)
    assert.deepEqual(
      metric.map(({ counter }) => Number(counter.value)),
      Array.from({ length: 5000 }, (_, at) => at),
    )
  })
})

describe('native histograms', withPython, () => {
  test('have the buckets of the values, and as many values as the others', withPython, () => {
    const own = createMetrics(new Collector())
    const timing = own.timing({ name: 't', precision: 2 })
    const values = [0, 0, 0.003, 0.7, 1, 1, 1.01, 5, 10_000]
    for (const millis of values) timing.observeMillis(millis)
    const [{ metric }] = familiesOf(own)
    const { histogram } = metric[0]
    assert.deepEqual(
      [histogram.schema, Number(histogram.zero_count), Number(histogram.sample_count)],
      [6, 2, values.length],
    )
    const base = 2 ** (2 ** -6)
    const expected = values.filter((value) => value > 0)
    const found = [...nativeBuckets(histogram)].flatMap(([bucket, count]) => Array(count).fill(bucket))
    assert.equal(found.length, expected.length)
    for (const [at, bucket] of found.entries()) {
      const seconds = expected[at] / 1000
      // the bucket of the value, or that of its cell’s other end
      assert.ok(Math.abs(bucket - Math.ceil(Math.log(seconds) / Math.log(base))) <= 1, `${seconds} in ${bucket}`)
    }
  })

  test('without a value say that they are native', withPython, () => {
    const own = createMetrics(new Collector())
    own.timing('t')
    const [{ metric }] = familiesOf(own)
    const { schema, zero_threshold: threshold, positive_span: spans, positive_delta: deltas } = metric[0].histogram
    assert.deepEqual([schema, spans, deltas], [6, [{ offset: 0, length: 0 }], undefined])
    assert.ok(threshold > 0)
  })

  test('are as coarse as they must be to have at most 160 buckets', withPython, () => {
    const own = createMetrics(new Collector())
    for (const precision of [1, 2, 3]) {
      const timing = own.timing({ name: `t${precision}`, precision })
      for (let nanos = 1; nanos < 2 ** 53; nanos *= 1.01) timing.observeNanos(nanos)
    }
    for (const { metric } of familiesOf(own)) {
      const { schema, positive_delta: deltas, sample_count: count } = metric[0].histogram
      assert.ok(deltas.length <= 160 && deltas.length > 80, `${deltas.length}`)
      assert.equal(schema, 1)
      const sum = [...nativeBuckets(metric[0].histogram).values()].reduce((one, other) => one + other, 0)
      assert.equal(sum, Number(count))
    }
  })

  test('are histograms without buckets, unless these have quantiles', withPython, () => {
    const own = createMetrics(new Collector())
    const values = [0, 1e-12, 0.5, 1, 1, 3, 1e12]
    for (const value of values) own.histogram('free').observe(value, { exemplar: { of: value } })
    own.histogram('nothing')
    own.histogram({ name: 'chosen', quantiles: [0.5] }).observe(1)
    const [free, nothing, chosen] = familiesOf(own)
    assert.deepEqual(
      [free, nothing, chosen].map((family) => family.type),
      ['HISTOGRAM', 'HISTOGRAM', 'SUMMARY'],
    )
    const { bucket, zero_count: zeros, sample_count: count, sample_sum: sum, exemplars } = free.metric[0].histogram
    assert.deepEqual([bucket, Number(zeros), Number(count), sum], [undefined, 1, values.length, 1e12 + 5.5])
    // one for each power of two
    assert.deepEqual(new Set(exemplars.map((/** @type {any} */ each) => each.value)), new Set(values))
    const counts = [...nativeBuckets(free.metric[0].histogram).values()].reduce((one, other) => one + other, 0)
    assert.equal(counts, values.length - 1)
    assert.deepEqual(nothing.metric[0].histogram.positive_span, [{ offset: 0, length: 0 }])
    // the text formats have quantiles of all
    const text = samplesOf(own.prometheusSync().body)
    assert.ok(text['free{quantile="0.5"}'] >= 1 && text['chosen{quantile="0.5"}'] === 1)
  })

  test('are not made of declared buckets, nor in other formats', withPython, () => {
    const own = sample()
    const size = familiesOf(own).find(({ name }) => name === 'size')
    assert.equal(size.metric[0].histogram.schema, undefined)
  })
})
