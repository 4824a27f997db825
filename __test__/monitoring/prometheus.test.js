'use strict'

// Tests docs/prometheus.md and examples/monitoring: a real Prometheus scrapes pools of several namespaces and an app with
// tallystick/auto every second, and evaluates every query of the guide and of the dashboards and every alert.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { until } = require('../support/until')
const { PrometheusServer } = require('./prometheus-server')
const { Pool, Program } = require('./targets')

const root = path.resolve(__dirname, '..', '..')
const folder = path.join(root, 'examples', 'monitoring')
const read = (...names) => fs.readFileSync(path.join(folder, ...names), 'utf8')
const promtool = (...args) => execFileSync(String(process.env.TALLYSTICK_PROMTOOL), args, { encoding: 'utf8' })

/** Replaces something that must be in the text. @param {string} text @param {RegExp | string} what @param {string} by */
function replaced(text, what, by) {
  const result = text.replace(what, by)
  assert.notEqual(result, text, `${what} is not in\n${text}`)
  return result
}

/** Scraped and evaluated each second, at these addresses. @param {string} config @param {string[]} addresses */
function hurried(config, addresses) {
  const each = config
    .replaceAll(/(scrape_interval|evaluation_interval): 15s/g, '$1: 1s')
    .replace('timeout: 10s', 'timeout: 1s')
  return replaced(each, /targets: \[.*\]/, `targets: ${JSON.stringify(addresses)}`)
}

