'use strict'

// The history of a collector as the service answers it, of a simulated time, compared with what was recorded in it.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const path = require('node:path')
const { collectDefaultMetrics, Collector, createMetrics, createPoolMetrics, trackWorker } = require('../..')
const binding = require('../../lib/native')
const { instrumentsOf } = require('../../lib/record/collector')
const { until } = require('../support/until')

const REQUESTS = 'http.server.request.duration'
const SECONDS = 300

/** A collector, its metrics, and a function that adds a sample of a time. */
function simulated() {
  const collector = new Collector()
  const held = []
  const sample = (time) => held.push(binding.sampleCollectorHistory(instrumentsOf(collector).reference, time))
  return { collector, metrics: createMetrics(collector), sample, held }
}

/** Asks a service's route. */
async function ask(service, route) {
  const response = await service.fetch(new Request(`http://localhost/metrics/api/metrics/${route}`))
  return { status: response.status, body: await response.json() }
}

const query = (...pairs) => new URLSearchParams(pairs).toString()

/** Five minutes of an app: each second has other numbers, and the last minute has errors. */
function simulateLoad() {
  const { collector, metrics, sample, held } = simulated()
  const timing = metrics.timing({
    name: REQUESTS,
    labelNames: ['http.route', 'http.response.status_code', 'error.type'],
  })
  const jobs = metrics.counter('jobs.done')
  const queue = metrics.gauge('queue.length')
  const start = Math.floor(Date.now() / 1000) * 1000 - SECONDS * 1000
  sample(start)
  const recorded = []
  for (let second = 1; second <= SECONDS; second++) {
    const [fast, slow, failed] = [20 + (second % 7), 3, second > 240 ? 2 : 0]
    for (let at = 0; at < fast; at++)
      timing.labels({ 'http.route': '/fast', 'http.response.status_code': 200 }).observeMillis(5)
    for (let at = 0; at < slow; at++)
      timing.labels({ 'http.route': '/slow', 'http.response.status_code': 200 }).observeMillis(400)
    for (let at = 0; at < failed; at++) {
      timing.labels({ 'http.route': '/slow', 'http.response.status_code': 500, 'error.type': '500' }).observeMillis(900)
    }
    jobs.inc(second)
    queue.set(second % 13)
    sample(start + second * 1000)
    recorded.push({
      time: start + second * 1000,
      requests: fast + slow + failed,
      failed,
      jobs: second,
      queue: second % 13,
    })
  }
  return { collector, metrics, held, recorded, start }
}

