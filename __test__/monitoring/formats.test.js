'use strict'

// A real Prometheus with native histograms scrapes every format of one collector: the samples are the same, and the quantiles of
// native histograms are those of what was recorded.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { EventEmitter, once } = require('node:events')
const http = require('node:http')
const { after, before, describe, test } = require('node:test')
const { Collector, createMetrics } = require('../..')
const { PrometheusServer } = require('./prometheus-server')

const protobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'

/**
 * What a job’s path gets, whatever Prometheus would like; `negotiated` is left to both.
 * @type {Record<string, string | undefined>}
 */
const jobs = {
  text: 'text/plain;version=0.0.4',
  text1: 'text/plain;version=1.0.0',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
  openmetrics0: 'application/openmetrics-text;version=0.0.1',
  protobuf,
  negotiated: undefined,
}

const config = `
global:
  scrape_interval: 1s
scrape_configs:
${Object.keys(jobs)
  .map((job) => `  - job_name: ${job}\n    metrics_path: /${job}\n    static_configs: [{ targets: [ADDRESS] }]`)
  .join('\n')}
`

/** Numbers from 0 to 1 without order, the same ones in each run. */
function* random() {
  for (let state = 1; ; ) {
    state = (state * 48271) % 2147483647
    yield state / 2147483647
  }
}

const numbers = random()
const draw = () => /** @type {number} */ (numbers.next().value)
const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())

/** Draws durations in milliseconds. @type {Record<string, () => number>} */
const distributions = {
  uniform: () => draw() * 100,
  exponential: () => -20 * Math.log(1 - draw()),
  normal: () => Math.max(0.01, 80 + 10 * normal()),
  lognormal: () => Math.exp(2 + 1.5 * normal()),
  peaks: () => (draw() < 0.7 ? 2 + draw() / 10 : 3000 + 1000 * draw()),
}
const quantiles = [0.1, 0.5, 0.9, 0.99]
/** How much larger a bucket's end is than its beginning at the schema of a precision, and a cell's. */
const widths = { 1: [2 ** (1 / 8), 1 + 1 / 16], 2: [2 ** (1 / 64), 1 + 1 / 128] }

