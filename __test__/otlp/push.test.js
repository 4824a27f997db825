'use strict'

// pushOtlp against receivers that take, refuse, throttle, hang and reject a part.

const assert = require('node:assert/strict')
const { execFile } = require('node:child_process')
const path = require('node:path')
const { afterEach, describe, test } = require('node:test')
const { promisify } = require('node:util')
const { Collector, createMetrics, pushOtlp } = require('../..')
const { scopeMetricsOf } = require('../../lib/opentelemetry/metric-data')
const { collectFully } = require('../support/garbage')
const { thrownBy } = require('../support/metrics')
const { answer, attributesOf, decoded, metricsOf, receive, withPython } = require('../support/otlp')
const { takeWarnings } = require('../support/warnings')

const root = path.resolve(__dirname, '..', '..')
/** Nothing in a test waits for it. */
const interval = 2 ** 31 - 1

/** @type {(() => unknown)[]} */
const endings = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A receiver, and what pushes to it. @param {any} answers @param {any} [options] */
async function pushing(answers, options) {
  const receiver = await receive(...answers)
  const collector = new Collector()
  const push = pushOtlp({ url: receiver.url, collector, interval, ...options })
  endings.push(receiver.close, push.stop)
  return { receiver, push, own: createMetrics(collector) }
}

/** The value of a counter in each message. @param {any} receiver @param {string} name */
function totalsOf(receiver, name) {
  return receiver.requests.map(({ message }) => {
    const metrics = scopeMetricsOf(message).flatMap((scope) => scope.metrics)
    return metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints[0].value
  })
}

/** @param {Promise<unknown>} promise */
async function rejection(promise) {
  return await promise.then(
    () => assert.fail('it was delivered'),
    (error) => error,
  )
}

describe('a receiver that takes everything', withPython, () => {
  test('gets protobuf, compressed, with the resource', async () => {
    const { receiver, push, own } = await pushing([answer(200)], {
      headers: { Authorization: 'Bearer x' },
      resource: { 'service.name': 'shop', cpus: 4 },
    })
    own.counter('jobs').inc(2)
    await push.flush()
    const [{ method, path, headers, message }] = receiver.requests
    assert.deepEqual([method, path], ['POST', '/v1/metrics'])
    assert.equal(headers['content-type'], 'application/x-protobuf')
    assert.equal(headers['content-encoding'], 'gzip')
    assert.equal(headers.authorization, 'Bearer x')
    assert.match(headers['user-agent'], /^tallystick\/\d/)
    const request = decoded(message)
    const attributes = attributesOf(request.resourceMetrics[0].resource.attributes)
    assert.deepEqual([attributes['service.name'], attributes.cpus], [{ stringValue: 'shop' }, { intValue: '4' }])
    assert.match(attributes['service.instance.id'].stringValue, /^[0-9a-f-]{36}$/)
    assert.equal(metricsOf(request).jobs.sum.dataPoints[0].asDouble, 2)
  })
})

test('values are cumulative, and each push has callbacks’ latest values', async () => {
  const { receiver, push, own } = await pushing([answer(200)], { compression: 'none' })
  let length = 0
  own.beforeRead(() => own.gauge('queue').set(++length))
  own.counter('jobs').inc()
  await push.flush()
  own.counter('jobs').inc(2)
  await push.flush()
  assert.deepEqual(
    [totalsOf(receiver, 'jobs'), totalsOf(receiver, 'queue')],
    [
      [1, 3],
      [1, 2],
    ],
  )
  assert.equal(receiver.requests[0].headers['content-encoding'], undefined)
})

test('a collector without values is not pushed', async () => {
  const { receiver, push } = await pushing([answer(200)])
  await push.flush()
  assert.equal(receiver.requests.length, 0)
})

test('429 with Retry-After, 502, 503 and 504 are tried again with the same message', async () => {
  const again = { 'retry-after': '0' }
  const answers = [answer(429, again), answer(502, again), answer(503, again), answer(504, again), answer(200)]
  const { receiver, push, own } = await pushing(answers)
  own.counter('jobs').inc(7)
  await push.flush()
  assert.deepEqual(totalsOf(receiver, 'jobs'), [7, 7, 7, 7, 7])
  const bodies = receiver.requests.map(({ message }) => message.toString('hex'))
  assert.equal(new Set(bodies).size, 1)
  assert.deepEqual(await takeWarnings(), [])
})

test('without Retry-After the waits grow', async () => {
  const times = []
  const refuse = (_, response) => {
    times.push(performance.now())
    response.writeHead(503).end()
  }
  const { push, own } = await pushing([refuse, refuse, answer(200)])
  own.counter('jobs').inc()
  const start = performance.now()
  await push.flush()
  const [first, second] = [times[1] - times[0], performance.now() - times[1]]
  assert.ok(first >= 799 && second >= 1199, `${first} ${second} ${times[0] - start}`)
})

