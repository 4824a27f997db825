'use strict'

// What `instrument` records about servers, with real servers and clients. Bun has no channels for servers of node:http, so there they
// are passed to it.

const assert = require('node:assert/strict')
const diagnostics = require('node:diagnostics_channel')
const { once } = require('node:events')
const http = require('node:http')
const http2 = require('node:http2')
const https = require('node:https')
const net = require('node:net')
const { describe, test } = require('node:test')
const { Collector, createMetrics, instrument, setHttpRoute } = require('../..')
const { collectFully } = require('../support/garbage')
const { samplesOf } = require('../support/exposition-samples')
const { close, listen, open, request } = require('../support/http')
const { countsOf, recorded } = require('../support/http-metrics')
const { until } = require('../support/until')
const { takeWarnings } = require('../support/warnings')

const isBun = process.versions.bun !== undefined
const inNode = { skip: isBun && 'Bun has no channels for servers' }
const DURATION = 'http.server.request.duration'
const STREAM = 'http.server.stream.duration'
const GET = { 'http.request.method': 'GET', 'url.scheme': 'http' }
const OK = { ...GET, 'http.response.status_code': '200' }

/** Measures a server into a collector of its own, while `use` runs. */
async function measured(server, use, options) {
  const own = createMetrics(new Collector())
  const servers = isBun ? [server] : []
  const stop = instrument({ collector: own.collector, client: false, servers, ...options })
  try {
    await use(own, server.address().port, stop)
  } finally {
    stop()
    await (server.closeAllConnections ? close(server) : server.close())
  }
}

const active = (own) => own.value('http.server.active_requests', GET)

