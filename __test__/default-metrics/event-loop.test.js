'use strict'

// The lag, the delays and the utilisation of an event loop, which is hardly ever woken for them.

const assert = require('node:assert/strict')
const { execFile } = require('node:child_process')
const path = require('node:path')
const { afterEach, describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { promisify } = require('node:util')
const { endAll, measured } = require('../support/default-metrics')
const { samplesOf } = require('../support/exposition-samples')
const { close, listen, request } = require('../support/http')
const { spin } = require('../support/metrics')
const { until } = require('../support/until')

const run = promisify(execFile)
const isBun = process.versions.bun !== undefined
afterEach(endAll)

describe('an event loop', () => {
  test('that does not run lags more and more, up to its next beat', async () => {
    const { own } = measured()
    const lag = () => samplesOf(own.prometheusSync().body).nodejs_eventloop_lag_seconds
    spin(50)
    const first = lag()
    spin(50)
    const second = lag()
    assert.ok(first >= 0.04 && second >= first + 0.04, `${first} and ${second}`)
    await until(lag, (now) => now < first, 'it runs again')
  })

  test('has no lag before a beat is due, however long the reading takes', () => {
    const { own } = measured({ eventLoopMonitoringPrecision: 1e6 })
    spin(30)
    const samples = samplesOf(own.prometheusSync().body)
    assert.equal(samples.nodejs_eventloop_lag_seconds, 0)
  })

  test('has no lag because of scrapes that take long', async () => {
    const { own } = measured({ eventLoopMonitoringPrecision: 1e6 })
    own.collector.setMaxSeries(Infinity)
    for (let at = 0; at < 50_000; at++) own.inc('many', 1, { at })
    own.beforeRead(() => spin(20))
    own.beforeRead(async () => {
      await setImmediate()
      spin(20)
    })
    const server = await listen((req, res) => own.handle(req, res))
    for (let scrape = 0; scrape < 3; scrape++) {
      const { body } = await request(server.address().port, '/')
      assert.match(body, /^nodejs_eventloop_lag_seconds 0$/m)
    }
    await close(server)
  })

  test('records its delays in a timing, for windows and exact quantiles', async () => {
    const { own } = measured()
    const window = own.collector.window()
    await until(
      () => own.value('nodejs_eventloop_delay')?.count,
      (count) => count > 0,
      'there is a beat',
    )
    window.snapshotAndReset()
    spin(80)
    const most = () => window.snapshot().timings.nodejs_eventloop_delay?.max
    await until(most, (max) => max > 70, 'the delay is recorded')
    const samples = samplesOf((await own.prometheus()).body)
    const of = (name) => samples[`nodejs_eventloop_lag_${name}_seconds`]
    assert.ok(of('max') > 0.07)
    assert.ok(of('min') <= of('p50') && of('p50') <= of('p90') && of('p90') <= of('p99') && of('p99') <= of('max'))
    assert.ok(of('mean') >= of('min') && of('mean') <= of('max') && of('stddev') >= 0)
    window.snapshotAndReset()
    assert.ok(!(most() > 70))
  })

  test('is utilised while it is busy', { skip: isBun && 'Bun does not measure it' }, async () => {
    const { own, read } = measured()
    await setImmediate()
    spin(350)
    const count = 'nodejs_eventloop_utilization_histogram_count'
    const samples = await until(read, (now) => now[count] >= 3, 'three intervals have passed')
    assert.ok(samples.nodejs_eventloop_utilization_histogram_sum / samples[count] > 0.3)
    assert.equal(samples.nodejs_eventloop_utilization_summary_count, samples[count])
    assert.ok(own.value('nodejs_eventloop_utilization_summary').max <= 1)
  })
})

test('an idle event loop is woken a few times a second at most', async (t) => {
  const program = `
    const { performance } = require('node:perf_hooks')
    const turns = () => performance.nodeTiming.uvMetricsInfo?.loopCount
    require('.').collectDefaultMetrics()
    // the turns of the start are over
    setTimeout(() => {
      const [before, began] = [turns(), performance.now()]
      const report = () => console.log(JSON.stringify([turns() - before, performance.now() - began]))
      setTimeout(report, 2000)
    }, 500)
  `
  const { stdout } = await run(process.execPath, ['-e', program], { cwd: path.join(__dirname, '..', '..') })
  const [turns, milliseconds] = JSON.parse(stdout)
  if (turns === null) return t.skip('this runtime does not count the turns of its event loop')
  // a monitor of the event loop's delay with prom-client's resolution makes a hundred
  assert.ok(turns / milliseconds < 10 / 1000, `${turns} turns in ${milliseconds} ms`)
})
