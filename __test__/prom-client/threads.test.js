'use strict'

// One registry for all threads, without messages between them.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { metrics } = require('../..')
const { Counter, Gauge, Histogram, Registry, WorkerRegistry, register } = require('../../prom-client')
const { textOf } = require('../support/exposition-samples')
const { close, listen, request } = require('../support/http')

const help = 'Of all threads'

/** @param {string} text */
function samples(text) {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

test('the default registry has the metrics of all threads, also of those that have ended', async () => {
  const counter = new Counter({ name: 'shared_total', help, labelNames: ['thread'] })
  const histogram = new Histogram({ name: 'shared_size', help, buckets: [1, 2] })
  const gauge = new Gauge({ name: 'shared_level', help })
  counter.inc({ thread: 'main' })
  counter.inc({ thread: 'any' })
  histogram.observe(0.5)
  gauge.set(4)
  metrics.inc('native.calls', 3)
  const worker = new Worker(path.join(__dirname, 'worker.js'))
  const exit = once(worker, 'exit')
  const [shown] = await once(worker, 'message')
  // another thread's metric is used on after a removal
  new Counter({ name: 'only_in_worker_total', help: 'Of the worker' }).inc(5)
  register.removeSingleMetric('only_in_worker_total')
  assert.doesNotMatch(await register.metrics(), /^only_in_worker_total 12$/m)
  worker.postMessage('go on')
  await exit
  const expected = [
    'shared_total{thread="main"} 1',
    'shared_total{thread="any"} 2',
    'shared_total{thread="worker"} 2',
    'shared_size_bucket{le="1"} 1',
    'shared_size_bucket{le="2"} 2',
    'shared_size_bucket{le="+Inf"} 2',
    'shared_size_sum 2',
    'shared_size_count 2',
    'only_in_worker_total 1',
    'native_calls_total 3',
  ]
  const level = (/** @type {string} */ line) => line.startsWith('shared_level')
  // the worker sees all, with its own metrics first
  const inWorker = samples(shown)
  assert.deepEqual(inWorker.filter(level), ['shared_level 7'])
  const before = expected.map((line) => line.replace('only_in_worker_total 1', 'only_in_worker_total 7'))
  assert.deepEqual(inWorker.filter((line) => !level(line)).sort(), before.sort())
  // a gauge ends with its thread
  const text = await register.metrics()
  assert.deepEqual(samples(text).filter(level), ['shared_level 4'])
  assert.deepEqual(
    samples(text)
      .filter((line) => !level(line))
      .sort(),
    [...expected].sort(),
  )
  assert.match(text, /# HELP only_in_worker_total Of the worker\n# TYPE only_in_worker_total counter\n/)
  assert.deepEqual((await counter.get()).values.length, 3)
  const json = await register.getMetricsAsJSON()
  const other = json.find(({ name }) => name === 'only_in_worker_total')
  assert.deepEqual(other?.values, [{ value: 1, labels: {} }])
  assert.equal(register.getSingleMetric('only_in_worker_total'), undefined)
})

test('names stay as they were given, in every thread and in every reading', async (t) => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Counter, Gauge } = require(workerData)
    new Counter({ name: 'orders_given', help: 'Of the worker', labelNames: ['shop'] }).inc({ shop: 'a' }, 2)
    new Gauge({ name: 'depth__of_total', help: 'Of the worker' }).set(3)
    parentPort.postMessage('recorded')
    parentPort.once('message', () => {})
  `
  const worker = new Worker(program, { eval: true, workerData: require.resolve('../../prom-client') })
  t.after(() => worker.terminate())
  await once(worker, 'message')
  for (const text of [await register.metrics(), textOf(metrics.prometheusSync().body)]) {
    const names = samples(text).filter((line) => /orders|depth/.test(line))
    assert.deepEqual(names.sort(), ['depth__of_total 3', 'orders_given{shop="a"} 2'])
  }
})

test('readings of either kind call what collects, of both kinds, once', async () => {
  let calls = 0
  const theirs = new Gauge({
    name: 'collected',
    help,
    collect() {
      this.set(++calls)
    },
  })
  const ours = metrics.gauge('native.collected')
  const stop = metrics.beforeRead(() => ours.set(10 + calls))
  assert.match(await register.metrics(), /^collected 1\n[\s\S]*^native_collected 11$/m)
  const { body } = await metrics.prometheus()
  assert.match(new TextDecoder().decode(body), /^collected 2$/m)
  const json = await register.getMetricsAsJSON()
  assert.equal(json.find(({ name }) => name === 'collected')?.values[0].value, 3)
  assert.equal(json.find(({ name }) => name === 'native_collected')?.values[0].value, 13)
  assert.equal((await theirs.get()).values[0].value, 4)
  stop()
  register.removeSingleMetric('collected')
})

test('each client gets metrics of the default registry in the format that it asks for', async () => {
  new Counter({ name: 'negotiated_total', help, labelNames: ['x'] }).inc({ x: 1 }, 2)
  const server = await listen((req, res) => metrics.handle(req, res))
  /** @param {string} accept */
  const scrape = async (accept) => {
    const { headers, body } = await request(server.address().port, '/?name[]=negotiated_total', { headers: { accept } })
    return { type: headers['content-type'].split(';')[0], body }
  }
  for (let round = 0; round < 2; round++) {
    const text = await scrape('text/plain;version=0.0.4')
    assert.equal(text.type, 'text/plain')
    assert.match(text.body, /^# TYPE negotiated_total counter\nnegotiated_total\{x="1"\} 2\n$/m)
    const open = await scrape('application/openmetrics-text;version=1.0.0')
    assert.equal(open.type, 'application/openmetrics-text')
    assert.match(open.body, /^# TYPE negotiated counter\n# HELP negotiated .*\nnegotiated_total\{x="1"\} 2\n# EOF\n$/)
    const protobuf = await scrape(
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
    )
    assert.equal(protobuf.type, 'application/vnd.google.protobuf')
    assert.match(protobuf.body, /negotiated_total/)
    assert.match(await register.metrics(), /^negotiated_total\{x="1"\} 2$/m)
  }
  await close(server)
  register.removeSingleMetric('negotiated_total')
})

test("the successor's registry of threads answers at once, with the metrics of all", async () => {
  const registry = new WorkerRegistry()
  assert.match(await registry.workerMetrics(), /^only_in_worker_total 1$/m)
  const own = new Registry()
  WorkerRegistry.setRegistries([own])
  assert.equal(await registry.workerMetrics(), '')
  new Counter({ name: 'a', help, registers: [own] }).inc()
  assert.match(await registry.workerMetrics(), /^a 1$/m)
  assert.throws(
    () => WorkerRegistry.setRegistries(/** @type {any} */ ({})),
    new TypeError('Expected Registry, got object'),
  )
  WorkerRegistry.setRegistries(register)
  assert.equal(await registry.shutdown(), undefined)
})

test('a copy that is loaded again, as by a test runner, has an empty registry of its own', async () => {
  const files = Object.keys(require.cache).filter((file) => file.includes('prom-client'))
  for (const file of files) delete require.cache[file]
  const again = require('../../prom-client')
  assert.notEqual(again.register, register)
  assert.equal(await again.register.metrics(), '\n')
  new again.Counter({ name: 'shared_total', help, labelNames: ['other'] }).inc({ other: 1 })
  assert.deepEqual(samples(await again.register.metrics()), ['shared_total{other="1"} 1'])
})

test('a collect that fails or hangs loses only its own update in readings of the default collector', async () => {
  // the time limit of a callback does not keep the process alive
  const alive = setInterval(() => {}, 1000)
  const registers = [register]
  let calls = 0
  let isBad = true
  const failing = { throws: () => Promise.reject(new Error('no database')), hangs: () => new Promise(() => {}) }
  for (const [name, fail] of Object.entries(failing)) {
    new Gauge({ name: `collected_${name}`, help, registers, collect: () => (isBad ? fail() : undefined) })
  }
  new Gauge({
    name: 'collected_wrong',
    help,
    collect() {
      if (isBad) throw new Error('no network')
      this.set(1)
    },
  })
  new Gauge({
    name: 'collected_good',
    help,
    collect() {
      this.set(++calls)
    },
  })
  const good = (/** @type {Uint8Array} */ body) =>
    samples(textOf(body)).filter((line) => /^collected_\w+ [1-9]/.test(line))
  assert.deepEqual(good((await metrics.prometheus()).body), ['collected_good 1'])
  assert.deepEqual(good(metrics.prometheusSync().body), ['collected_good 2'])
  isBad = false
  assert.deepEqual(good((await metrics.prometheus()).body), ['collected_wrong 1', 'collected_good 3'])
  register.clear()
  clearInterval(alive)
})

test('a metric whose options differ from those of another thread is once in the text of its own', async () => {
  const warned = once(process, 'warning')
  metrics.histogram({ name: 'differing_size', buckets: [1, 2] }).observe(1)
  new Histogram({ name: 'differing_size', help, buckets: [5, 10] }).observe(7)
  const [{ code }] = await warned
  assert.equal(code, 'TALLYSTICK_CONFLICT')
  const text = await register.metrics()
  assert.deepEqual(
    samples(text).filter((line) => line.startsWith('differing')),
    [
      'differing_size_bucket{le="5"} 0',
      'differing_size_bucket{le="10"} 1',
      'differing_size_bucket{le="+Inf"} 1',
      'differing_size_sum 7',
      'differing_size_count 1',
    ],
  )
  register.clear()
})

test('gauges of others have the aggregator that corresponds to their merge', async () => {
  for (const merge of ['sum', 'min', 'max', 'last']) metrics.gauge({ name: `merged.${merge}`, merge }).set(7)
  metrics.inc('merged.count')
  const aggregators = async (/** @type {string} */ wanted) => {
    const all = (await register.getMetricsAsJSON(wanted)).filter(({ name }) => name.startsWith('merged_'))
    return Object.fromEntries(all.map(({ name, aggregator }) => [name, aggregator]))
  }
  const all = {
    merged_sum: 'sum',
    merged_min: 'min',
    merged_max: 'max',
    merged_last: 'first',
    merged_count_total: 'sum',
  }
  assert.deepEqual(await aggregators(undefined), all)
  assert.deepEqual(await aggregators('max'), { merged_max: 'max' })
  assert.deepEqual(await aggregators('sum'), { merged_sum: 'sum', merged_count_total: 'sum' })
})

test('families of others have names in OpenMetrics that no other family has', async () => {
  register.clear()
  new Counter({ name: 'listed_total', help }).inc()
  metrics.inc('listed', 2)
  metrics.inc('listed.created', 3)
  metrics.inc('freed', 4)
  metrics.inc('freed', -1)
  metrics.inc('started', 5)
  metrics.inc('started.created', 6)
  register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const lines = (await register.metrics()).split('\n').filter((line) => /\b(U__)?(listed|freed|started)/.test(line))
  register.setContentType(Registry.PROMETHEUS_CONTENT_TYPE)
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('# HELP')),
    [
      '# TYPE listed counter',
      'listed_total 1',
      '# TYPE U__listed_ counter',
      'U__listed__total 2',
      '# TYPE listed_created_total unknown',
      'listed_created_total 3',
      '# TYPE freed_total unknown',
      'freed_total 4',
      '# TYPE freed gauge',
      'freed 3',
      '# TYPE started counter',
      'started_total 5',
      '# TYPE started_created_total unknown',
      'started_created_total 6',
    ],
  )
  register.clear()
})