/** The rows of the table under a heading of the guide. @param {string} heading */
function rowsOf(heading) {
  const guide = fs.readFileSync(path.join(root, 'docs', 'prometheus.md'), 'utf8')
  const section = guide.split(/^## /m).find((text) => text.startsWith(heading)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  return rows.slice(1).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const codes = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code)
const guideQueries = rowsOf('3. Query').map(([, query]) => codes(query)[0])
const guideAlerts = rowsOf('4. Alert').map((row) => [codes(row[0])[0], codes(row[1])[0], row[2]])
const dashboardOf = (name) => JSON.parse(read('grafana', 'dashboards', `${name}.json`))
const dashboard = dashboardOf('pool')
const appDashboard = dashboardOf('app')
const chartsOf = ({ panels }) => panels.filter(({ type }) => type !== 'row')

/** The alerts of the file: name, expression, how long. */
function shippedAlerts() {
  const rules = read('prometheus', 'alerts.yml').split('- alert: ').slice(1)
  return rules.map((rule) => [
    /^\w+/.exec(rule)[0],
    /expr: (.*)/.exec(rule)[1],
    /for: (.*)/.exec(rule)?.[1] ?? 'at once',
  ])
}

/** A query of a dashboard with the values of its variables. @param {string} query @param {Record<string, string>} values */
function interpolated(query, values) {
  return query.replaceAll(/\$\{?(\w+)\}?/g, (_, name) => values[name])
}

describe('the files that are shipped', () => {
  test('include rules that promtool accepts, and that fire when they should and not before', () => {
    assert.match(promtool('check', 'rules', path.join(folder, 'prometheus', 'alerts.yml')), /SUCCESS: 7 rules found/)
    assert.match(promtool('test', 'rules', path.join(__dirname, 'alerts.test.yml')), /SUCCESS/)
  })

  test('include configs that promtool accepts', () => {
    for (const name of ['prometheus.yml', 'instances.yml']) {
      assert.match(promtool('check', 'config', path.join(folder, 'prometheus', name)), /SUCCESS: 1 rule files found/)
    }
  })

  test('contain what the guide says', () => {
    assert.deepEqual(shippedAlerts(), guideAlerts)
    const shown = rowsOf('5. Dashboard').map(([title, , queries]) => [title, codes(queries)])
    const panels = dashboard.panels.map(({ title, targets }) => [
      title,
      // what sets the maximum of a scale is no query of its own
      targets.filter(({ refId }) => refId !== 'max').map(({ expr }) => expr),
    ])
    assert.deepEqual(new Map(panels), new Map(shown))
    const guide = fs.readFileSync(path.join(root, 'docs', 'prometheus.md'), 'utf8')
    const listed = [...guide.matchAll(/^- \*\*[\w ]+\*\*: (.*)$/gm)].flatMap(([, titles]) => titles.split(', '))
    assert.deepEqual(
      listed,
      chartsOf(appDashboard).map(({ title }) => title),
    )
    const scraped = /^scrape_configs:\n[\s\S]*/m.exec(read('prometheus', 'prometheus.yml'))[0]
    assert.ok(guide.includes(scraped), 'the scrape config of the guide is that of the file')
  })

  test('are where Compose and Grafana look for them', () => {
    const compose = read('compose.yaml')
    const mounted = [...compose.matchAll(/- (\.\/[^:]+):/g)].map(([, name]) => name)
    assert.deepEqual(mounted, ['./app', './prometheus', './grafana/provisioning', './grafana/dashboards'])
    for (const name of mounted) assert.ok(fs.statSync(path.join(folder, name)).isDirectory())
    const dashboards = /path: (.*)/.exec(read('grafana', 'provisioning', 'dashboards', 'files.yml'))[1]
    assert.ok(compose.includes(`./grafana/dashboards:${dashboards}:ro`))
    const source = read('grafana', 'provisioning', 'datasources', 'prometheus.yml')
    const uid = /uid: (.*)/.exec(source)[1]
    for (const each of [dashboard, appDashboard]) {
      const charts = chartsOf(each)
      const sources = [...charts, ...charts.flatMap(({ targets }) => targets), ...each.templating.list]
      for (const { datasource } of sources) assert.deepEqual(datasource, { type: 'prometheus', uid })
    }
    assert.match(source, /url: http:\/\/prometheus:9090$/m)
    assert.match(read('prometheus', 'prometheus.yml'), /targets: \["app:8000"\]/)
  })
})

describe('a Prometheus that scrapes every second', () => {
  const server = new PrometheusServer()
  const demo = new Program('scripts/start.js', ['--port', '0', '--workers', '2'])
  // as the Compose file runs it, but that the package is this folder
  const app = new Program('examples/monitoring/app/server.js', [], { PORT: '0' }, ['--import', 'tallystick/auto'])
  const well = new Pool(8, ['active', 'idle'])
  const full = new Pool(2, ['active', 'active'], { namespace: 'shop' })
  const empty = new Pool(2, ['terminated'])
  /** Its uptime falls at the fourth scrape. */
  const restarted = new Pool(2, ['idle'], {
    namespace: 'shop',
    shown: (text, scrapes) =>
      replaced(text, /^(shop_uptime_seconds) .*/m, `$1 ${scrapes < 3 ? 1000 + scrapes : scrapes}`),
  })
  const namespaces = {
    demo: 'tiles',
    app: 'passwords',
    well: 'buntime',
    full: 'shop',
    empty: 'buntime',
    restarted: 'shop',
  }
  /** @type {Record<string, string>} by name */
  const addresses = {}

  before(async () => {
    addresses.demo = await demo.address(/open +http:\/\/127\.0\.0\.1:(\d+)\//)
    addresses.app = await app.address(/listening on port (\d+)\n/)
    for (const [name, pool] of Object.entries({ well, full, empty, restarted })) addresses[name] = await pool.address()
    await server.start({
      'prometheus.yml': hurried(read('prometheus', 'prometheus.yml'), Object.values(addresses)),
      // at once rather than after minutes, which promtool has tested
      'alerts.yml': replaced(read('prometheus', 'alerts.yml'), /for: \w+/g, 'for: 1s'),
    })
  })

  after(async () => {
    await server.stop()
    await Promise.all([demo.stop(), app.stop()])
    for (const pool of [well, full, empty, restarted]) pool.stop()
  })

  const nextScrape = () => once(well, 'scraped')

  /**
   * The values of a query, by the name of their target.
   * @param {string} query
   * @param {number} [count] of targets that must have one
   */
  async function valuesOf(query, count = Object.keys(addresses).length) {
    const isAnswered = ({ length }) => length >= count
    const samples = await until(() => server.query(query), isAnswered, `${query} has ${count} results`, nextScrape)
    const named = Object.entries(addresses).map(([name, address]) => [
      name,
      samples.find(([{ instance }]) => instance === address)?.[1],
    ])
    return Object.fromEntries(named)
  }

  test('has the families of every target, with the labels of the config', async () => {
    const ofConfig = '{__name__=~".+_pool_size", environment="production", service="app", job="app"}'
    const sizes = await valuesOf(ofConfig)
    assert.deepEqual(sizes, { demo: 2, app: 4, well: 8, full: 2, empty: 2, restarted: 2 })
    assert.deepEqual(new Set(Object.values(await valuesOf('up'))), new Set([1]))
    assert.equal((await valuesOf('tiles_renderAll_calls_total', 1)).demo, 2)
    assert.ok((await valuesOf('passwords_hash_seconds_count', 1)).app >= 0)
  })

  for (const query of guideQueries) {
    test(`has a result of ${query} for each target`, async () => {
      for (const [name, value] of Object.entries(await valuesOf(query))) {
        assert.ok(Number.isFinite(value), `${name}: ${value}`)
      }
    })
  }

  test('has the right results', async () => {
    const of = (index) => valuesOf(guideQueries[index])
    const [utilization, average, remaining, slots] = await Promise.all([0, 1, 2, 3].map(of))
    assert.deepEqual([utilization.well, utilization.full, utilization.empty], [12.5, 100, 0])
    assert.deepEqual([average.well, average.full, average.empty], [12.5, 100, 0])
    assert.deepEqual([remaining.well, remaining.full, remaining.empty], [6, 0, 2])
    assert.deepEqual([slots.well, slots.full, slots.empty], [25, 100, 0])
    const hours = await valuesOf(guideQueries[6])
    assert.ok(hours.demo > 0 && hours.demo < 1)
  })

  test('offers the namespaces of all pools in the dashboard', async () => {
    await valuesOf('{__name__=~".+_pool_size"}')
    const [{ definition, regex }] = dashboard.templating.list
    const selector = /^label_values\((.*), __name__\)$/.exec(definition)[1]
    const names = await server.names(selector)
    const offered = names.map((name) => new RegExp(regex.slice(1, -1)).exec(name)?.[1])
    assert.deepEqual(offered, [...new Set(Object.values(namespaces))].sort())
  })

  for (const { title, targets } of chartsOf(dashboard)) {
    test(`has a result for the panel ${title} in each namespace`, async () => {
      for (const [name, namespace] of Object.entries(namespaces)) {
        for (const { expr } of targets) {
          const query = interpolated(expr, { namespace })
          const value = (await valuesOf(query, 1))[name]
          assert.ok(Number.isFinite(value), `${query} of ${name}: ${value}`)
        }
      }
    })
  }

  for (const { title, targets } of chartsOf(appDashboard)) {
    test(`has a result for the panel ${title} of the app`, async () => {
      for (const { expr } of targets) {
        const query = interpolated(expr, { job: 'app', instance: addresses.app, __rate_interval: '10s' })
        // a rate has no value before a second scrape; an idle thread of Piscina waits outside its event loop, and so has no delays
        const isAnswered = (results) => results.some(([, value]) => Number.isFinite(value))
        const samples = await until(() => server.query(query), isAnswered, `${query} has a result`, nextScrape)
        for (const [labels] of samples) assert.ok([undefined, addresses.app].includes(labels.instance))
      }
    })
  }

  test('has the routes, the threads and the called servers of the app in its dashboard', async () => {
    const of = (title) => chartsOf(appDashboard).find((panel) => panel.title === title).targets[0].expr
    const labelsOf = async (title, label) => {
      const query = interpolated(of(title), { job: '.*', instance: '.*', __rate_interval: '10s' })
      return (await server.query(query)).map(([labels]) => labels[label])
    }
    const port = addresses.app.split(':')[1]
    for (const [title, label, isComplete] of [
      ['Slowest routes', 'http_route', (routes) => routes.includes('/hash')],
      ['Called servers', 'server_port', (ports) => ports.includes(port)],
      // the main thread has no label, and its pool has one thread or more
      ['Lag', 'thread', (threads) => new Set(threads).size > 1],
    ]) {
      await until(() => labelsOf(title, label), isComplete, `${title} is complete`, nextScrape)
    }
  })

  test('fires the alerts of unhealthy targets, and no others', async () => {
    const expected = [
      `PoolExhausted shop ${addresses.full}`,
      `PoolHighUtilization shop ${addresses.full}`,
      `PoolNoWorkers buntime ${addresses.empty}`,
      `PoolRestart shop ${addresses.restarted}`,
    ]
    const watched = ['demo', 'well', 'full', 'empty', 'restarted'].map((name) => addresses[name])
    // how busy the example's app is depends on the machine
    const ofWatched = async () =>
      (await server.firing()).filter((alert) => watched.some((address) => alert.endsWith(address))).sort()
    const firing = await until(ofWatched, ({ length }) => length >= expected.length, 'the alerts fire', nextScrape)
    assert.deepEqual(firing, expected)
  })

  test('would report a restart of every target with changes()', async () => {
    const changes = await valuesOf('changes({__name__=~".+_uptime_seconds"}[5m]) > 0')
    assert.equal(Object.values(changes).filter((value) => value > 0).length, Object.keys(addresses).length)
    const resets = await valuesOf('resets({__name__=~".+_uptime_seconds"}[5m])')
    assert.deepEqual([resets.demo, resets.well, resets.restarted], [0, 0, 1])
  })
})

describe("the Kubernetes config's relabelling", () => {
  const server = new PrometheusServer()
  const pod = new Pool(3, ['idle'], { namespace: 'shop' })
  after(async () => {
    await server.stop()
    pod.stop()
  })

  test('keeps the pods of the app, once each, at their own address', async () => {
    const [ip, port] = (await pod.address()).split(':')
    const found = (app, containerPort) => ({
      targets: [`${ip}:${containerPort}`],
      labels: {
        __meta_kubernetes_pod_label_app: app,
        __meta_kubernetes_pod_ip: ip,
        __meta_kubernetes_namespace: 'production',
        __meta_kubernetes_pod_name: `${app}-0`,
      },
    })
    // Debian's Prometheus has no Kubernetes service discovery, so its results are listed here
    const discovered = JSON.stringify([found('shop', 1), found('shop', 2), found('other', 1)])
    const config = replaced(
      read('prometheus', 'kubernetes.yml'),
      /kubernetes_sd_configs:\n +- role: pod/,
      `scrape_interval: 1s\n    static_configs: ${discovered}`,
    )
    await server.start({
      'prometheus.yml': replaced(config, '$1:8000', `$1:${port}`),
      'alerts.yml': read('prometheus', 'alerts.yml'),
    })
    await once(pod, 'scraped')
    let samples = []
    for (const deadline = Date.now() + 30_000; samples.length === 0 && Date.now() < deadline; ) {
      samples = await server.query('shop_pool_size')
    }
    const [[labels, value]] = samples
    assert.equal(value, 3)
    assert.deepEqual(labels, {
      __name__: 'shop_pool_size',
      instance: `${ip}:${port}`,
      job: 'shop',
      namespace: 'production',
      pod: 'shop-0',
    })
    const { active, dropped } = await server.targets()
    assert.deepEqual([active.length, samples.length], [1, 1])
    assert.deepEqual(
      dropped.map(({ discoveredLabels }) => discoveredLabels.__meta_kubernetes_pod_name),
      ['other-0'],
    )
  })
})