describe('instrument measures requests to node:http', () => {
  test('by method, status and scheme, in the names that OpenTelemetry has for Prometheus', async () => {
    const server = await listen((_req, res) => res.end('hello'))
    await measured(server, async (own, port) => {
      await request(port, '/a')
      await request(port, '/b?c')
      await recorded(own, DURATION, [{ labels: OK, count: 2 }])
      const samples = samplesOf((await own.prometheus()).body)
      const labels = 'http_request_method="GET",http_response_status_code="200",url_scheme="http"'
      assert.equal(samples[`http_server_request_duration_seconds_count{${labels}}`], 2)
      assert.equal(samples[`http_server_request_duration_seconds_bucket{${labels},le="10"}`], 2)
      assert.equal(samples[`http_server_response_body_size_bytes_sum{${labels}}`], 10)
      assert.equal(samples['http_server_active_requests{http_request_method="GET",url_scheme="http"}'], 0)
    })
  })

  test('with an error type for a status of 500 and more', async () => {
    const server = await listen((_req, res) => res.writeHead(503).end())
    await measured(server, async (own, port) => {
      await request(port, '/')
      const labels = { ...GET, 'http.response.status_code': '503', 'error.type': '503' }
      await recorded(own, DURATION, [{ labels, count: 1 }])
    })
  })

  test('counts those in progress, and those that the client gave up', async () => {
    let arrived = 0
    const server = await listen(() => arrived++)
    await measured(server, async (own, port) => {
      const sent = http.request({ port, host: '127.0.0.1', agent: false }).on('error', () => {})
      sent.end()
      await until(
        () => arrived,
        (count) => count === 1,
        'the request has arrived',
      )
      assert.equal(active(own), 1)
      sent.destroy()
      await recorded(own, DURATION, [{ labels: { ...GET, 'error.type': 'aborted' }, count: 1 }])
      assert.equal(active(own), 0)
    })
  })

  test('with the sizes of bodies, also of chunked responses', async () => {
    const server = await listen(async (req, res) => {
      await req.toArray()
      if (req.url === '/chunked') res.write('a'.repeat(1000))
      res.end('b'.repeat(1000))
    })
    await measured(server, async (own, port) => {
      const body = 'c'.repeat(500)
      const options = { port, host: '127.0.0.1', method: 'POST', headers: { 'Content-Length': 500 } }
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      for (const path of ['/', '/chunked', '/', '/chunked']) {
        const sent = http.request({ ...options, path, agent })
        sent.end(body)
        const [response] = await once(sent, 'response')
        await response.toArray()
      }
      agent.destroy()
      await until(
        () => countsOf(own, DURATION),
        ([first]) => first?.count === 4,
        'all requests are recorded',
      )
      const labels = { ...OK, 'http.request.method': 'POST' }
      const sizes = own.value('http.server.request.body.size', labels)
      assert.deepEqual([sizes.count, sizes.sum], [4, 2000])
      const responses = own.value('http.server.response.body.size', labels)
      // Bun counts no bytes of connections, so there is no size of a chunked response
      if (isBun) return
      assert.equal(responses.count, 4)
      assert.ok(responses.sum >= 6000 && responses.sum < 6100, `${responses.sum}`)
    })
  })

  test('without the 100 Continue that precedes a response', inNode, async () => {
    const server = await listen(async (req, res) => {
      await req.toArray()
      if (req.url === '/chunked') res.write('a')
      res.end('b')
    })
    await measured(server, async (own, port) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      for (const path of ['/', '/chunked', '/chunked']) {
        const headers = { Expect: '100-continue', 'Content-Length': 3 }
        const sent = http.request({ port, host: '127.0.0.1', method: 'POST', path, agent, headers })
        sent.flushHeaders()
        await once(sent, 'continue')
        sent.end('abc')
        const [response] = await once(sent, 'response')
        await response.toArray()
      }
      agent.destroy()
      await until(
        () => countsOf(own, DURATION),
        ([first]) => first?.count === 3,
        'all requests are recorded',
      )
      const { count, sum } = own.value('http.server.response.body.size', { ...OK, 'http.request.method': 'POST' })
      assert.equal(count, 3)
      // a chunk of one byte is sent as six, and the end as five; Node.js 26 joins the chunks
      const most = 1 + 2 * (2 * 6 + 5)
      assert.ok(sum > 3 && sum <= most, `${sum}, at most ${most}`)
    })
  })

  test('with a size of 0 where no body is sent, whatever the headers say', inNode, async () => {
    const statuses = { '/empty': 204, '/unchanged': 304 }
    const server = await listen((req, res) => {
      res.writeHead(statuses[req.url] ?? 200, req.url === '/length' ? { 'Content-Length': 5 } : {})
      if (req.url === '/chunked' || req.url === '/late') res.write('a'.repeat(1000))
      // the client has the status that was sent
      if (req.url === '/late') res.statusCode = 304
      res.end(req.url === '/length' ? 'hello' : undefined)
    })
    await measured(server, async (own, port) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      for (const [method, path] of [
        ['HEAD', '/length'],
        ['GET', '/empty'],
        ['GET', '/unchanged'],
        ['HEAD', '/chunked'],
        ['GET', '/length'],
        ['GET', '/late'],
        ['GET', '/chunked'],
      ]) {
        const sent = http.request({ port, host: '127.0.0.1', method, path, agent }).end()
        const [response] = await once(sent, 'response')
        await response.toArray()
      }
      agent.destroy()
      await until(
        () => countsOf(own, DURATION).reduce((sum, { count }) => sum + count, 0),
        (count) => count === 7,
        'all requests are recorded',
      )
      const sizeOf = (method, status) => {
        const labels = { ...OK, 'http.request.method': method, 'http.response.status_code': status }
        const { count, sum } = own.value('http.server.response.body.size', labels)
        return [count, sum]
      }
      assert.deepEqual(
        [sizeOf('HEAD', '200'), sizeOf('GET', '204')],
        [
          [2, 0],
          [1, 0],
        ],
      )
      for (const [status, least] of [
        ['200', 1005],
        ['304', 1000],
      ]) {
        const [count, sum] = sizeOf('GET', status)
        assert.ok(count === 2 && sum >= least && sum < least + 20, `${status}: ${count} of ${sum}`)
      }
    })
  })

  test('each of those that share a connection and do not wait for each other', inNode, async () => {
    const held = []
    const server = await listen((req, res) => held.push([req, res]))
    await measured(server, async (own, port) => {
      const socket = net.connect(port, '127.0.0.1')
      socket.write(
        'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n',
      )
      await until(
        () => held.length,
        (count) => count === 3,
        'all requests have arrived',
      )
      assert.equal(active(own), 3)
      // answered in another order, and the last never
      held[1][1].writeHead(201).end()
      held[0][1].end()
      await until(
        () => active(own),
        (count) => count === 1,
        'two are answered',
      )
      socket.destroy()
      await recorded(own, DURATION, [
        { labels: OK, count: 1 },
        { labels: { ...OK, 'http.response.status_code': '201' }, count: 1 },
        { labels: { ...GET, 'error.type': 'aborted' }, count: 1 },
      ])
    })
  })

  test('with the route that the application states', async () => {
    const server = await listen((req, res) => {
      setHttpRoute(req, '/items/:id')
      res.end()
    })
    await measured(server, async (own, port) => {
      await request(port, '/items/7')
      await recorded(own, DURATION, [{ labels: { ...OK, 'http.route': '/items/:id' }, count: 1 }])
    })
    assert.throws(() => setHttpRoute(undefined, '/'), { code: 'ERR_TALLYSTICK_REQUEST' })
  })
})

