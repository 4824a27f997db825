'use strict'

// What `instrument` records about clients, with real servers.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const { after, before, describe, test } = require('node:test')
const { Collector, createMetrics, instrument } = require('../..')
const { close, listen } = require('../support/http')
const { countsOf, recorded } = require('../support/http-metrics')
const { until } = require('../support/until')

const isBun = process.versions.bun !== undefined
const inNode = { skip: isBun && 'Bun publishes nothing about fetch' }
const DURATION = 'http.client.request.duration'

describe('instrument measures clients', () => {
  let server
  let port
  before(async () => {
    server = await listen((req, res) => {
      if (req.url === '/cut') return void res.write('a', () => res.destroy())
      if (req.url === '/never') return
      res.writeHead(req.url === '/missing' ? 404 : 200).end('body')
    })
    port = server.address().port
  })
  after(() => close(server))

  /** Measures clients into a collector of its own, while `use` runs. */
  async function measured(use) {
    const own = createMetrics(new Collector())
    const stop = instrument({ collector: own.collector, server: false })
    try {
      await use(own)
    } finally {
      stop()
    }
  }

  const labels = (more) => ({
    'http.request.method': 'GET',
    'server.address': '127.0.0.1',
    'server.port': String(port),
    'url.scheme': 'http',
    ...more,
  })

  test('of node:http, by server and status', async () => {
    await measured(async (own) => {
      for (const path of ['/', '/?query', '/missing']) {
        const [response] = await once(http.get({ host: '127.0.0.1', port, path, agent: false }), 'response')
        await response.toArray()
      }
      await recorded(own, DURATION, [
        { labels: labels({ 'http.response.status_code': '200' }), count: 2 },
        { labels: labels({ 'http.response.status_code': '404', 'error.type': '404' }), count: 1 },
      ])
    })
  })

  test('of node:http without a complete response, by the error', async () => {
    const unused = net.createServer().listen(0, '127.0.0.1')
    await once(unused, 'listening')
    const closed = unused.address().port
    await once(unused.close(), 'close')
    await measured(async (own) => {
      const refused = http.get({ host: '127.0.0.1', port: closed, agent: false })
      await new Promise((resolve) => refused.on('error', resolve))
      const cut = http.get({ host: '127.0.0.1', port, path: '/cut', agent: false })
      const [response] = await once(cut, 'response')
      await response.toArray().catch(() => {})
      await until(
        () => countsOf(own, DURATION),
        ({ length }) => length === 2,
        'both errors are recorded',
      )
      const errors = countsOf(own, DURATION).map((each) => each.labels['error.type'])
      // the oldest versions of Node.js publish no errors of clients
      assert.ok(errors.includes('ECONNREFUSED') || errors.includes('_OTHER'), `${errors}`)
      assert.ok(errors.includes('ECONNRESET') || errors.includes('_OTHER'), `${errors}`)
    })
  })

  test('of fetch, until the body has arrived', inNode, async () => {
    await measured(async (own) => {
      const response = await fetch(`http://127.0.0.1:${port}/?query`)
      await response.text()
      await recorded(own, DURATION, [{ labels: labels({ 'http.response.status_code': '200' }), count: 1 }])
    })
  })

  test('of fetch that is given up', inNode, async () => {
    await measured(async (own) => {
      const controller = new AbortController()
      const arrived = once(server, 'request')
      const answer = fetch(`http://127.0.0.1:${port}/never`, { signal: controller.signal })
      await arrived
      controller.abort()
      await assert.rejects(answer)
      await recorded(own, DURATION, [{ labels: labels({ 'error.type': 'AbortError' }), count: 1 }])
    })
  })

  test('by a bounded number of servers', async () => {
    await measured(async (own) => {
      const lookup = (_name, options, callback) =>
        options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)
      for (let at = 0; at < 150; at++) {
        const sent = http.get({ host: `host-${at}.example`, port, agent: false, lookup })
        const [response] = await once(sent, 'response')
        await response.toArray()
      }
      await until(
        () => countsOf(own, DURATION).reduce((sum, { count }) => sum + count, 0),
        (count) => count === 150,
        'all requests are recorded',
      )
      const addresses = countsOf(own, DURATION).map((each) => each.labels['server.address'])
      assert.equal(addresses.length, 101)
      assert.ok(addresses.includes('_OTHER'))
    })
  })

  test('no more after it has stopped', async () => {
    await measured(async (own) => {
      const stop = instrument({ collector: own.collector, server: false })
      stop()
    })
    const own = createMetrics(new Collector())
    const stop = instrument({ collector: own.collector, server: false })
    const sent = http.get({ host: '127.0.0.1', port, agent: false })
    const [response] = await once(sent, 'response')
    stop()
    await response.toArray()
    await until(() => sent.closed === true || sent.destroyed === true, Boolean, 'the request is over')
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(countsOf(own, DURATION), [])
  })
})
