'use strict'

// The exposition as a route, requested as by a scraper: over a socket, at a port that the system assigns.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http = require('node:http')
const { after, before, describe, test } = require('node:test')
const { Collector, createMetrics } = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')

const own = createMetrics(new Collector())
own.inc('jobs', 3)
own.inc('jobs', 1, { name: 'größe' })
const expected = textOf(own.prometheusSync().body)
const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/** A request without `fetch`, so that the test sees exactly what was sent. */
async function request(port, method, path = '/metrics') {
  const sent = http.request({ port, host: '127.0.0.1', method, path, agent: false })
  sent.end()
  const [response] = await once(sent, 'response')
  const chunks = await response.toArray()
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }
}

/** Starts a node:http server for the tests of a suite. @param {http.RequestListener} listener */
function served(listener) {
  const server = http.createServer(listener)
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())
  return () => server.address().port
}

/** What every route must do over HTTP. @param {() => number} port */
function testRoute(port) {
  test('answers GET with the exposition, its type and its length', async () => {
    const { status, headers, body } = await request(port(), 'GET')
    assert.equal(status, 200)
    assert.equal(headers['content-type'], contentType)
    assert.equal(Number(headers['content-length']), Buffer.byteLength(expected))
    assert.equal(body.toString(), expected)
  })

  test('answers HEAD with the same headers and no body', async () => {
    const { status, headers, body } = await request(port(), 'HEAD')
    assert.equal(status, 200)
    assert.equal(headers['content-type'], contentType)
    assert.equal(Number(headers['content-length']), Buffer.byteLength(expected))
    assert.equal(body.length, 0)
  })

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    test(`answers ${method} with 405 and the allowed methods`, async () => {
      const { status, headers } = await request(port(), method)
      assert.equal(status, 405)
      assert.equal(headers.allow, 'GET, HEAD')
    })
  }

  test('ignores the path and other parameters than its own, because the application does the routing', async () => {
    const { status, body } = await request(port(), 'GET', '/any/thing?x=1')
    assert.equal(status, 200)
    assert.equal(body.toString(), expected)
  })
}

describe('metrics.handle in a node:http server', () => {
  testRoute(served(own.handle))
})

describe('metrics.handle behind a router of the application', () => {
  const port = served((req, res) => {
    if (req.url === '/metrics') return own.handle(req, res)
    res.writeHead(404).end()
  })

  test('answers only its own path', async () => {
    assert.equal((await request(port(), 'GET')).body.toString(), expected)
    assert.equal((await request(port(), 'GET', '/')).status, 404)
  })

  test('resolves when the response is sent', async () => {
    let answered
    const server = http.createServer((req, res) => {
      answered = own.handle(req, res)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await request(server.address().port, 'GET')
    assert.equal(await answered, undefined)
    server.close()
  })
})

describe('metrics.handle while recording', () => {
  const live = createMetrics(new Collector())
  const port = served((req, res) => {
    live.inc('requests')
    return live.time('answer', () => live.handle(req, res))
  })

  test('answers 50 simultaneous requests, and counts them all', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => request(port(), 'GET')))
    const counts = answers.map(({ status, body }) => {
      assert.equal(status, 200)
      return samplesOf(body).requests_total
    })
    assert.ok(counts.every((count) => count >= 1 && count <= 50))
    const { body } = await request(port(), 'GET')
    assert.equal(samplesOf(body).requests_total, 51)
    assert.ok(samplesOf(body).answer_seconds_count >= 50)
  })

  test('never decreases from one response to the next', async () => {
    let last = 0
    for (let at = 0; at < 50; at++) {
      for (let count = 0; count < 1000; count++) live.inc('work')
      const { work_total: now } = samplesOf((await request(port(), 'GET')).body)
      assert.equal(now, last + 1000)
      last = now
    }
  })
})

describe('metrics.fetch', () => {
  const url = 'http://localhost/metrics'

  test('answers GET with the exposition, its type and its length', async () => {
    const response = await own.fetch(new Request(url))
    assert.ok(response instanceof Response)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), contentType)
    assert.equal(Number(response.headers.get('content-length')), Buffer.byteLength(expected))
    assert.equal(await response.text(), expected)
  })

  test('answers HEAD with the same headers and no body', async () => {
    const response = await own.fetch(new Request(url, { method: 'HEAD' }))
    assert.equal(response.status, 200)
    assert.equal(Number(response.headers.get('content-length')), Buffer.byteLength(expected))
    assert.equal(response.body, null)
  })

  test('answers other methods with 405 and the allowed methods', async () => {
    for (const method of ['POST', 'DELETE', 'OPTIONS']) {
      const response = await own.fetch(new Request(url, { method }))
      assert.equal(response.status, 405)
      assert.equal(response.headers.get('allow'), 'GET, HEAD')
    }
  })

  test('answers 50 simultaneous requests while recording', async () => {
    const live = createMetrics(new Collector())
    const answers = Array.from({ length: 50 }, () => {
      live.inc('requests')
      return live.fetch(new Request(url)).then((response) => response.arrayBuffer())
    })
    for (const body of await Promise.all(answers)) {
      const { requests_total: count } = samplesOf(new Uint8Array(body))
      assert.ok(count >= 1 && count <= 50, `${count}`)
    }
    assert.equal(live.value('requests'), 50)
  })
})

describe('metrics.fetch in Bun.serve', { skip: globalThis.Bun ? false : 'only Bun has Bun.serve' }, () => {
  if (!globalThis.Bun) return
  const server = globalThis.Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: own.fetch })
  after(() => server.stop(true))
  testRoute(() => server.port)
})