describe('five minutes under load before the service is asked', () => {
  const { collector, recorded, held } = simulateLoad()
  const service = createPoolMetrics({ collector, history: false })

  test('are in one answer, equal to what was recorded', async () => {
    const keys = [
      'jobs.done#counter',
      'queue.length#gauge',
      `${REQUESTS}{*}#timing`,
      `${REQUESTS}{error.type=*,*}#timing`,
    ]
    const { status, body } = await ask(service, `history?${query(...keys.map((key) => ['keys', key]))}`)
    assert.equal(status, 200)
    assert.ok(held.length > SECONDS)
    assert.equal(body.latest, recorded.at(-1).time)
    assert.deepEqual(
      body.times,
      recorded.map(({ time }) => time),
    )
    assert.deepEqual(
      body.seconds,
      recorded.map(() => 1),
    )
    const [jobs, queue, requests, errors] = body.series
    assert.deepEqual([jobs.of, queue.of, requests.of, errors.of], [0, 1, 2, 3])
    assert.deepEqual(
      jobs.counts,
      recorded.map(({ jobs }) => jobs),
    )
    assert.deepEqual(
      queue.values,
      recorded.map(({ queue }) => queue),
    )
    assert.deepEqual(
      requests.counts,
      recorded.map(({ requests }) => requests),
    )
    assert.deepEqual([requests.merged, 'key' in requests, jobs.key], [3, false, 'jobs.done#counter'])
    // the series of errors begins when the first error does
    const expected = recorded.map(({ failed }, at) => (at < 240 ? null : failed))
    assert.deepEqual(errors.counts, expected)
    for (const [at, { failed }] of recorded.entries()) {
      const p99 = failed > 0 ? 900 : 400
      assert.ok(Math.abs(requests.p99[at] / p99 - 1) < 0.07, `${requests.p99[at]} ms at ${at}`)
      assert.ok(Math.abs(requests.p50[at] / 5 - 1) < 0.07, `${requests.p50[at]} ms at ${at}`)
      assert.equal(requests.max[at], p99)
    }
  })

  test('are continued after a time, without what is known', async () => {
    const after = recorded[297].time
    const { body } = await ask(service, `history?${query(['keys', 'jobs.done'], ['after', after])}`)
    assert.deepEqual([body.times, body.series[0].counts], [recorded.slice(298).map(({ time }) => time), [299, 300]])
  })

  test('have the distribution of each second', async () => {
    const { body } = await ask(
      service,
      `history?${query(['keys', `${REQUESTS}{http.route="/slow",*}`], ['buckets', '1'])}`,
    )
    const { ranges, counts } = body.series[0].buckets
    assert.equal(ranges.length, 2)
    assert.ok(ranges[0][0] <= 400 && 400 <= ranges[0][1] && ranges[1][0] <= 900 && 900 <= ranges[1][1])
    assert.deepEqual(
      counts,
      recorded.map(({ failed }) => (failed > 0 ? [0, 3, 1, failed] : [0, 3])),
    )
  })

  test('have routes side by side', async () => {
    const { body } = await ask(
      service,
      `history?${query(['keys', `${REQUESTS}{*}`], ['by', 'http.route'], ['summary', '1'])}`,
    )
    const shown = body.series.map(({ labels, recent, before }) => [
      labels['http.route'],
      recent.count,
      before.count ?? 0,
    ])
    const fast = recorded.reduce((sum, { requests, failed }) => sum + requests - failed - 3, 0)
    assert.deepEqual(shown.sort(), [
      ['/fast', fast, 0],
      ['/slow', 1020, 0],
    ])
    assert.deepEqual(body.times, [])
  })

  test('are limited to the series with the most values', async () => {
    const { body } = await ask(service, `history?${query(['keys', '*#timing'], ['limit', '1'])}`)
    assert.deepEqual(
      body.series.map(({ labels }) => labels['http.route']),
      ['/fast'],
    )
  })

  test('are on the overview, without a pool', async () => {
    const { status, body } = await ask(service, 'overview')
    assert.deepEqual([status, body.pool, body.collector, body.prefix], [200, false, true, ''])
    const [requests, errors] = body.history.series
    assert.deepEqual(
      requests.counts,
      recorded.map(({ requests }) => requests),
    )
    assert.equal(errors.counts.at(-1), 2)
  })

  test('are not found where nothing matches, and wrong questions are refused', async () => {
    const { body } = await ask(
      service,
      `history?${query(['keys', 'none'], ['keys', 'jobs{'], ['keys', `${REQUESTS}{a=b}`])}`,
    )
    assert.deepEqual(body.series, [])
    assert.equal(body.times.length, SECONDS)
    const wrong = [
      '',
      'keys=a&after=x',
      'keys=a&limit=0',
      'keys=a&limit=1001',
      'keys=a&after=-5',
      `${'keys=a&'.repeat(101)}`,
      `keys=a&${'by=b&'.repeat(11)}`,
    ]
    for (const text of wrong) assert.equal((await ask(service, `history?${text}`)).status, 400, text)
    assert.equal((await ask(service, 'overview?after=x')).status, 400)
  })
})