describe('instrument keeps streams apart from requests', () => {
  test('server-sent events, whoever ends them', async () => {
    const server = await listen((req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      res.write('data: 1\n\n')
      if (req.url === '/short') res.end()
    })
    await measured(server, async (own, port) => {
      await request(port, '/short')
      const response = await open(port, '/endless')
      await once(response, 'data')
      assert.equal(active(own), 1)
      response.destroy()
      await recorded(own, STREAM, [
        { labels: { 'http.request.method': 'GET', 'http.stream.type': 'event_stream' }, count: 2 },
      ])
      assert.deepEqual(countsOf(own, DURATION), [])
      assert.equal(active(own), 0)
    })
  })

  /** Accepts any upgrade. */
  function upgrade(_req, socket) {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.on('end', () => socket.end()).resume()
  }

  /** Opens a connection, upgrades and closes it. @param {number} port */
  async function requestUpgrade(port) {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }
    const sent = http.request({ port, host: '127.0.0.1', headers, agent: false })
    sent.end()
    const [, socket] = await once(sent, 'upgrade')
    socket.resume().end()
  }

  test('upgrades, and leaves the server as it was', async () => {
    const server = await listen((_req, res) => res.end())
    server.on('upgrade', upgrade)
    await measured(server, async (own, port, stop) => {
      await requestUpgrade(port)
      await recorded(own, STREAM, [
        { labels: { 'http.request.method': 'GET', 'http.stream.type': 'websocket' }, count: 1 },
      ])
      assert.deepEqual(countsOf(own, DURATION), [])
      stop()
      assert.deepEqual(server.listeners('upgrade'), [upgrade])
      assert.equal(server.listenerCount('removeListener'), 0)
    })
  })

  for (const isPassed of [true, false]) {
    const how = isPassed ? 'that was passed to it' : 'that it found'
    test(`upgrades whose listeners come and go, of a server ${how}`, {
      skip: isBun && !isPassed && 'Bun has no channels for servers',
    }, async () => {
      const server = await listen((_req, res) => res.end())
      const use = async (own, port, stop) => {
        await request(port, '/')
        for (let turn = 1; turn <= 3; turn++) {
          server.on('upgrade', upgrade)
          await requestUpgrade(port)
          const labels = { 'http.request.method': 'GET', 'http.stream.type': 'websocket' }
          await recorded(own, STREAM, [{ labels, count: turn }])
          server.off('upgrade', upgrade)
          assert.equal(server.listenerCount('upgrade'), 0)
        }
        await recorded(own, DURATION, [{ labels: OK, count: 1 }])
        stop()
        const left = ['upgrade', 'removeListener', 'newListener', 'close'].map((event) => server.listenerCount(event))
        assert.deepEqual(left, [0, 0, 0, 0])
      }
      await measured(server, use, { servers: isPassed ? [server] : [] })
    })
  }

  test('requests of a server whose last listener of upgrades was removed', async () => {
    const server = await listen((_req, res) => res.end('served'))
    const upgrade = () => assert.fail('upgraded')
    server.on('upgrade', upgrade)
    await measured(server, async (own, port) => {
      await request(port, '/')
      server.off('upgrade', upgrade)
      await request(port, '/')
      await recorded(own, DURATION, [{ labels: OK, count: 2 }])
    })
  })

  test('requests for an upgrade that the application does not listen to any more', inNode, async () => {
    const server = await listen((_req, res) => res.end('no upgrade'))
    const upgrade = () => assert.fail('upgraded')
    server.on('upgrade', upgrade)
    await measured(server, async (own, port) => {
      await request(port, '/')
      server.off('upgrade', upgrade)
      assert.equal(server.listenerCount('upgrade'), 0)
      const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }
      assert.equal((await request(port, '/', { headers })).body, 'no upgrade')
      await recorded(own, DURATION, [{ labels: OK, count: 2 }])
    })
  })
})