describe('a Prometheus with native histograms', () => {
  const own = createMetrics(new Collector())
  /** @type {Record<string, number[]>} in seconds, ascending */
  const recorded = {}
  const scrapes = new EventEmitter()
  /** @type {Record<string, { count: number, type: string }>} */
  const scraped = Object.fromEntries(Object.keys(jobs).map((job) => [job, { count: 0, type: '' }]))
  const server = new PrometheusServer()
  const target = http.createServer(async (req, res) => {
    const job = String(req.url).slice(1)
    const accept = jobs[job] ?? req.headers.accept
    const { body, contentType } = await own.prometheus({ accept })
    res.setHeader('Content-Type', contentType)
    res.end(body)
    scraped[job] = { count: scraped[job].count + 1, type: contentType }
    scrapes.emit('scrape')
  })

  before(async () => {
    own.counter({ name: 'http.requests', help: 'Served "requests".' }).labels({ method: 'GET', path: '/a"\\\n' }).inc(7)
    own.inc('open', 3)
    own.inc('open', -1)
    own.gauge({ name: 'level', unit: 'By' }).set(-1.5)
    own.histogram({ name: 'size', buckets: [1, 10] }).observe(5)
    for (const value of [1, 2, 3]) own.histogram({ name: 'free', quantiles: [0.5, 0.9, 0.99] }).observe(value)
    for (const value of [1, 2, 3]) own.histogram('native').observe(value)
    own.timing('nothing')
    own.counter('traced').inc(2, { exemplar: { trace_id: 'a, b}', 'span.id': '1' } })
    own.timing('traced').observeMillis(3, { exemplar: { trace_id: 'fast' } })
    own.timing('traced').observeMillis(3000, { exemplar: { trace_id: 'slow' } })
    own.histogram({ name: 'sizes', buckets: [1, 10] }).observe(50, { exemplar: { trace_id: 'large' } })
    for (const [name, next] of Object.entries(distributions)) {
      const values = Array.from({ length: 10_000 }, next)
      recorded[name] = values.map((millis) => Math.round(millis * 1e6) / 1e9).sort((one, other) => one - other)
      for (const precision of /** @type {const} */ ([1, 2])) {
        const timing = own.timing({ name: `t${precision}`, precision }).labels({ of: name })
        for (const millis of values) timing.observeMillis(millis)
      }
    }
    await once(target.listen(0, '127.0.0.1'), 'listening')
    const address = `127.0.0.1:${target.address().port}`
    const files = { 'prometheus.yml': config.replaceAll('ADDRESS', JSON.stringify(address)) }
    await server.start(files, ['--enable-feature=native-histograms,exemplar-storage'])
    // when one begins, the one before is stored
    while (Object.values(scraped).some(({ count }) => count < 2)) await once(scrapes, 'scrape')
  })

  after(async () => {
    await server.stop()
    target.close()
    target.closeAllConnections()
  })

  /** The values of a query by job and other labels. @param {string} query */
  async function byJob(query) {
    const found = {}
    for (const [{ __name__, instance, job, ...labels }, value] of await server.query(query)) {
      found[job] = { ...found[job], [JSON.stringify([__name__, labels])]: value }
    }
    return found
  }

  test('accepts every format', async () => {
    for (const job of Object.keys(jobs)) {
      assert.deepEqual(
        (await server.query(`up{job="${job}"}`)).map(([, up]) => up),
        [1],
        job,
      )
    }
    // it is the only one that has them
    assert.equal(scraped.negotiated.type, protobuf.replaceAll(';', '; '))
  })

  test('has the same samples of every format', async () => {
    for (const query of ['{__name__=~"http_requests_total|open|open_total|level_bytes|free_sum|free_count"}', 'free']) {
      const found = await byJob(query)
      assert.equal(Object.keys(found).length, Object.keys(jobs).length)
      for (const job of Object.keys(jobs)) {
        const plain = (/** @type {object} */ samples) => JSON.stringify(Object.entries(samples).sort())
        assert.equal(plain(found[job]), plain(found.text), `${job} ${query}`)
      }
    }
    const count = await byJob('size_count')
    assert.deepEqual(new Set(Object.values(count).flatMap((samples) => Object.values(samples))), new Set([1]))
  })

  test('has quantiles of native histograms within a bucket and a cell of the exact ones', async () => {
    for (const job of ['protobuf', 'negotiated']) {
      for (const precision of [1, 2]) {
        const [bucket, cell] = widths[precision]
        for (const q of quantiles) {
          const found = await server.query(`histogram_quantile(${q}, t${precision}_seconds{job="${job}"})`)
          assert.equal(found.length, Object.keys(distributions).length)
          for (const [{ of }, value] of found) {
            const values = recorded[of]
            const exact = values[Math.ceil(q * values.length) - 1]
            // the finest schema has more than 160 buckets for the widest ones
            const coarser = precision === 2 && of !== 'normal' ? bucket ** 8 : bucket
            assert.ok(
              Math.max(value / exact, exact / value) <= coarser * cell,
              `${of} ${precision} ${q}: ${value}, not ${exact}`,
            )
          }
        }
      }
    }
  })

  test('counts and sums what native histograms hold, and knows an empty one', async () => {
    for (const [{ of }, count] of await server.query('histogram_count(t1_seconds{job="protobuf"})')) {
      assert.equal(count, recorded[of].length)
    }
    for (const [{ of }, sum] of await server.query('histogram_sum(t1_seconds{job="protobuf"})')) {
      const exact = recorded[of].reduce((one, other) => one + other, 0)
      assert.ok(Math.abs(sum / exact - 1) < 1e-9)
    }
    assert.deepEqual(
      (await server.query('histogram_count(nothing_seconds{job="protobuf"})')).map(([, count]) => count),
      [0],
    )
  })

  test('has a native histogram of one without buckets', async () => {
    const median = await server.query('histogram_quantile(0.5, native{job="protobuf"})')
    assert.equal(median.length, 1)
    // a bucket and a cell
    assert.ok(Math.abs(median[0][1] / 2 - 1) < 0.02, `${median[0][1]}`)
    assert.equal((await server.query('native{job="text",quantile="0.5"}')).length, 1)
  })

  test('never takes a growing histogram for a restarted one', async () => {
    const { count } = scraped.protobuf
    for (const values of Object.values(recorded).slice(0, 2)) {
      const timing = own.timing('t1').labels({ of: 'growing' })
      for (const seconds of values) timing.observeNanos(seconds * 1e9)
      const until = scraped.protobuf.count + 2
      while (scraped.protobuf.count < until) await once(scrapes, 'scrape')
    }
    assert.ok(scraped.protobuf.count > count)
    const resets = await server.query('resets(t1_seconds{job="protobuf"}[1m])')
    assert.ok(resets.length > 0 && resets.every(([, times]) => times === 0), JSON.stringify(resets))
  })

  test('stores the exemplars of the formats that have them', async () => {
    const expected = {
      traced_total: [[{ trace_id: 'a, b}', span_id: '1' }, '2']],
      'traced_seconds_bucket{le="0.005"}': [[{ trace_id: 'fast' }, '0.003']],
      'traced_seconds_bucket{le=~"5|5.0"}': [[{ trace_id: 'slow' }, '3']],
      'sizes_bucket{le="+Inf"}': [[{ trace_id: 'large' }, '50']],
    }
    for (const job of ['openmetrics', 'openmetrics0', 'protobuf', 'negotiated']) {
      const ofJob = (/** @type {string} */ query) =>
        query.replace(/\{|$/, (brace) => `{job="${job}"${brace ? ',' : '}'}`)
      // in place of the classic buckets, this one stores native histograms
      const isNative = scraped[job].type.startsWith('application/vnd')
      const queries = isNative ? { traced_total: expected.traced_total } : expected
      for (const [query, exemplars] of Object.entries(queries)) {
        const found = (await server.exemplars(ofJob(query))).flatMap((each) => each.exemplars)
        assert.deepEqual(
          found.map(({ labels, value }) => [labels, value]),
          exemplars,
          `${job} ${query}`,
        )
        assert.ok(found.every(({ timestamp }) => Math.abs(timestamp - Date.now() / 1000) < 3600))
      }
      if (isNative) {
        const found = (await server.exemplars(ofJob('traced_seconds'))).flatMap((each) => each.exemplars)
        // before 2.51 the server stores only the first one of a native histogram
        assert.ok(found.length > 0)
        for (const { labels, value } of found) {
          assert.equal(value, { fast: '0.003', slow: '3' }[labels.trace_id])
        }
      }
    }
    for (const job of ['text', 'text1']) assert.deepEqual(await server.exemplars(`{job="${job}"}`), [])
  })

  test('finds nothing wrong with the names', () => {
    const promtool = String(process.env.TALLYSTICK_PROMTOOL)
    const clean = createMetrics(new Collector())
    clean.counter({ name: 'http.requests', help: 'Served requests.' }).inc()
    clean.timing({ name: 'http.duration', help: 'Their durations.' }).observeMillis(1)
    for (const accept of [jobs.text, jobs.text1]) {
      const { body } = clean.prometheusSync({ accept })
      assert.equal(execFileSync(promtool, ['check', 'metrics'], { input: body, encoding: 'utf8' }), '')
    }
  })
})