describe('a service', () => {
  test('keeps the history of its collector from its creation on, without being asked', async () => {
    const collector = new Collector()
    const metrics = createMetrics(collector)
    const service = createPoolMetrics({ collector })
    metrics.inc('jobs', 3)
    const read = async () => {
      metrics.inc('jobs')
      return (await ask(service, 'history?keys=jobs')).body
    }
    const isReached = ({ times, series }) => times.length >= 2 && series.length > 0
    const [series] = (await until(read, isReached, 'there are two samples')).series
    assert.ok(series.counts.every((count) => count === null || count >= 0))
    assert.ok(series.counts.some((count) => count > 0))
  })

  test('keeps none with history: false, and none without a collector', async () => {
    const collector = new Collector()
    createMetrics(collector).inc('jobs')
    const service = createPoolMetrics({ collector, history: false })
    assert.deepEqual((await ask(service, 'history?keys=jobs')).body, {
      latest: null,
      times: [],
      seconds: [],
      series: [],
    })
    service.setConfig({ history: true })
    await until(
      async () => (await ask(service, 'history?keys=jobs')).body.latest,
      (latest) => latest !== null,
      'there is a sample',
    )
    const bare = createPoolMetrics()
    for (const route of ['history?keys=a', 'cardinality']) assert.equal((await ask(bare, route)).status, 404)
    const { pool, collector: hasCollector, history } = (await ask(bare, 'overview')).body
    assert.deepEqual([pool, hasCollector, history], [false, false, undefined])
    assert.throws(() => createPoolMetrics({ history: 1 }), { code: 'ERR_TALLYSTICK_OPTIONS' })
  })

  test('shows a thread that is stuck, with its request and for how long', async () => {
    const collector = new Collector()
    const stop = collectDefaultMetrics({ collector, eventLoopMonitoringPrecision: 20 })
    const service = createPoolMetrics({ collector })
    const stuck = new Worker(path.join(__dirname, '..', 'workers', 'stuck.js'))
    try {
      const read = async () => {
        const { body } = await ask(service, 'overview')
        const lag = body.threads.series.find(({ of, labels }) => of === 0 && labels.thread === String(stuck.threadId))
        const busy = body.tracked.find(({ thread }) => thread === String(stuck.threadId))
        return { lag: lag?.values.at(-1), busy }
      }
      const isReached = (seen) => seen.lag > 1 && seen.busy !== undefined
      const { lag, busy } = await until(read, isReached, 'it lags and is busy')
      assert.deepEqual([busy.id, busy.app, busy.task], ['stuck', 'demo', 'spin'])
      assert.ok(busy.seconds >= lag - 1, `${busy.seconds} s, and a lag of ${lag} s`)
    } finally {
      await stuck.terminate()
      stop()
    }
  })

  test('knows the request of the main thread, by the name of the first of those that overlap', async () => {
    const service = createPoolMetrics({ collector: new Collector() })
    const worker = trackWorker({ id: 'main-test' })
    const mine = async () => (await ask(service, 'overview')).body.tracked.find(({ id }) => id === 'main-test')
    assert.equal((await mine()).seconds, null)
    await worker.run(async () => {
      await worker.run(mine, 'inner')
      const { thread, task, seconds } = await mine()
      assert.deepEqual([thread, task, seconds >= 0], ['', 'outer', true])
    }, 'outer')
    await worker.run(async () => assert.equal((await mine()).task, ''))
    assert.equal((await mine()).seconds, null)
    assert.throws(() => worker.run(() => {}, 7), { code: 'ERR_TALLYSTICK_NAME' })
    worker.end()
  })
})

test('cardinality has the families and labels with the most series, and those that are folded', async () => {
  const collector = new Collector()
  const metrics = createMetrics(collector)
  for (let at = 0; at < 12; at++) metrics.inc('many', 1, { user: at, kind: at % 3 })
  metrics.inc('many', 1, { user: '_OTHER', kind: 0 })
  metrics.observeMillis('few', 3)
  const { body } = await ask(createPoolMetrics({ collector, history: false }), 'cardinality')
  assert.deepEqual(
    [body.series, body.total, body.families.map(({ name, kind, series, folded }) => [name, kind, series, folded])],
    [
      14,
      2,
      [
        ['many', 'counter', 13, 1],
        ['few', 'timing', 1, 0],
      ],
    ],
  )
  const [user, kind] = body.families[0].labels
  assert.deepEqual([user.name, user.values, user.top.length], ['user', 13, 5])
  assert.deepEqual(kind, {
    name: 'kind',
    values: 3,
    top: [
      ['0', 5],
      ['1', 4],
      ['2', 4],
    ],
  })
})
