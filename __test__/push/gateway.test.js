'use strict'

// pushGateway against a server that records what it gets.

const assert = require('node:assert/strict')
const { afterEach, test } = require('node:test')
const { Collector, createMetrics, pushGateway } = require('../..')
const { samplesOf } = require('../support/exposition-samples')
const { thrownBy } = require('../support/metrics')
const { answer, receive } = require('../support/otlp')
const { takeWarnings } = require('../support/warnings')

const interval = 2 ** 31 - 1

/** @type {(() => unknown)[]} */
const endings = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A gateway, and what pushes to it. @param {any[]} answers @param {any} [options] */
async function pushing(answers, options) {
  const receiver = await receive(...answers)
  const collector = new Collector()
  const push = pushGateway({ url: receiver.url, job: 'backup', collector, interval, ...options })
  endings.push(receiver.close, push.stop)
  return { receiver, push, own: createMetrics(collector) }
}

test('the text format replaces the group of the job', async () => {
  const { receiver, push, own } = await pushing([answer(202)], { headers: { authorization: 'Basic x' } })
  own.counter('files').labels({ kind: 'a' }).inc(3)
  own.beforeRead(() => own.gauge('size').set(7))
  await push.flush()
  const [{ method, path, headers, message }] = receiver.requests
  assert.deepEqual([method, path, headers.authorization], ['PUT', '/metrics/job/backup', 'Basic x'])
  assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4/)
  assert.deepEqual(samplesOf(message), { 'files_total{kind="a"}': 3, size: 7 })
})

test('labels of the group may have any characters', async () => {
  const groupings = { instance: 'eu/1', path: '', 'a b': 'größe ?#', gone: undefined, folder: '..', dot: '.' }
  const { receiver, push, own } = await pushing([answer(200)], { groupings, method: 'POST', job: 'a/b' })
  own.counter('files').inc()
  await push.flush()
  const [{ method, path }] = receiver.requests
  const parts = path.split('/').slice(1)
  assert.equal(method, 'POST')
  const text = (part) => Buffer.from(part, 'base64url').toString()
  assert.deepEqual(
    [parts[1], text(parts[2]), parts[3], text(parts[4]), parts[5], parts[6], parts[7], decodeURIComponent(parts[8])],
    ['job@base64', 'a/b', 'instance@base64', 'eu/1', 'path@base64', '=', 'a%20b', 'größe ?#'],
  )
  // as they are, a client would take them for folders of the path
  assert.deepEqual([parts[11], text(parts[12]), parts[13], text(parts[14])], ['folder@base64', '..', 'dot@base64', '.'])
})

test('lone surrogates in a group are replaced', async () => {
  const { receiver, push, own } = await pushing([answer(200)], { job: 'a\ud800', groupings: { disk: '\udc00' } })
  own.counter('files').inc()
  await push.flush()
  assert.equal(decodeURIComponent(receiver.requests[0].path), '/metrics/job/a\ufffd/disk/\ufffd')
})

test('the address may have a path', async () => {
  const { receiver } = await pushing([answer(200)])
  const collector = new Collector()
  createMetrics(collector).inc('files')
  const push = pushGateway({ url: `${receiver.url}/gateway/`, job: 'a', collector, interval })
  endings.push(push.stop)
  await push.flush()
  assert.equal(receiver.requests[0].path, '/gateway/metrics/job/a')
})

test('remove deletes the group', async () => {
  const { receiver, push } = await pushing([answer(202)])
  await push.remove()
  assert.deepEqual([receiver.requests[0].method, receiver.requests[0].path], ['DELETE', '/metrics/job/backup'])
})

test('it is tried again where that makes sense, and a refusal is an error and a warning', async () => {
  const answers = [answer(503, { 'retry-after': '0' }), answer(200), answer(400, {}, 'a metric is inconsistent')]
  const { receiver, push, own } = await pushing(answers)
  own.counter('files').inc()
  await push.flush()
  assert.equal(receiver.requests.length, 2)
  await assert.rejects(push.flush(), { code: 'ERR_TALLYSTICK_PUSH', message: /answered 400: a metric is inconsistent/ })
  assert.equal((await takeWarnings()).length, 1)
})

for (const [options, code] of [
  [{ url: 'http://x' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ url: 'http://x', job: '' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ job: 'a' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ url: 'http://x', job: 'a', method: 'GET' }, 'ERR_TALLYSTICK_OPTIONS'],
  [{ url: 'http://x', job: 'a', groupings: ['a'] }, 'ERR_TALLYSTICK_LABELS'],
  [{ url: 'http://x', job: 'a', collector: 1 }, 'ERR_TALLYSTICK_COLLECTOR'],
  [undefined, 'ERR_TALLYSTICK_OPTIONS'],
]) {
  test(`pushGateway(${JSON.stringify(options)}) throws`, () => {
    assert.equal(thrownBy(() => pushGateway(options)).code, code)
  })
}