describe('instrument measures requests to node:http2 and node:https', inNode, () => {
  /** A request over HTTP/2, and its whole response. */
  async function request2(port, path) {
    const client = http2.connect(`http://127.0.0.1:${port}`)
    const stream = client.request({ ':path': path })
    const [headers] = await once(stream, 'response')
    const chunks = await stream.toArray()
    client.close()
    return { status: headers[':status'], body: Buffer.concat(chunks).toString() }
  }

  /** @param {http2.Http2Server} server */
  async function started(server) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }

  test('with the API of node:http', async () => {
    const server = await started(
      http2.createServer((req, res) => {
        setHttpRoute(req, '/items/:id')
        res.writeHead(201, { 'content-length': 4 }).end('body')
      }),
    )
    await measured(server, async (own, port) => {
      assert.equal((await request2(port, '/items/7')).body, 'body')
      const labels = { ...OK, 'http.response.status_code': '201', 'http.route': '/items/:id' }
      await recorded(own, DURATION, [{ labels, count: 1 }])
      assert.equal(own.value('http.server.response.body.size', labels).sum, 4)
      assert.equal(active(own), 0)
    })
  })

  test('that are reset, or that nobody answers, as aborted', async () => {
    const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR } = http2.constants
    const server = await started(
      http2.createServer((req, res) => {
        if (req.url === '/reset') res.stream.close(NGHTTP2_INTERNAL_ERROR)
        else if (req.url === '/half') res.write('half')
      }),
    )
    await measured(server, async (own, port) => {
      const client = http2.connect(`http://127.0.0.1:${port}`)
      const closed = ['/reset', '/none', '/half'].map(async (path) => {
        const stream = client.request({ ':path': path })
        const end = new Promise((resolve) => stream.once('close', resolve))
        stream.on('error', () => {})
        if (path === '/half') await once(stream, 'response')
        if (path !== '/reset') stream.close(NGHTTP2_CANCEL)
        await end
      })
      await Promise.all(closed)
      const aborted = { 'http.request.method': 'GET', 'url.scheme': 'http', 'error.type': 'aborted' }
      await recorded(own, DURATION, [
        { labels: aborted, count: 2 },
        { labels: { ...aborted, 'http.response.status_code': '200' }, count: 1 },
      ])
      client.close()
    })
  })

  test('with streams, also those that are event streams', async () => {
    const server = http2.createServer()
    server.on('stream', (stream, headers) => {
      const type = headers[':path'] === '/events' ? 'text/event-stream' : 'text/plain'
      stream.respond({ ':status': 200, 'content-type': type })
      stream.end('body')
    })
    await started(server)
    await measured(server, async (own, port) => {
      assert.equal((await request2(port, '/')).body, 'body')
      assert.equal((await request2(port, '/events')).body, 'body')
      await recorded(own, DURATION, [{ labels: OK, count: 1 }])
      await recorded(own, STREAM, [
        { labels: { 'http.request.method': 'GET', 'http.stream.type': 'event_stream' }, count: 1 },
      ])
    })
  })

  // a shared key, so that no certificate is needed
  const psk = Buffer.alloc(32, 7)
  const shared = { ciphers: 'PSK', maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' }
  const serverTls = { ...shared, pskCallback: () => psk, pskIdentityHint: 'test' }
  const clientTls = { ...shared, pskCallback: () => ({ psk, identity: 'test' }), checkServerIdentity: () => undefined }

  /** @param {number} port */
  async function requestTls(port) {
    const sent = https.request({ port, host: '127.0.0.1', agent: false, ...clientTls })
    sent.end()
    const [response] = await once(sent, 'response')
    await response.toArray()
  }

  test('with the scheme of node:https', async () => {
    const server = await started(https.createServer(serverTls, (_req, res) => res.end()))
    await measured(server, async (own, port) => {
      await requestTls(port)
      await recorded(own, DURATION, [{ labels: { ...OK, 'url.scheme': 'https' }, count: 1 }])
    })
  })

  test('once where a server of HTTP/2 answers HTTP/1', async () => {
    const server = http2.createSecureServer({ ...serverTls, allowHTTP1: true }, (_req, res) => res.end())
    await started(server)
    await measured(server, async (own, port) => {
      await requestTls(port)
      await requestTls(port)
      await recorded(own, DURATION, [{ labels: { ...OK, 'url.scheme': 'https' }, count: 2 }])
      await new Promise((resolve) => setImmediate(resolve))
      await recorded(own, DURATION, [{ labels: { ...OK, 'url.scheme': 'https' }, count: 2 }])
    })
  })
})

