'use strict'

// The example's fleet: what two databases have of three instances, one of which is killed under load and started again, against what
// the instances counted.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { exactQuantile } = require('../support/oracle')
const { until } = require('../support/until')
const { Crash } = require('./crash')
const { pause, read } = require('./fleet')
const { histogramQuantile } = require('./quantiles')

const root = path.resolve(__dirname, '..', '..')
const DATABASES = /** @type {const} */ (['Prometheus', 'VictoriaMetrics'])
const PAYMENTS = ['card', 'invoice', 'voucher']
const QUANTILES = [0.5, 0.9, 0.99]
/** Seconds. */
const RATE_WINDOW = 6
/** By how much the clock of this process and the times of scrapes may differ. */
const CLOCK_SECONDS = 0.01

const bounds = /buckets: \[(.*)\]/
  .exec(read('app', 'orders.js'))[1]
  .split(', ')
  .map((millis) => Number(millis) / 1000)
const recordedNames = [...read('prometheus', 'rules.yml').matchAll(/- record: (.*)/g)].map(([, name]) => name)
const guide = fs.readFileSync(path.join(root, 'docs', 'fleet.md'), 'utf8')
/** The rows of the guide's table of queries, as `[question, query]`. */
const guideQueries = [...guide.matchAll(/^\| ([^|]+) \| `((?:sum|topk|histogram)[^`]+)` \|$/gm)].map((row) =>
  row.slice(1),
)
const dashboard = JSON.parse(read('grafana', 'dashboards', 'fleet.json'))

const crash = new Crash()
const { fleet, moments } = crash
const sum = (values) => values.reduce((total, value) => total + value, 0)

/** @param {number} actual @param {number} expected @param {number} tolerance relative @param {string} what */
function near(actual, expected, tolerance, what) {
  const error = Math.abs(actual - expected) / expected
  assert.ok(error <= tolerance, `${what} is ${actual}; expected ${expected}, within ${tolerance}`)
}

/** The single value of a query. @param {typeof DATABASES[number]} database @param {string} query @param {number} [time] */
async function numberOf(database, query, time) {
  const samples = await fleet.databases[database].query(query, time)
  assert.equal(samples.length, 1, `${query} in ${database}: ${JSON.stringify(samples)}`)
  return samples[0][1]
}

before(() => crash.run())
after(() => fleet.stop())

test('the load is one that can fail the tests', async () => {
  assert.equal(guideQueries.length, 5)
  const processes = await crash.processes()
  assert.equal(processes.length, 4)
  for (const { orders, scrapes } of processes) assert.ok(orders.length >= 100 && scrapes.length >= 5)
  for (const payment of PAYMENTS) assert.ok(crash.orders.some((order) => order.payment === payment))
})

test('each scrape has what the instance had counted at that moment', async () => {
  for (const [index, { orders, sent, scrapes }] of (await crash.processes()).entries()) {
    for (const [at, value] of scrapes) {
      const answered = orders.filter(({ ended }) => ended < at - CLOCK_SECONDS).length
      // a scrape has the time of its start, and ends within a second
      const begun = sent.filter((time) => time < at + 1).length
      assert.ok(answered <= value && value <= begun, `process ${index}: ${answered} ≤ ${value} ≤ ${begun}`)
    }
  }
})

test('a crash loses what was counted after the last scrape, and nothing before it', async () => {
  const { orders, scrapes } = await crash.killedProcess()
  const [at, value] = scrapes.at(-1)
  assert.equal(value, crash.scrapedBefore)
  const lost = orders.length - value
  const since = orders.filter(({ ended }) => ended >= at - CLOCK_SECONDS).length
  assert.ok(lost <= since, `${lost} are lost, and ${since} were answered after the last scrape`)
})

for (const database of DATABASES) {
  describe(database, () => {
    test('has the sums over the fleet', async () => {
      const orders = crash.orders
      assert.equal(await numberOf(database, 'sum(shop_orders_total)'), orders.length)
      assert.equal(await numberOf(database, 'sum(shop_pricing_duration_seconds_count)'), orders.length)
      const seconds = sum(orders.map(({ millis }) => millis / 1000))
      near(await numberOf(database, 'sum(shop_pricing_duration_seconds_sum)'), seconds, 1e-6, 'the sum of durations')
      for (const payment of PAYMENTS) {
        const count = orders.filter((order) => order.payment === payment).length
        assert.equal(await numberOf(database, `sum(shop_orders_total{payment="${payment}"})`), count)
      }
    })

    test('has the sums of each instance and each payment', async () => {
      const samples = await fleet.databases[database].query('shop_orders_total')
      const found = samples.map(([{ instance, payment, job }, value]) => `${job} ${instance} ${payment} ${value}`)
      const expected = fleet.instances.flatMap(({ address }, index) =>
        PAYMENTS.map((payment) => {
          const count = crash.ordersOf(index).filter((order) => order.payment === payment).length
          return `shop ${address} ${payment} ${count}`
        }),
      )
      assert.deepEqual(found.sort(), expected.sort())
    })

    test('has the increase over the fleet, across the crash', async () => {
      const increase = await numberOf(database, 'sum(increase(shop_orders_total[10m]))', moments.end)
      const scrapes = await Promise.all(fleet.instances.map((_, index) => fleet.scraped(index, moments.end)))
      const fewest = Math.min(...scrapes.map(({ length }) => length))
      // Prometheus extrapolates to the end of the range, by at most 1.1 intervals of an instance
      const most = database === 'Prometheus' ? crash.kept * (1 + 1.1 / (fewest - 1)) : crash.kept
      assert.ok(
        increase > crash.kept * (1 - 1e-9) && increase <= most * (1 + 1e-9),
        `${crash.kept} ≤ ${increase} ≤ ${most}`,
      )
    })

    test('has one restart, that of the killed instance', async () => {
      // to VictoriaMetrics, the first value of a series is a change
      const changes = database === 'Prometheus' ? [0, 1, 0] : [1, 2, 1]
      for (const [query, expected] of /** @type {const} */ ([
        ['max by (instance) (resets(shop_pricing_duration_seconds_count[10m]))', [0, 1, 0]],
        ['changes(process_start_time_seconds{job="shop"}[10m])', changes],
      ])) {
        const samples = await fleet.databases[database].query(query, moments.end)
        const values = fleet.instances.map(({ address }) => samples.find(([{ instance }]) => instance === address)?.[1])
        assert.deepEqual(values, expected, query)
      }
    })

    test('has the rate over the fleet in the middle of the load', async () => {
      const expected = await crash.rate(database, RATE_WINDOW)
      const rate = await numberOf(database, `sum(rate(shop_orders_total[${RATE_WINDOW}s]))`, moments.middle)
      near(rate, expected, 0.1, 'the rate')
    })

    for (const q of QUANTILES) {
      test(`has the quantile ${q} over the fleet`, async () => {
        const seconds = crash.orders.map(({ millis }) => millis / 1000)
        const expected = histogramQuantile(seconds, bounds, q)
        const value = await numberOf(
          database,
          `histogram_quantile(${q}, sum by (le) (shop_pricing_duration_seconds_bucket))`,
        )
        // a timing's own buckets at the edge of an exposed one have an error of 0.8 %
        near(value, expected.value, 0.03, `the quantile ${q}`)
        const exact = exactQuantile(seconds, q)
        assert.ok(Math.abs(value - exact) <= (expected.upper - expected.lower) * 1.03)
      })

      test(`has the quantile ${q} of the rates, across the crash`, async () => {
        const { value } = histogramQuantile(crash.allSeconds, bounds, q)
        const query = `histogram_quantile(${q}, sum by (le) (rate(shop_pricing_duration_seconds_bucket[10m])))`
        near(await numberOf(database, query, moments.end), value, 0.1, `the quantile ${q}`)
      })
    }

    test('has every series of the recording rules', async () => {
      for (const name of recordedNames) {
        const query = () => fleet.databases[database].query(`${name}{job="shop"}`)
        const samples = await until(query, ({ length }) => length > 0, `${name} is in ${database}`, pause)
        for (const [, value] of samples) assert.ok(Number.isFinite(value), `${name}: ${value}`)
      }
      assert.equal(await numberOf(database, 'job:up:count{job="shop"}'), 3)
      assert.equal(await numberOf(database, 'job:http_server_requests:error_ratio_rate5m'), 0)
    })

    test('has rules that agree with what the instances counted', async () => {
      const hour = await numberOf(database, 'job:shop_orders:increase1h')
      near(hour, crash.kept, 0.1, 'the increase in an hour')
      const rates = await numberOf(database, 'sum(job_payment:shop_orders:rate5m)')
      near(rates * 300, crash.kept, 0.1, 'the rates by payment')
      near(await numberOf(database, 'sum(job_instance:shop_orders:rate5m)'), rates, 1e-6, 'the rates by instance')
      for (const [name, q] of /** @type {const} */ ([
        ['p50', 0.5],
        ['p99', 0.99],
      ])) {
        const { value } = histogramQuantile(crash.allSeconds, bounds, q)
        near(await numberOf(database, `job:shop_pricing_duration_seconds:${name}_rate5m`), value, 0.1, name)
      }
    })

    for (const [question, query] of guideQueries) {
      test(`answers the guide's question for ${question}`, async () => {
        const samples = await fleet.databases[database].query(query)
        assert.ok(samples.length > 0, query)
        for (const [, value] of samples) assert.ok(Number.isFinite(value), `${query}: ${value}`)
      })
    }

    for (const { title, targets } of dashboard.panels) {
      test(`has a result for the panel ${title}`, async () => {
        for (const { expr } of targets) {
          const query = expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*')
          const samples = await fleet.databases[database].query(query)
          assert.ok(samples.length > 0, query)
          for (const [, value] of samples) assert.ok(Number.isFinite(value), `${query}: ${value}`)
        }
      })
    }
  })
}

