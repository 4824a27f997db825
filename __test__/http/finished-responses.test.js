'use strict'

// Responses that were answered or destroyed meanwhile. Nobody awaits a route, so a rejection would end the process.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http2 = require('node:http2')
const net = require('node:net')
const { after, before, describe, test } = require('node:test')
const { createPoolMetrics } = require('../..')
const { close, listen, request } = require('../support/http')
const { fresh } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

const own = fresh()
for (let at = 0; at < 10_000; at++) own.inc('requests', 1, { path: `/a/path/of/some/length/${at}` })
const service = createPoolMetrics({ collector: own.collector })
service.setPool({ size: 1, workers: [{ id: 'w1', state: 'idle' }] })

/** Each route that answers asynchronously, by its path. */
const routes = new Map([
  ['/any', own.handle],
  ['/metrics/api/metrics/prometheus', service.handle],
  ['/metrics/api/metrics/series', service.handle],
  ['/metrics/api/metrics/sse', service.handle],
])

describe('a response that is answered while its route prepares one', () => {
  let server
  let handled
  let meanwhile
  before(async () => {
    server = await listen((req, res) => {
      handled = routes.get(req.url)(req, res)
      // as a timeout does
      if (!res.writableEnded) meanwhile(res)
    })
  })
  after(() => close(server))

  for (const path of routes.keys()) {
    test(`is left alone: ${path}`, async () => {
      meanwhile = (res) => res.writeHead(503).end('timeout')
      const { body } = await request(server.address().port, path)
      assert.equal(await handled, undefined)
      assert.equal(body, 'timeout')
      assert.deepEqual(await takeWarnings(), [])
    })

    test(`is left alone if the client is gone: ${path}`, async () => {
      meanwhile = (res) => res.destroy()
      await assert.rejects(request(server.address().port, path))
      assert.equal(await handled, undefined)
      assert.deepEqual(await takeWarnings(), [])
    })
  }

  test('is left alone if it ends while a large body is written', async () => {
    meanwhile = () => {}
    const client = net.connect(server.address().port, '127.0.0.1')
    client.on('error', () => {})
    client.write('GET /any HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(client, 'data')
    client.destroy()
    assert.equal(await handled, undefined)
  })
})

describe('a wrong argument', () => {
  test('is still an error with a code', async () => {
    const isRequestError = { name: 'TypeError', code: 'ERR_TALLYSTICK_REQUEST' }
    for (const { handle, fetch } of [own, service]) {
      await assert.rejects(handle(), isRequestError)
      await assert.rejects(handle({ method: 'GET' }, {}), isRequestError)
      await assert.rejects(fetch(), isRequestError)
    }
    await assert.rejects(service.fetch({ url: '/metrics', method: 'GET', headers: new Headers() }), isRequestError)
  })
})

describe('a response that cannot be written', () => {
  test('causes a warning, and the promise resolves', async () => {
    const refuse = () => {
      throw new Error('no')
    }
    await takeWarnings()
    for (const { handle } of [own, service]) {
      const req = { method: 'GET', url: '/metrics/api/metrics/prometheus', headers: {} }
      assert.equal(await handle(req, { writeHead: refuse, end: refuse }), undefined)
    }
    assert.equal((await takeWarnings()).length, 2)
  })
})

describe('over node:http2', { skip: globalThis.Bun ? 'Bun has its own compatibility layer' : false }, () => {
  test('a large body arrives complete, and a client that is gone does no harm', async () => {
    const expected = own.prometheusSync().body
    let handled
    const server = http2.createServer((req, res) => {
      handled = own.handle(req, res)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${server.address().port}`)
    const whole = client.request({ ':path': '/' })
    assert.deepEqual(Buffer.concat(await whole.toArray()), Buffer.from(expected))
    await handled
    const cut = client.request({ ':path': '/' })
    await once(cut, 'data')
    cut.close(http2.constants.NGHTTP2_CANCEL)
    await once(cut, 'close')
    await handled
    client.close()
    server.close()
  })
})