describe('a hostile client makes no series', () => {
  test('of methods, paths, hosts, headers and statuses', async () => {
    const server = await listen((req, res) => {
      const status = Number(/^\/(\d{3})/.exec(req.url)?.[1] ?? 200)
      // what an application that echoes its client does
      res.writeHead(status >= 200 && status < 1000 ? status : 200).end()
    })
    await measured(server, async (own, port) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      const ask = async (method, path, headers) => {
        const sent = http.request({ port, host: '127.0.0.1', method, path, headers, agent })
        sent.end()
        const [response] = await once(sent, 'response')
        await response.toArray()
      }
      for (let at = 0; at < 2000; at++) {
        await ask('GET', `/${at}/${'x'.repeat(at % 50)}?${at}`, { Host: `host-${at}.example` })
      }
      const odd = http.METHODS.filter((method) => method !== 'CONNECT')
      for (const method of odd) await ask(method, '/', { 'X-Forwarded-Proto': method, Traceparent: method })
      for (let status = 200; status < 1000; status++) await ask('GET', `/${status}`, {})
      agent.destroy()
      const total = () => countsOf(own, DURATION).reduce((sum, { count }) => sum + count, 0)
      await until(total, (count) => count === 2000 + odd.length + 800, 'all requests are recorded')
      const labels = countsOf(own, DURATION).map((each) => each.labels)
      const methods = new Set(labels.map((each) => each['http.request.method']))
      const known = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE', '_OTHER']
      assert.deepEqual([...methods].filter((method) => method !== 'QUERY').sort(), known)
      const statuses = new Set(labels.map((each) => each['http.response.status_code']))
      assert.ok(statuses.size <= Object.keys(http.STATUS_CODES).length, `${[...statuses]}`)
      assert.ok(labels.length < 80, `${labels.length}`)
    })
  })

  test('of request lines that are no HTTP', inNode, async () => {
    const server = await listen((_req, res) => res.end())
    await measured(server, async (own, port) => {
      for (let at = 0; at < 200; at++) {
        const socket = net.connect(port, '127.0.0.1').on('error', () => {})
        socket.end(`HACK${at} /\u0000 HTTP/9.${at}\r\n\r\n`)
        await once(socket.resume(), 'close')
      }
      await request(port, '/')
      await recorded(own, DURATION, [{ labels: OK, count: 1 }])
    })
  })

  test('of routes, where an application makes them of paths', async () => {
    const server = await listen((req, res) => {
      setHttpRoute(req, req.url)
      res.end()
    })
    await measured(server, async (own, port) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      for (let at = 0; at < 1100; at++) {
        const sent = http.request({ port, host: '127.0.0.1', path: `/${at}`, agent })
        sent.end()
        const [response] = await once(sent, 'response')
        await response.toArray()
      }
      agent.destroy()
      await until(
        () => own.value(DURATION, { ...OK, 'http.route': '_OTHER' })?.count,
        (count) => count === 100,
        'all requests are recorded',
      )
      assert.equal(countsOf(own, DURATION).length, 1001)
    })
  })
})

describe('a client that sends requests without reading', inNode, () => {
  const COUNT = 60_000

  /** The processor time until all requests of one connection have begun, in milliseconds. */
  async function floodedMillis(server) {
    const socket = net.connect(server.address().port, '127.0.0.1').on('error', () => {})
    let left = COUNT
    const all = new Promise((resolve) => {
      server.on('request', () => --left === 0 && resolve())
    })
    const began = process.cpuUsage()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(COUNT))
    await all
    const { user, system } = process.cpuUsage(began)
    socket.destroy()
    await close(server)
    return (user + system) / 1000
  }

  test('makes no request dearer than it is without us', async () => {
    const without = await floodedMillis(await listen(() => {}))
    // a flood beside the remains of another takes five times as long
    await collectFully()
    const own = createMetrics(new Collector())
    const stop = instrument({ collector: own.collector, client: false })
    const millis = await floodedMillis(await listen(() => {}))
    // all of them were given up
    await recorded(own, DURATION, [{ labels: { ...GET, 'error.type': 'aborted' }, count: COUNT }])
    assert.equal(active(own), 0)
    stop()
    // a search through those before takes thirteen times as long as no measuring
    assert.ok(millis < 6 * without, `${millis} ms, ${without} ms without us`)
  })
})

