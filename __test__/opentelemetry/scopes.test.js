'use strict'

// The MeterProvider: its options, scopes, resources, and the names that instruments get.

const assert = require('node:assert/strict')
const { afterEach, describe, test } = require('node:test')
const { setImmediate: turn } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { MeterProvider } = require('../../opentelemetry')
const { thrownBy } = require('../support/metrics')
const { forgetLogged, fresh } = require('../support/opentelemetry')
const { takeWarnings } = require('../support/warnings')

afterEach(forgetLogged)

describe('scopes and resources', () => {
  test('a scope is in labels, and the same scope is the same meter', async () => {
    const { provider, samples } = fresh()
    const meter = provider.getMeter('lib', '1.2.3', { schemaUrl: 'https://s', attributes: { team: 'a' } })
    meter.createCounter('a').add(1)
    assert.equal(provider.getMeter('lib', '1.2.3', { schemaUrl: 'https://s', attributes: { team: 'a' } }), meter)
    assert.notEqual(provider.getMeter('lib', '1.2.4'), meter)
    assert.deepEqual(Object.keys(await samples()), [
      'a_total{otel_scope_name="lib",otel_scope_schema_url="https://s",otel_scope_team="a",otel_scope_version="1.2.3"}',
    ])
  })

  test('attributes of a resource that have no text are left out', async () => {
    const circular = {}
    circular.self = circular
    const { text } = fresh({ resource: { 'service.name': 'shop', circular, ids: [1n] } })
    assert.match(await text(), /^target_info\{service_name="shop",telemetry_sdk_language="nodejs"/m)
    const warnings = await takeWarnings()
    assert.deepEqual(
      warnings.map(({ code, message }) => [code, message.match(/attribute "\w+"/)[0]]),
      [
        ['TALLYSTICK_OPENTELEMETRY', 'attribute "circular"'],
        ['TALLYSTICK_OPENTELEMETRY', 'attribute "ids"'],
      ],
    )
  })

  test('target_info has the resource, also what it gets later', async () => {
    let detect = () => {}
    const detected = new Promise((resolve) => {
      detect = () => resolve(undefined)
    })
    const pending = {
      attributes: { 'service.name': 'shop', 'host.id': Promise.resolve('h1') },
      asyncAttributesPending: true,
      async waitForAsyncAttributes() {
        await detected
        this.attributes['host.id'] = 'h1'
      },
    }
    const { text } = fresh({ resource: pending })
    assert.match(await text(), /^target_info\{service_name="shop",telemetry_sdk_language="nodejs".*\} 1$/m)
    detect()
    await turn()
    assert.match(await text(), /^target_info\{host_id="h1",service_name="shop",.*\} 1$/m)
    assert.equal((await text()).match(/^target_info\{/gm).length, 1)
  })

  test('target_info is there again when its collector was cleared', async () => {
    const { collector, meter, text } = fresh({ resource: { 'service.name': 'shop' } })
    const counter = meter.createCounter('calls')
    counter.add(1)
    collector.clear()
    counter.add(2)
    assert.match(await text(), /^calls_total 2$/m)
    assert.match(await text(), /^target_info\{service_name="shop".*\} 1$/m)
  })

  test('after a shutdown new meters record nothing, and callbacks do not run', async () => {
    const { provider, meter, samples } = fresh()
    let calls = 0
    meter.createObservableGauge('g').addCallback(() => calls++)
    await provider.shutdown()
    await provider.shutdown()
    provider.getMeter('late').createCounter('a').add(1)
    provider.getMeter('late').createCounter('a').bind({}).add(1)
    assert.deepEqual([await samples(), calls], [{}, 0])
  })
})

describe('names', () => {
  const instruments = (meter) => {
    meter.createCounter('http.server..calls', { unit: '{call}' }).add(1, { 'http.method': 'GET' })
    meter.createHistogram('http.duration', { unit: 's', advice: { explicitBucketBoundaries: [1] } }).record(1)
    meter.createGauge('cpu.share', { unit: '1' }).record(1)
    meter.createUpDownCounter('open', { unit: '1' }).add(1)
    meter.createGauge('wait_ms', { unit: 'ms' }).record(1)
    meter.createCounter('io', { unit: 'By' }).add(1)
  }
  const utf8 = 'text/plain;version=1.0.0;escaping=allow-utf-8'
  const typesOf = (text) =>
    [...text.matchAll(/^# TYPE "?([^" ]+)"? \w+$/gm)].map(([, name]) => name).filter((name) => name !== 'target_info')
  const suffixed = [
    'http_server_calls_total',
    'http_duration_seconds',
    'cpu_share_ratio',
    'open',
    'wait_ms_milliseconds',
    'io_bytes_total',
  ]

  for (const [names, accept, expected] of [
    ['UnderscoreEscapingWithSuffixes', undefined, suffixed],
    ['UnderscoreEscapingWithSuffixes', utf8, suffixed],
    [
      'UnderscoreEscapingWithoutSuffixes',
      utf8,
      ['http_server_calls', 'http_duration', 'cpu_share', 'open', 'wait_ms', 'io'],
    ],
    [
      'UnderscoreEscapingWithoutUnits',
      utf8,
      ['http_server_calls_total', 'http_duration', 'cpu_share', 'open', 'wait_ms', 'io_total'],
    ],
    [
      'NoUTF8EscapingWithSuffixes',
      utf8,
      [
        'http.server..calls_total',
        'http.duration_seconds',
        'cpu.share_ratio',
        'open',
        'wait_ms_milliseconds',
        'io_bytes_total',
      ],
    ],
    ['NoTranslation', utf8, ['http.server..calls', 'http.duration', 'cpu.share', 'open', 'wait_ms', 'io']],
  ]) {
    test(`${names} for a client that takes ${accept ?? 'the default'}`, async () => {
      const { meter, text } = fresh({ names })
      instruments(meter)
      const body = await text(accept)
      assert.deepEqual(typesOf(body), expected)
      assert.equal(body.includes('"http.method"='), names.startsWith('No'))
    })
  }
})

for (const [options, code] of [
  [{ names: 'dots' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ collector: {} }, 'ERR_TALLYSTICK_COLLECTOR'],
  [{ readers: [{}] }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ views: {} }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ resource: 5 }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ cardinalityLimit: 1.5 }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ reader: [] }, 'ERR_TALLYSTICK_OPTIONS'],
]) {
  test(`new MeterProvider(${JSON.stringify(options)}) throws`, () => {
    assert.equal(thrownBy(() => new MeterProvider(options)).code, code)
  })
}

test('a process has one service.instance.id, in all copies of the package and in workers', async () => {
  const file = require.resolve('../../lib/otlp/resource')
  const idOf = () => require(file).withInstance({})['service.instance.id']
  const id = idOf()
  delete require.cache[file]
  assert.equal(idOf(), id)
  const program = `require('node:worker_threads').parentPort.postMessage(require(${JSON.stringify(file)}).withInstance({}))`
  const worker = new Worker(program, { eval: true })
  const attributes = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  assert.equal(attributes['service.instance.id'], id)
})
