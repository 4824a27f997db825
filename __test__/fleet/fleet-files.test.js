'use strict'

// The files of examples/fleet: each accepted by the program that reads it, and all of them by the names of the others.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { PrometheusServer } = require('../monitoring/prometheus-server')
const { until } = require('../support/until')
const { folder, pause, read, replaced } = require('./fleet')
const { Instance } = require('./instance')
const { checkScrapeConfig } = require('./victoria-metrics')

const promtool = (...args) => execFileSync(String(process.env.TALLYSTICK_PROMTOOL), args, { encoding: 'utf8' })
const dashboard = JSON.parse(read('grafana', 'dashboards', 'fleet.json'))

const withYaml = { skip: bunPath() ? false : 'there is no bun for this platform, which parses YAML' }

/** The documents of a YAML file. @param {string[]} names */
function documents(...names) {
  const texts = JSON.stringify(read(...names).split(/^---$/m))
  const program = `console.log(JSON.stringify(${texts}.map(Bun.YAML.parse)))`
  return JSON.parse(execFileSync(String(bunPath()), ['--eval', program], { encoding: 'utf8' }))
}

test('rules and alerts are right over minutes and hours', () => {
  for (const [name, count] of /** @type {const} */ ([
    ['rules.yml', 16],
    ['alerts.yml', 11],
  ])) {
    const outcome = promtool('check', 'rules', path.join(folder, 'prometheus', name))
    assert.match(outcome, new RegExp(`SUCCESS: ${count} rules found`))
  }
  assert.match(promtool('test', 'rules', path.join(__dirname, 'rules.test.yml')), /SUCCESS/)
})

test('every alert has a test', () => {
  const tested = fs.readFileSync(path.join(__dirname, 'rules.test.yml'), 'utf8')
  for (const [, name] of read('prometheus', 'alerts.yml').matchAll(/- alert: (\w+)/g)) {
    assert.match(tested, new RegExp(`alertname: ${name}\n +exp_alerts:`))
  }
})

test('no rule or panel selects a bucket whose bound is written differently in OpenMetrics', () => {
  const rules = ['rules.yml', 'alerts.yml'].map((name) => read('prometheus', name).replaceAll(/^ *#.*/gm, ''))
  const texts = [...rules, JSON.stringify(dashboard)]
  const selected = texts.flatMap((text) => [...text.matchAll(/le=~?\\?"([^"\\]*)/g)].map(([, bound]) => bound))
  assert.ok(selected.length > 0)
  for (const bound of selected) assert.ok(bound === '+Inf' || !Number.isInteger(Number(bound)), bound)
})

test('the configs are accepted, by Prometheus and by the scraper of VictoriaMetrics', () => {
  const config = path.join(folder, 'prometheus', 'prometheus.yml')
  assert.match(promtool('check', 'config', config), /SUCCESS: 2 rule files found/)
  // Debian's Prometheus has no Kubernetes service discovery; VictoriaMetrics has, and refuses unknown fields
  const scraped = /^scrape_configs:\n[\s\S]*?(?=^\w+:)/m
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-scrape-'))
  try {
    for (const name of ['prometheus.yml', 'kubernetes.yml', 'sharded.yml']) {
      const [section] = scraped.exec(read('prometheus', name)) ?? []
      const file = path.join(temporary, name)
      fs.writeFileSync(file, String(section))
      checkScrapeConfig(file)
      fs.writeFileSync(file, replaced(String(section), 'sample_limit', 'sample_limits'))
      assert.throws(() => checkScrapeConfig(file), /field sample_limits not found/)
    }
  } finally {
    fs.rmSync(temporary, { recursive: true })
  }
})

