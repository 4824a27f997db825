'use strict'

// Content negotiation: the coding of responses, and the exposition or the page at the base.

const assert = require('node:assert/strict')
const { pbkdf2 } = require('node:crypto')
const { availableParallelism } = require('node:os')
const { after, before, describe, test } = require('node:test')
const { promisify } = require('node:util')
const { gunzipSync } = require('node:zlib')
const { createPoolMetrics } = require('../..')
const { qualityOf } = require('../../lib/http/accept')
const { samplesOf } = require('../support/exposition-samples')
const { EventClient, close, listen, open } = require('../support/http')
const { fresh } = require('../support/metrics')

const deriveKey = promisify(pbkdf2)
const api = '/metrics/api/metrics'
const own = fresh()
for (let at = 0; at < 10_000; at++) own.inc('requests', 1, { path: `/a/path/of/some/length/${at}` })
const workers = Array.from({ length: 1000 }, (_, at) => ({ id: `worker-${at}`, state: 'idle' }))
const service = createPoolMetrics({ collector: own.collector, sseInterval: 50 })
service.setPool({ size: 1000, workers })

/** Both entries: `ask(path, headers, method)` returns status, headers and the body's bytes as they were sent. */
const asks = {}
let server
before(async () => {
  server = await listen(service.handle)
})
after(async () => {
  service.close()
  await close(server)
})
asks.handle = async (path, headers, method) => {
  const response = await open(server.address().port, path, { headers, method })
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(await response.toArray()) }
}
asks.fetch = async (path, headers, method) => {
  const response = await service.fetch(new Request(`http://localhost${path}`, { headers, method }))
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: Object.fromEntries(response.headers), body }
}

/** The same test for both entries. */
function testBoth(name, check) {
  for (const [entry, ask] of Object.entries(asks)) test(`${name} (${entry})`, () => check(ask))
}

describe('responses', () => {
  testBoth('are compressed for clients that accept gzip', async (ask) => {
    for (const path of ['/stats', '/series?limit=1000', '/prometheus']) {
      const plain = await ask(api + path, { 'accept-encoding': 'identity' })
      const zipped = await ask(api + path, { 'accept-encoding': 'deflate, gzip;q=0.5' })
      const vary = path === '/prometheus' ? 'Accept, Accept-Encoding' : 'Accept-Encoding'
      assert.deepEqual([plain.headers.vary, zipped.headers.vary], [vary, vary], path)
      assert.deepEqual([plain.headers['content-encoding'], zipped.headers['content-encoding']], [undefined, 'gzip'])
      assert.equal(Number(zipped.headers['content-length']), zipped.body.length)
      assert.ok(zipped.body.length < plain.body.length / 2)
      if (path === '/stats') assert.deepEqual(gunzipSync(zipped.body), plain.body)
    }
    const { body } = await ask(`${api}/prometheus`, { 'accept-encoding': 'gzip' })
    assert.equal(samplesOf(gunzipSync(body)).buntime_pool_size, 1000)
  })

  testBoth('are not compressed for other clients', async (ask) => {
    for (const accepted of ['', 'gzip;q=0', 'br, gzip; q=0', 'identity, gzip;q=0.5', '*;q=0', 'br', 'xgzip']) {
      const { headers, body } = await ask(`${api}/stats`, { 'accept-encoding': accepted })
      assert.equal(headers['content-encoding'], undefined, accepted)
      assert.equal(JSON.parse(body).workers.length, 1000)
    }
  })

  testBoth('to HEAD have the length of those to GET', async (ask) => {
    const accepted = { 'accept-encoding': 'gzip' }
    const got = await ask(`${api}/series?limit=1000&q=none`, accepted)
    const { status, headers, body } = await ask(`${api}/stats`, accepted, 'HEAD')
    assert.deepEqual([status, headers['content-encoding'], body.length], [200, 'gzip', 0])
    assert.equal(Number(headers['content-length']), (await ask(`${api}/stats`, accepted)).body.length)
    // a small one would not get smaller
    assert.equal(got.headers['content-encoding'], undefined)
  })

  test('with an event stream are not compressed', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const client = await EventClient.connect(server.address().port, `${api}/sse?view=stats`, { headers })
    assert.equal(client.headers['content-encoding'], undefined)
    assert.equal((await client.data()).workers.length, 1000)
    client.close()
  })

  test('are compressed off the event loop', async () => {
    // the thread pool takes jobs in order: an answer that it compresses waits for one of those before
    let finished = 0
    const jobs = Array.from({ length: 2 * Math.max(4, availableParallelism()) }, async () => {
      await deriveKey('', '', 20_000, 64, 'sha512')
      finished++
    })
    const { body } = await asks.fetch(`${api}/prometheus`, { 'accept-encoding': 'gzip' })
    assert.ok(finished > 0)
    assert.ok(gunzipSync(body).length > 400_000)
    await Promise.all(jobs)
  })
})

