'use strict'

// Programs that use OpenTelemetry's API, with its SDK and with this package: what Prometheus sees before and after. Then published
// instrumentations, whose network is faked, and the SDK's readers over our metrics.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { before, describe, test } = require('node:test')
const { decoded, metricsOf, withPython } = require('../support/otlp')
const { request } = require('../support/http')
const { Project, root } = require('./project')

/** @type {Project} */
let project
before(() => {
  project = new Project('opentelemetry')
  project.copy('opentelemetry')
})

/** A package of the project. @param {string} name */
function load(name) {
  return require(require.resolve(name, { paths: [project.folder] }))
}

/** @param {Record<string, string>} env */
function environmentOf(env) {
  const own = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|NODE_TEST_CONTEXT|NODE_OPTIONS|OTEL_|TALLYSTICK_)/i.test(key),
  )
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...env }
}

/**
 * What Prometheus sees of the application.
 * @param {string} loader what it is started with
 * @param {Record<string, string>} [env]
 * @param {string} [file]
 */
async function scrape(loader, env = {}, file = 'app.mjs') {
  const child = spawn(process.execPath, ['--import', loader, file], { cwd: project.folder, env: environmentOf(env) })
  try {
    const lines = createInterface(child.stderr)[Symbol.asyncIterator]()
    const output = createInterface(child.stdout)[Symbol.asyncIterator]()
    const url = await addressIn(lines)
    assert.equal((await output.next()).value, 'recorded')
    const { status, body } = await request(Number(url.port), url.pathname)
    assert.equal(status, 200)
    return body
  } finally {
    child.stdin.end()
    await once(child, 'exit')
  }
}

/** @param {AsyncIterator<string>} lines */
async function addressIn(lines) {
  for (;;) {
    const { value, done } = await lines.next()
    if (done) assert.fail('the server has no address')
    const found = /metrics at (\S+)/.exec(value)
    if (found) return new URL(found[1])
  }
}

/** The series of an exposition: values by names and sorted labels. @param {string} text */
function seriesOf(text) {
  const series = {}
  for (const [, name, labels = '', value] of text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm)) {
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => {
      return `${key}="${key === 'le' ? Number(text.replace('+Inf', 'Infinity')) : text}"`
    })
    // an absent label is an empty one
    const present = pairs.filter((pair) => !pair.endsWith('=""')).sort()
    series[`${name}{${present}}`] = Number(value)
  }
  return series
}

/** @param {string} text */
function typesOf(text) {
  return Object.fromEntries([...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => [name, type]))
}

/** @param {string} text */
function helpsOf(text) {
  const helps = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [name, help])
  return Object.fromEntries(helps.filter(([, help]) => help !== 'description missing'))
}

/** Without what describes the SDK itself. @param {Record<string, number>} series */
function withoutTarget(series) {
  return Object.fromEntries(Object.entries(series).filter(([name]) => !name.startsWith('target_info')))
}

const ours = 'tallystick/opentelemetry/register'
const exporting = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' }
const guide = readFileSync(path.join(root, 'docs', 'migrating.md'), 'utf8')
/** Of instruments with a unit. */
const renamed = {
  http_server_request_duration: 'http_server_request_duration_seconds',
  sent_total: 'sent_bytes_total',
  temperature: 'temperature_celsius',
  process_cpu_time_total: 'process_cpu_time_seconds_total',
  memory_used: 'memory_used_bytes',
}