describe('instrument', () => {
  test('never lets an exception of its own reach a request', async () => {
    const server = await listen((req, res) => {
      Object.defineProperty(req, 'route', {
        get() {
          throw new Error('no route for you')
        },
      })
      res.end('fine')
    })
    await measured(server, async (own, port) => {
      await takeWarnings()
      assert.equal((await request(port, '/')).body, 'fine')
      assert.equal((await request(port, '/')).body, 'fine')
      const given = await until(takeWarnings, ({ length }) => length > 0, 'there is a warning')
      const warnings = given.filter(({ code }) => code === 'TALLYSTICK_INSTRUMENT')
      assert.equal(warnings.length, 1)
      assert.match(warnings[0].message, /no route for you/)
      // what is known is recorded
      await recorded(own, DURATION, [{ labels: OK, count: 2 }])
      assert.equal(active(own), 0)
    })
  })

  test('leaves nothing behind when it stops, with requests in progress', async () => {
    const held = []
    const server = await listen((_req, res) => held.push(res))
    const before = server.eventNames().map((name) => [name, server.listenerCount(name)])
    await measured(server, async (own, port, stop) => {
      const sent = http.request({ port, host: '127.0.0.1', agent: false })
      sent.end()
      await until(
        () => held.length,
        (count) => count === 1,
        'the request has arrived',
      )
      const [{ socket }] = held
      const listeners = socket?.listenerCount('close')
      assert.equal(active(own), 1)
      stop()
      stop()
      assert.equal(active(own), 0)
      if (!isBun) assert.equal(socket.listenerCount('close'), listeners - 1)
      held[0].end()
      const [response] = await once(sent, 'response')
      await response.toArray()
      assert.equal(active(own), 0)
      assert.deepEqual(countsOf(own, DURATION), [])
    })
    for (const name of ['http.server.request.start', 'http.server.response.finish', 'net.server.socket']) {
      assert.equal(diagnostics.hasSubscribers(name), false, name)
    }
    for (const name of ['http.client.request.start', 'undici:request:create', 'fastify.initialization']) {
      assert.equal(diagnostics.hasSubscribers(name), false, name)
    }
    assert.deepEqual(
      server.eventNames().map((name) => [name, server.listenerCount(name)]),
      before,
    )
  })

  test('measures once where it was started twice, until both are stopped', async () => {
    const server = await listen((_req, res) => res.end())
    await measured(server, async (own, port, stop) => {
      const another = instrument({ collector: own.collector, client: false })
      await request(port, '/')
      stop()
      await request(port, '/')
      await recorded(own, DURATION, [{ labels: OK, count: 2 }])
      another()
      await request(port, '/')
      await recorded(own, DURATION, [{ labels: OK, count: 2 }])
    })
  })

  test('keeps its memory and its limits however often it starts', {
    skip: !globalThis.gc && 'node runs without --expose-gc',
  }, async () => {
    const own = createMetrics(new Collector())
    const server = await listen((req, res) => {
      setHttpRoute(req, req.url)
      res.end()
    })
    const run = async (/** @type {number} */ times) => {
      for (let at = 0; at < times; at++) {
        const stop = instrument({ collector: own.collector, servers: isBun ? [server] : [] })
        if (at % 2 === 0) await request(server.address().port, `/${at}`)
        stop()
      }
      globalThis.gc()
      return process.memoryUsage().heapUsed
    }
    await run(2200)
    const before = await run(500)
    const growth = (await run(500)) - before
    assert.ok(growth < 512 * 1024, `${growth} bytes`)
    assert.ok(countsOf(own, DURATION).length <= 1001)
    await close(server)
  })

  test('takes no wrong options', () => {
    const code = 'ERR_TALLYSTICK_OPTIONS'
    assert.throws(() => instrument({ server: 1 }), { name: 'TypeError', code })
    assert.throws(() => instrument({ sever: true }), { name: 'TypeError', code })
    assert.throws(() => instrument({ servers: [{}] }), { name: 'TypeError', code })
    assert.throws(() => instrument({ buckets: [2, 1] }), { name: 'RangeError', code })
    const conflict = { code: 'ERR_TALLYSTICK_CONFLICT' }
    const own = createMetrics(new Collector())
    const stop = instrument({ collector: own.collector, client: false })
    assert.throws(() => instrument({ collector: own.collector, client: false, buckets: [1] }), conflict)
    stop()
    const other = createMetrics(new Collector())
    other.timing({ name: 'http.client.request.duration', buckets: [1] }).observeMillis(1)
    assert.throws(() => instrument({ collector: other.collector }), conflict)
    // the observation of servers, which had started, has ended
    assert.equal(diagnostics.channel('http.server.request.start').hasSubscribers, false)
    assert.throws(() => instrument({ collector: {} }), { code: 'ERR_TALLYSTICK_COLLECTOR' })
    assert.equal(diagnostics.hasSubscribers('http.server.request.start'), false)
  })
})