test('VictoriaMetrics evaluates the rules, too, as vmalert does', async () => {
  const { groups } = await fleet.prometheus.api.get('rules')
  const rules = groups.flatMap((group) => group.rules)
  assert.ok(rules.length > recordedNames.length)
  for (const { name, query, type, health, lastError } of rules) {
    assert.equal(health, 'ok', `${name}: ${lastError}`)
    const samples = await fleet.databases.VictoriaMetrics.query(query)
    assert.ok(type === 'alerting' || samples.length > 0, name)
  }
})

test('what VictoriaMetrics has carries the label of the cluster', async () => {
  const samples = await fleet.databases.VictoriaMetrics.query('count by (cluster) ({job="shop"})')
  assert.deepEqual(
    samples.map(([labels]) => labels),
    [{ cluster: 'eu-1' }],
  )
})

test('alerts end with their cause, and the remote write has what its alerts read', async () => {
  const isQuiet = (alerts) => !alerts.some((alert) => alert.startsWith('ShopInstanceDown'))
  const firing = await until(() => fleet.prometheus.firing(), isQuiet, 'ShopInstanceDown ends', pause)
  assert.deepEqual(
    firing.filter((alert) => alert.startsWith('RemoteWrite') || alert.startsWith('ShopFleet')),
    [],
  )
  for (const [, expression] of read('prometheus', 'alerts.yml').matchAll(/(prometheus_remote_storage_\w+)/g)) {
    assert.ok((await fleet.prometheus.query(expression)).length > 0, expression)
  }
})

test('an instance that is ended loses nothing: it goes on until its last scrape', async () => {
  const [instance, load] = [fleet.instances[0], fleet.loads[0]]
  await Promise.all(Array.from({ length: 20 }, () => load.order()))
  assert.equal(await instance.end(), 0)
  const scraped = async () => (await fleet.scraped(0)).at(-1)[1]
  await until(scraped, (orders) => orders === load.orders.length, `${load.orders.length} orders are scraped`, pause)
})