test('a Retry-After beyond the time limit ends the push, and there is no other one before', async () => {
  const { receiver, push, own } = await pushing([answer(429, { 'retry-after': '3600' }), answer(200)])
  own.counter('jobs').inc()
  const error = await rejection(push.flush())
  assert.deepEqual([error.code, /answered 429/.test(error.message)], ['ERR_TALLYSTICK_PUSH', true])
  const later = await rejection(push.flush())
  assert.match(later.message, /asked to wait, for another 3600 s$/)
  assert.equal(receiver.requests.length, 1)
  assert.equal((await takeWarnings()).length, 1)
})

test('a Retry-After of years counts as an hour', async () => {
  const { push, own } = await pushing([answer(503, { 'retry-after': '1000000000' })])
  own.counter('jobs').inc()
  await rejection(push.flush())
  const later = await rejection(push.flush())
  assert.match(later.message, /asked to wait, for another 3600 s$/)
  assert.equal((await takeWarnings()).length, 1)
})

for (const status of [400, 401, 404, 413, 500, 501]) {
  test(`${status} is not tried again, and the next push has all values`, async () => {
    const { receiver, push, own } = await pushing([answer(status, {}, 'no such tenant'), answer(200)])
    own.counter('jobs').inc(1)
    const error = await rejection(push.flush())
    assert.equal(error.code, 'ERR_TALLYSTICK_PUSH')
    assert.match(error.message, new RegExp(`answered ${status}: no such tenant`))
    own.counter('jobs').inc(2)
    await push.flush()
    assert.deepEqual(totalsOf(receiver, 'jobs'), [1, 3])
    assert.equal((await takeWarnings()).length, 1)
  })
}

test('a redirect is not followed: it would turn a push into a page', async () => {
  const { receiver, push, own } = await pushing([answer(302, { location: '/elsewhere' })])
  own.counter('jobs').inc()
  assert.match((await rejection(push.flush())).message, /answered 302/)
  assert.equal(receiver.requests.length, 1)
})

test('a receiver that hangs ends the push at the time limit', async () => {
  const { receiver, push, own } = await pushing([() => {}, answer(200)], { timeout: 200 })
  own.counter('jobs').inc()
  assert.match((await rejection(push.flush())).message, /did not answer within 200 ms/)
  await push.flush()
  assert.deepEqual(totalsOf(receiver, 'jobs'), [1, 1])
  await takeWarnings()
})

test('a receiver that closes the connection is tried again', async () => {
  const { receiver, push, own } = await pushing([(request) => request.socket.destroy(), answer(200)])
  own.counter('jobs').inc()
  await push.flush()
  assert.equal(receiver.requests.length, 2)
})

test('a failure is a warning once, until the next success', async () => {
  const { push, own } = await pushing([answer(400), answer(400), answer(200), answer(400)])
  own.counter('jobs').inc()
  for (const isDelivered of [false, false, true, false]) {
    if (isDelivered) await push.flush()
    else await rejection(push.flush())
  }
  assert.deepEqual(
    (await takeWarnings()).map(({ code }) => code),
    ['TALLYSTICK_PUSH', 'TALLYSTICK_PUSH'],
  )
})

test('a partial success is a warning with the reason, and not tried again', async () => {
  // field 1: { 1: 3 rejected, 2: 'too old' }
  const partial = Buffer.from([0x0a, 11, 0x08, 3, 0x12, 7, ...Buffer.from('too old')])
  const { receiver, push, own } = await pushing([answer(200, { 'content-type': 'application/x-protobuf' }, partial)])
  own.counter('jobs').inc()
  await push.flush()
  await push.flush()
  const warnings = await takeWarnings()
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ['the OTLP receiver rejected 3 data points: too old'],
  )
  assert.equal(receiver.requests.length, 2)
})

for (const body of [Buffer.from([0x0a, 200]), Buffer.from('<html>'), Buffer.alloc(5 * 1024 * 1024, 0xff)]) {
  test(`a success with ${body.length} bytes that are no message is a success`, async () => {
    const { push, own } = await pushing([answer(200, {}, body)])
    own.counter('jobs').inc()
    await push.flush()
    assert.deepEqual(await takeWarnings(), [])
  })
}

test('flushes that overlap are two pushes: the one under way, and one with everything', async () => {
  let release
  const held = (_, response) => {
    release = () => response.writeHead(200).end()
  }
  const { receiver, push, own } = await pushing([held, answer(200)])
  own.counter('jobs').inc()
  const first = push.flush()
  await receiver.until(1)
  own.counter('jobs').inc()
  const later = Promise.all([push.flush(), push.flush(), push.flush()])
  release()
  await first
  await later
  assert.deepEqual(totalsOf(receiver, 'jobs'), [1, 2])
})

test('stop aborts a push under way, and nothing is pushed afterwards', async () => {
  const { receiver, push, own } = await pushing([() => {}])
  own.counter('jobs').inc()
  const flushed = rejection(push.flush())
  await receiver.until(1)
  push.stop()
  const { code, message } = await flushed
  assert.deepEqual([code, message], ['ERR_TALLYSTICK_PUSH', 'the push of metrics failed: it was stopped'])
  await push.flush()
  assert.equal(receiver.requests.length, 1)
  assert.deepEqual(await takeWarnings(), [])
})