describe('an application by one --import', () => {
  test('with names as the SDK has them, Prometheus sees the same series, values, types and texts', async () => {
    const sdk = await scrape('./sdk.mjs')
    const tallystick = await scrape(ours, { ...exporting, TALLYSTICK_OTEL_NAMES: 'UnderscoreEscapingWithoutUnits' })
    const series = withoutTarget(seriesOf(sdk))
    assert.ok(Object.keys(series).length > 30)
    assert.deepEqual(withoutTarget(seriesOf(tallystick)), series)
    assert.deepEqual(typesOf(tallystick), typesOf(sdk))
    assert.deepEqual(helpsOf(tallystick), helpsOf(sdk))
  })

  test('by default names have their units, as the specification says, and nothing else differs', async () => {
    const sdk = await scrape('./sdk.mjs')
    const tallystick = await scrape(ours, exporting)
    const expected = Object.entries(withoutTarget(seriesOf(sdk))).map(([name, value]) => {
      const found = Object.keys(renamed).find((known) => new RegExp(`^${known}(_bucket|_sum|_count)?\\{`).test(name))
      return [found === undefined ? name : renamed[found] + name.slice(found.length), value]
    })
    assert.deepEqual(withoutTarget(seriesOf(tallystick)), Object.fromEntries(expected))
    const types = Object.entries(typesOf(sdk)).map(([name, type]) => [renamed[name] ?? name, type])
    assert.deepEqual(typesOf(tallystick), Object.fromEntries(types))
  })

  test('target_info has the service of the environment', async () => {
    const env = { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' }
    const body = await scrape(ours, { ...exporting, ...env })
    assert.match(body, /^target_info\{deployment_environment_name="test",service_name="shop",.*\} 1$/m)
  })

  test('spans stay with the SDK, whose metrics do not replace ours', () => {
    const { spans, line, isReplaced } = JSON.parse(project.node('--import', ours, 'traces.mjs'))
    assert.deepEqual([spans, isReplaced], [['work'], false])
    assert.equal(line, 'jobs_total{otel_scope_name="shop",queue="mail"} 1')
  })

  test('the program of docs/migrating.md prints what it says', () => {
    const [, program] = /```mjs\n([\s\S]*?)```/.exec(guide)
    project.write('guide.mjs', program)
    const printed = project.node('--import', ours, 'guide.mjs')
    assert.ok(program.includes(`// ${printed.trim()}\n`), printed)
  })

  test('docs/migrating.md has the names before and after', () => {
    for (const [theirs, own] of Object.entries(renamed))
      assert.ok(guide.includes(`| \`${theirs}\` | \`${own}\` |`), own)
  })

  test('a provider that was registered before is a warning', () => {
    const program = "process.on('warning', ({ message }) => console.log(message) ?? process.exit())"
    const printed = project.node('--import', './sdk.mjs', '--import', ours, '-e', program)
    assert.match(printed, /another MeterProvider is registered/)
  })
})

describe('published instrumentations', () => {
  /** @type {Record<string, number>} */
  let series
  before(() => {
    series = seriesOf(project.node('--expose-gc', '--import', ours, 'contrib.cjs'))
  })

  /** The series of a family: values by their labels, without those of the scope. @param {string} name */
  const family = (name) => {
    const own = Object.entries(series).filter(([key]) => key.startsWith(`${name}{`))
    return own.map(([key, value]) => {
      const labels = Object.fromEntries([...key.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]))
      return { labels, value }
    })
  }

  test('HTTP servers and clients, of node:http and of fetch', () => {
    const servers = family('http_server_request_duration_seconds_count')
    assert.deepEqual(
      servers.map(({ labels, value }) => [labels.http_response_status_code, value]),
      [['200', 2]],
    )
    const clients = family('http_client_request_duration_seconds_count').map(({ labels }) => labels.otel_scope_name)
    assert.deepEqual(clients.sort(), ['@opentelemetry/instrumentation-http', '@opentelemetry/instrumentation-undici'])
  })

  test('PostgreSQL: queries and the pool', () => {
    const [queries] = family('db_client_operation_duration_seconds_count')
    assert.deepEqual([queries.value, queries.labels.db_operation_name], [2, 'SELECT'])
    const states = family('db_client_connection_count').map(({ labels }) => labels.db_client_connection_state)
    assert.deepEqual(states.sort(), ['idle', 'used'])
  })

  test('BullMQ: jobs and queues', () => {
    const queues = family('bullmq_queue_jobs').map(({ labels, value }) => [labels.bullmq_queue_jobs_state, value])
    assert.deepEqual(queues, [
      ['wait', 3],
      ['active', 1],
    ])
    assert.equal(family('bullmq_jobs_completed_total')[0].value, 1)
    assert.equal(family('bullmq_job_duration_milliseconds_count')[0].value, 1)
  })

  test('the runtime and the host', () => {
    const [{ value: utilization }] = family('nodejs_eventloop_utilization_ratio')
    assert.ok(utilization > 0 && utilization <= 1)
    assert.ok(family('v8js_gc_duration_seconds_count').length > 0)
    assert.ok(family('v8js_memory_heap_used_bytes').some(({ value }) => value > 0))
    const [{ value: memory }] = family('process_memory_usage')
    assert.ok(memory > 1e6)
    const cpus = family('system_cpu_time_seconds_total').map(({ labels }) => labels.system_cpu_state)
    assert.ok(cpus.includes('user') && cpus.includes('idle'))
  })
})

test('types of the provider, the producer and views are those of the API and the SDK', () => {
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'node16',
    '--target',
    'es2023',
  ]
  const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules', '@types')]
  project.run(process.execPath, [
    path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    ...options,
    ...types,
    'types.ts',
  ])
})