describe('the base', () => {
  const text = 'text/plain; version=0.0.4; charset=utf-8'
  const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
  const scrapers = [
    [
      'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
      openMetrics,
    ],
    ['application/openmetrics-text; version=1.0.0,*/*;q=0.1', openMetrics],
    ['text/plain;version=0.0.4;q=1,*/*;q=0.1', text],
    ['text/plain', text],
    ['text/html;q=0.5, text/plain', text],
    ['text/html;q=0, text/*', text],
  ]
  const browsers = [
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'text/html, text/plain;q=0.9',
    'text/plain;q=0, text/html;q=0.1',
    'text/plain;q=0',
    'text/*',
    '*/*',
    undefined,
  ]

  testBoth('is the exposition for scrapers', async (ask) => {
    for (const [accept, type] of scrapers) {
      for (const path of ['/metrics', '/metrics/']) {
        const { status, headers, body } = await ask(path, { accept })
        assert.deepEqual([status, headers['content-type']], [200, type], accept)
        assert.match(headers.vary, /\bAccept\b(?!-)/)
        assert.equal(samplesOf(body).buntime_pool_size, 1000)
      }
    }
  })

  testBoth('is the page for browsers, and for clients without a preference', async (ask) => {
    for (const accept of browsers) {
      const { headers } = await ask('/metrics', accept === undefined ? {} : { accept })
      assert.match(headers['content-type'], /^text\/html/, accept)
      assert.match(headers.vary, /\bAccept\b(?!-)/)
    }
  })

  testBoth('has the page’s views below it, whatever the client accepts', async (ask) => {
    assert.match((await ask('/metrics/workers', { accept: 'text/plain' })).headers['content-type'], /^text\/html/)
  })

  test('is the exposition even without a page, and nothing if the exposition is disabled', async () => {
    const ask = async (config, path = '/metrics') => {
      const other = createPoolMetrics({ collector: own.collector, ...config })
      const request = new Request(`http://localhost${path}`, { headers: { accept: 'text/plain' } })
      return (await other.fetch(request)).headers.get('content-type')
    }
    assert.match(await ask({ ui: false }), /^text\/plain/)
    assert.match(await ask({ base: '/' }, '/'), /^text\/plain/)
    assert.match(await ask({ prometheus: false }), /^text\/html/)
    assert.match(await ask({ prometheus: false, ui: false }), /json/)
    // without a base and a page, the root belongs to the application
    assert.match(await ask({ base: '/', ui: false }, '/'), /json/)
  })

  test('is guarded by authorize', async () => {
    const guarded = createPoolMetrics({ authorize: () => false })
    const request = new Request('http://localhost/metrics', { headers: { accept: scrapers[0] } })
    assert.equal((await guarded.fetch(request)).status, 403)
  })
})

describe('the quality of an offered type', () => {
  // [header, offered, quality]
  const table = [
    ['', 'gzip', 0],
    ['gzip', 'gzip', 1],
    ['GZIP;Q=0.5', 'gzip', 0.5],
    ['*', 'gzip', 1],
    ['*;q=0.3, gzip;q=0.2', 'gzip', 0.2],
    ['gzip;q=2', 'gzip', 0],
    ['gzip;q=x', 'gzip', 0],
    ['text/*;q=0.4, */*;q=0.1', 'text/plain', 0.4],
    ['text/plain;version=1;q=0.2,text/plain;q=0.6', 'text/plain', 0.6],
    ['application/json', 'text/plain', 0],
    [',,;q=1,', 'gzip', 0],
  ]
  for (const [header, offered, quality] of table) {
    test(`${offered} in “${header}” is ${quality}`, () => assert.equal(qualityOf(header, offered), quality))
  }
})