test('pushes occur at the interval', async () => {
  const { receiver, own } = await pushing([answer(200)], { interval: 10 })
  own.counter('jobs').inc()
  await receiver.until(3)
  assert.deepEqual(totalsOf(receiver, 'jobs').slice(0, 3), [1, 1, 1])
})

/** Runs a program that knows the receiver. @param {string} program @param {Record<string, string>} env */
async function run(program, env) {
  return await promisify(execFile)(process.execPath, ['-e', program], { cwd: root, env: { ...process.env, ...env } })
}

test('many pushes have one listener for the end of the process, which leaves with them', async () => {
  const before = process.listenerCount('beforeExit')
  const pushes = Array.from({ length: 12 }, () => pushOtlp({ url: 'http://127.0.0.1:9', collector: new Collector() }))
  assert.equal(process.listenerCount('beforeExit'), before + 1)
  for (const push of pushes) push.stop()
  assert.equal(process.listenerCount('beforeExit'), before)
})

test('a process that ends pushes first, as the environment says', async () => {
  const receiver = await receive(answer(200))
  endings.push(receiver.close)
  const { stderr } = await run(`const t = require('.'); t.pushOtlp(); t.metrics.inc('jobs', 4)`, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/base/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a%20b,api-key=1',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'api-key=2',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    OTEL_SERVICE_NAME: 'from-environment',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=ignored',
  })
  assert.equal(stderr, '')
  const [{ path, headers, message }] = receiver.requests
  assert.equal(path, '/base/v1/metrics')
  assert.deepEqual([headers['x-tenant'], headers['api-key']], ['a b', '2'])
  assert.deepEqual(totalsOf(receiver, 'jobs'), [4])
  assert.equal(receiver.requests.length, 1)
  const text = message.toString('latin1')
  assert.ok(text.includes('from-environment') && text.includes('deployment.environment') && !text.includes('ignored'))
})

test('a process that ends pushes although a callback hangs', async () => {
  const receiver = await receive(answer(200))
  endings.push(receiver.close)
  const { stdout } = await run(
    `const t = require('.')
    const push = t.pushOtlp()
    t.metrics.inc('jobs', 4)
    t.metrics.beforeRead(() => new Promise(() => {}), { timeout: 20 })
    push.flush().then(() => console.log('flushed'))`,
    { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  )
  assert.equal(stdout, 'flushed\n')
  assert.deepEqual(totalsOf(receiver, 'jobs'), [4, 4])
})

test('the endpoint for metrics is used as it is, and values that make no sense are warnings', async () => {
  const receiver = await receive(answer(200))
  endings.push(receiver.close)
  const { stderr } = await run(`const t = require('.'); t.pushOtlp(); t.metrics.inc('jobs')`, {
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/own`,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_EXPORTER_OTLP_HEADERS: 'secret',
    OTEL_RESOURCE_ATTRIBUTES: 'nonsense',
  })
  assert.equal(receiver.requests[0].path, '/own')
  const names = [...stderr.matchAll(/(OTEL_\w+)/g)].map(([, name]) => name)
  assert.deepEqual([...new Set(names)].sort(), [
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    'OTEL_RESOURCE_ATTRIBUTES',
  ])
  assert.ok(!stderr.includes('secret'))
})

test('a receiver that fails all the time costs no memory', async () => {
  const { receiver, push, own } = await pushing([answer(400)], { compression: 'none' })
  const counter = own.counter('jobs')
  for (let at = 0; at < 2000; at++) counter.labels({ at }).inc()
  const used = async () => {
    await collectFully()
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    return heapUsed + external + arrayBuffers
  }
  const rounds = async (count) => {
    for (let round = 0; round < count; round++) {
      await rejection(push.flush())
      receiver.requests.length = 0
    }
    return await used()
  }
  const before = await rounds(20)
  const after = await rounds(40)
  // 40 messages are 8 MB
  assert.ok(after - before < 4e6, `${before} ${after}`)
  await takeWarnings()
})

for (const [options, code] of [
  [{ url: 'ftp://x' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ url: 'http://user:secret@x' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ url: 5 }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ interval: 0 }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ interval: '60' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ timeout: Number.NaN }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ headers: { 'a b': 'c' } }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ compression: 'br' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ timings: 'native' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ resource: 'shop' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ collector: {} }, 'ERR_TALLYSTICK_COLLECTOR'],
  [{ endpoint: 'http://x' }, 'ERR_TALLYSTICK_OPTIONS'],
]) {
  test(`pushOtlp(${JSON.stringify(options)}) throws`, () => {
    const error = thrownBy(() => pushOtlp(options))
    assert.equal(error.code, code)
    assert.ok(!error.message.includes('secret'))
  })
}