describe('the SDK reads our metrics', () => {
  const { Collector, createMetrics } = require('../..')
  const { MeterProvider, MetricProducer } = require('../../opentelemetry')

  test('its exporter for Prometheus, as producer of a reader', async () => {
    const { PrometheusExporter, PrometheusSerializer } = load('@opentelemetry/exporter-prometheus')
    const sdk = load('@opentelemetry/sdk-metrics')
    const collector = new Collector()
    createMetrics(collector).counter({ name: 'jobs', help: 'Jobs' }).labels({ queue: 'mail' }).inc(3)
    createMetrics(collector)
      .histogram({ name: 'size', buckets: [1, 2] })
      .observe(2)
    const reader = new PrometheusExporter({
      preventServerStart: true,
      metricProducers: [new MetricProducer({ collector })],
    })
    new sdk.MeterProvider({ readers: [reader] })
    const { resourceMetrics, errors } = await reader.collect()
    assert.deepEqual(errors, [])
    const series = withoutTarget(seriesOf(new PrometheusSerializer().serialize(resourceMetrics)))
    const scope = `otel_scope_name="tallystick",otel_scope_version="${require('../../package.json').version}"`
    assert.deepEqual(series, {
      [`jobs_total{${scope},queue="mail"}`]: 3,
      [`size_count{${scope}}`]: 1,
      [`size_sum{${scope}}`]: 2,
      [`size_bucket{le="1",${scope}}`]: 0,
      [`size_bucket{le="2",${scope}}`]: 1,
      [`size_bucket{le="Infinity",${scope}}`]: 1,
    })
  })

  test('a reader of a provider gets cumulative or delta values, as it selects', async () => {
    const sdk = load('@opentelemetry/sdk-metrics')
    const { CUMULATIVE, DELTA } = sdk.AggregationTemporality
    const exporters = [CUMULATIVE, DELTA].map((temporality) => new sdk.InMemoryMetricExporter(temporality))
    const readers = exporters.map((exporter) => new sdk.PeriodicExportingMetricReader({ exporter }))
    const provider = new MeterProvider({ collector: new Collector(), resource: { 'service.name': 'shop' }, readers })
    const meter = provider.getMeter('lib')
    for (const value of [2, 5]) {
      meter.createCounter('jobs').add(value)
      meter.createUpDownCounter('open').add(value)
      meter.createHistogram('h', { advice: { explicitBucketBoundaries: [3] } }).record(value)
      await provider.forceFlush()
    }
    await provider.shutdown()
    const [cumulative, delta] = exporters.map((exporter) => {
      return exporter.getMetrics().map(({ resource, scopeMetrics: [{ scope, metrics }] }) => {
        assert.deepEqual([resource.attributes['service.name'], scope.name], ['shop', 'lib'])
        const values = metrics.map(({ dataPoints: [{ value }] }) => value.count ?? value)
        return [...values, metrics[0].aggregationTemporality]
      })
    })
    assert.deepEqual(cumulative.slice(0, 2), [
      [2, 2, 1, CUMULATIVE],
      [7, 7, 2, CUMULATIVE],
    ])
    assert.deepEqual(delta.slice(0, 2), [
      [2, 2, 1, DELTA],
      [5, 7, 1, DELTA],
    ])
  })

  test('the SDK’s serializer makes of them what we send ourselves', withPython, async () => {
    const { ProtobufMetricsSerializer } = load('@opentelemetry/otlp-transformer')
    const { Messages } = require('../../lib/otlp/messages')
    const { instrumentsOf } = require('../../lib/record/collector')
    const collector = new Collector()
    const meter = new MeterProvider({ collector, resource: {} }).getMeter('lib', '1')
    meter
      .createCounter('jobs', { unit: '{job}', description: 'Jobs' })
      .add(2, { status: 200, ok: true, list: ['a', 2] })
    meter.createHistogram('h').record(12)
    meter.createUpDownCounter('open').add(-2)
    createMetrics(collector).timing('run').observeMillis(5)
    const { resourceMetrics } = await new MetricProducer({ collector }).collect()
    const theirs = metricsOf(decoded(ProtobufMetricsSerializer.serializeRequest(resourceMetrics)))
    const own = metricsOf(decoded(await new Messages(instrumentsOf(collector), false).next({})))
    const plain = (metrics) =>
      JSON.parse(JSON.stringify(metrics), (key, value) =>
        /UnixNano$|^(flags|negative|zeroThreshold)$/.test(key) ? undefined : value,
      )
    assert.deepEqual(plain(own), plain(theirs))
  })
})