test('three shards have each target once, and none has all', async () => {
  // ports where nothing listens: the targets matter, not their scrapes
  const targets = Array.from({ length: 30 }, (_, index) => `127.0.0.1:${index + 1}`)
  const local = withoutRemoteWrite(read('prometheus', 'sharded.yml'))
  const listed = replaced(local, /targets: \["shop-.*\]/, `targets: ${JSON.stringify(targets)}`)
  const others = ['1', '2'].map((shard) => replaced(listed, 'regex: "0"', `regex: "${shard}"`))
  const shards = await Promise.all([listed, ...others].map((config) => targetsOf(config, targets.length + 1)))
  for (const shard of shards) assert.ok(shard.length > 0 && shard.length < targets.length)
  assert.deepEqual(shards.flat().sort(), targets.sort())
})

/** @param {string} config */
function withoutRemoteWrite(config) {
  return replaced(config, /^remote_write:[\s\S]*/m, '')
}

/**
 * The instances of the shop that a Prometheus with this config scrapes.
 * @param {string} config
 * @param {number} count of all it discovers
 */
async function targetsOf(config, count) {
  const server = new PrometheusServer()
  try {
    await server.start({ 'prometheus.yml': config })
    const areDiscovered = ({ active, dropped }) => active.length + dropped.length >= count
    const { active } = await until(() => server.targets(), areDiscovered, 'the targets are discovered', pause)
    return active.filter(({ labels }) => labels.job === 'shop').map(({ labels }) => labels.instance)
  } finally {
    await server.stop()
  }
}

test('Compose, Prometheus and Grafana use the same names', withYaml, () => {
  const [compose] = documents('compose.yaml')
  const [config] = documents('prometheus', 'prometheus.yml')
  const [shop] = config.scrape_configs
  assert.deepEqual(
    shop.static_configs[0].targets,
    Object.keys(compose.services)
      .filter((name) => name.startsWith('shop-'))
      .map((name) => `${name}:8000`),
  )
  assert.ok(compose.services['victoria-metrics'].ports.includes('8428:8428'))
  assert.equal(new URL(config.remote_write[0].url).host, 'victoria-metrics:8428')
  const [{ datasources }] = documents('grafana', 'provisioning', 'datasources', 'databases.yml')
  for (const { url } of datasources) {
    const { hostname, port } = new URL(url)
    assert.ok(compose.services[hostname].ports.includes(`${port}:${port}`), url)
  }
  for (const { volumes = [] } of Object.values(compose.services)) {
    const mounted = volumes.filter((volume) => volume.startsWith('./'))
    for (const volume of mounted) assert.ok(fs.statSync(path.join(folder, volume.split(':')[0])).isDirectory())
  }
  assert.ok(fs.existsSync(path.join(folder, compose['x-shop'].build, 'Dockerfile')))
})

test('the dashboard reads recorded series and variables that exist', () => {
  const recorded = [...read('prometheus', 'rules.yml').matchAll(/- record: (.*)/g)].map(([, name]) => name)
  const variables = dashboard.templating.list.map(({ name }) => name)
  for (const { datasource, targets } of dashboard.panels) {
    for (const each of [{ datasource }, ...targets]) assert.equal(each.datasource.uid, '$' + '{datasource}')
    for (const { expr } of targets) {
      for (const [name] of expr.matchAll(/\w+(?::\w+)+/g)) assert.ok(recorded.includes(name), name)
      for (const [, name] of expr.matchAll(/\$([a-z]+)/g)) assert.ok(variables.includes(name), name)
    }
  }
})

test('the manifests and both ways to find the pods agree', withYaml, () => {
  const [deployment, service] = documents('kubernetes', 'app.yaml')
  const [monitor] = documents('kubernetes', 'pod-monitor.yaml')
  const { metadata, spec } = deployment.spec.template
  const [container] = spec.containers
  for (const labels of [
    deployment.spec.selector.matchLabels,
    service.spec.selector,
    monitor.spec.selector.matchLabels,
  ]) {
    assert.deepEqual(labels, metadata.labels)
  }
  const [port] = container.ports
  assert.equal(deployment.spec.replicas, 3)
  assert.equal(metadata.annotations['prometheus.io/port'], String(port.containerPort))
  assert.equal(container.env.find(({ name }) => name === 'PORT').value, String(port.containerPort))
  assert.equal(service.spec.ports[0].targetPort, port.name)
  assert.equal(container.readinessProbe.httpGet.port, port.name)
  const [endpoint] = monitor.spec.podMetricsEndpoints
  assert.equal(endpoint.port, port.name)
  assert.equal(endpoint.path, metadata.annotations['prometheus.io/path'])
  // the alert on sample_limit knows it
  const [config] = documents('prometheus', 'kubernetes.yml')
  assert.equal(config.scrape_configs[0].sample_limit, monitor.spec.sampleLimit)
  assert.match(read('prometheus', 'alerts.yml'), new RegExp(`0\\.8 \\* ${monitor.spec.sampleLimit}\n`))
  // the app waits for its last scrape: longer than an interval, and less than Kubernetes waits for the app
  const waits =
    Number(/LAST_SCRAPE_TIMEOUT_MILLIS = ([\d_]+)/.exec(read('app', 'server.js'))[1].replace('_', '')) / 1000
  assert.ok(waits > Number.parseInt(endpoint.interval, 10) && waits < spec.terminationGracePeriodSeconds)
})

describe("the Kubernetes config's relabelling", () => {
  const server = new PrometheusServer()
  const instance = new Instance()
  before(() => instance.start())
  after(async () => {
    await server.stop()
    await instance.kill()
  })

  test(
    'keeps the running pods with the annotation, once each, under the job that the rules expect',
    withYaml,
    async () => {
      const [deployment] = documents('kubernetes', 'app.yaml')
      const { annotations, labels } = deployment.spec.template.metadata
      const [ip, port] = instance.address.split(':')
      const escaped = (name) => name.replaceAll(/[^a-zA-Z0-9_]/g, '_')
      const meta = (prefix, values) =>
        Object.entries(values).map(([name, value]) => [`__meta_kubernetes_pod_${prefix}_${escaped(name)}`, value])
      // as Kubernetes' service discovery reports a pod, which Debian's Prometheus does not have
      const found = (name, containerPort, { phase = 'Running', pod = annotations } = {}) => ({
        targets: [`${ip}:${containerPort}`],
        labels: Object.fromEntries([
          ['__meta_kubernetes_namespace', 'shops'],
          ['__meta_kubernetes_pod_name', name],
          ['__meta_kubernetes_pod_node_name', 'node-1'],
          ['__meta_kubernetes_pod_phase', phase],
          ['__meta_kubernetes_pod_ip', ip],
          ...meta('annotation', { ...pod, ...(pod['prometheus.io/port'] && { 'prometheus.io/port': port }) }),
          ...meta('label', labels),
        ]),
      })
      const discovered = [
        found('shop-1', 1),
        found('shop-1', 2),
        found('ended', 1, { phase: 'Succeeded' }),
        found('other', 1, { pod: {} }),
      ]
      let config = withoutRemoteWrite(read('prometheus', 'kubernetes.yml'))
      config = replaced(config, 'scrape_timeout: 10s', 'scrape_interval: 1s\n    scrape_timeout: 1s')
      config = replaced(
        config,
        /kubernetes_sd_configs:\n[\s\S]*?- role: pod/,
        `static_configs: ${JSON.stringify(discovered)}`,
      )
      await server.start({
        'prometheus.yml': config,
        'rules.yml': read('prometheus', 'rules.yml'),
        'alerts.yml': read('prometheus', 'alerts.yml'),
      })
      const query = () => server.query('shop_orders_total{payment="card"}')
      const samples = await until(query, ({ length }) => length > 0, 'the pod is scraped', pause)
      assert.deepEqual(samples, [
        [
          {
            __name__: 'shop_orders_total',
            instance: instance.address,
            job: 'shop',
            namespace: 'shops',
            node: 'node-1',
            payment: 'card',
            pod: 'shop-1',
          },
          0,
        ],
      ])
      const { active, dropped } = await server.targets()
      assert.equal(active.length, 1)
      assert.deepEqual(dropped.map(({ discoveredLabels }) => discoveredLabels.__meta_kubernetes_pod_name).sort(), [
        'ended',
        'other',
      ])
    },
  )
})
