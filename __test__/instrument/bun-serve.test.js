'use strict'

// `serve`, which is Bun.serve with metrics.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, createMetrics, serve, setHttpRoute } = require('../..')
const { countsOf, recorded } = require('../support/http-metrics')
const { until } = require('../support/until')

const isBun = process.versions.bun !== undefined
const DURATION = 'http.server.request.duration'
const STREAM = 'http.server.stream.duration'
const GET = { 'http.request.method': 'GET', 'url.scheme': 'http' }
const OK = { ...GET, 'http.response.status_code': '200' }

test('serve in Node.js names what measures servers there', { skip: isBun }, () => {
  assert.throws(() => serve({ fetch: () => new Response() }), {
    code: 'ERR_TALLYSTICK_FUNCTION',
    message: /instrument/,
  })
})

describe('serve measures', { skip: !isBun && 'this is Bun.serve' }, () => {
  /** Serves with metrics of its own while `use` runs. */
  async function measured(options, use) {
    const own = createMetrics(new Collector())
    const server = serve({ port: 0, hostname: '127.0.0.1', ...options }, { collector: own.collector })
    try {
      await use(own, server.url.origin, server)
    } finally {
      await server.stop(true)
    }
  }

  const text = async (url, init) => await (await fetch(url, init)).text()

  test('fetch, and keeps its arguments, its server and its promises', async () => {
    const calls = []
    const options = {
      fetch(request, server) {
        calls.push([this === server, server.port > 0, new URL(request.url).pathname])
        return request.url.endsWith('/async') ? Promise.resolve(new Response('later')) : new Response('now')
      },
    }
    await measured(options, async (own, origin) => {
      assert.equal(await text(`${origin}/sync`), 'now')
      assert.equal(await text(`${origin}/async`), 'later')
      await recorded(own, DURATION, [{ labels: OK, count: 2 }])
      assert.equal(own.value('http.server.active_requests', GET), 0)
    })
    assert.deepEqual(calls, [
      [true, true, '/sync'],
      [true, true, '/async'],
    ])
  })

  test('routes by their patterns', async () => {
    const routes = {
      '/users/:id': (request) => new Response(request.params.id),
      '/items/:id': { GET: () => new Response('item'), POST: () => new Response('made', { status: 201 }) },
      '/static': new Response('static'),
    }
    await measured({ routes, fetch: () => new Response('none', { status: 404 }) }, async (own, origin) => {
      for (let at = 0; at < 50; at++) {
        assert.equal(await text(`${origin}/users/${at}`), `${at}`)
        assert.equal(await text(`${origin}/none/${at}`), 'none')
      }
      assert.equal(await text(`${origin}/items/7`), 'item')
      assert.equal(await text(`${origin}/items/7`, { method: 'POST', body: 'abc' }), 'made')
      assert.equal(await text(`${origin}/static`), 'static')
      const post = {
        ...OK,
        'http.request.method': 'POST',
        'http.response.status_code': '201',
        'http.route': '/items/:id',
      }
      await recorded(own, DURATION, [
        { labels: { ...OK, 'http.route': '/users/:id' }, count: 50 },
        { labels: { ...OK, 'http.route': '/items/:id' }, count: 1 },
        { labels: post, count: 1 },
        { labels: { ...GET, 'http.response.status_code': '404' }, count: 50 },
      ])
      assert.equal(own.value('http.server.request.body.size', post).sum, 3)
    })
  })

  test('routes that a framework states', async () => {
    const options = {
      fetch(request) {
        setHttpRoute(request, '/stated/:id')
        return new Response()
      },
    }
    await measured(options, async (own, origin) => {
      await text(`${origin}/stated/7`)
      await recorded(own, DURATION, [{ labels: { ...OK, 'http.route': '/stated/:id' }, count: 1 }])
    })
  })

  test('what is no response, and passes it on as it is', async () => {
    const broken = new Response('broken')
    Object.defineProperty(broken, 'headers', {
      get() {
        throw new Error('no headers for you')
      },
    })
    // Bun takes promises only
    const thenable = {}
    Reflect.set(thenable, 'then', (settle) => settle(new Response()))
    const values = { '/text': 'text', '/object': thenable, '/later': Promise.resolve(7), '/broken': broken }
    const routes = Object.fromEntries(Object.entries(values).map(([route, value]) => [route, () => value]))
    await measured({ development: false, routes }, async (own, origin) => {
      for (const route of Object.keys(values)) await text(origin + route)
      const labelsOf = (route) => ({ ...GET, 'http.route': route, 'error.type': '_OTHER' })
      const refused = ['/text', '/object', '/later']
      await recorded(
        own,
        DURATION,
        refused.map((route) => ({ labels: labelsOf(route), count: 1 })),
      )
      assert.equal(own.value('http.server.active_requests', GET), 0)
    })
  })

  test('an error that several requests have thrown', async () => {
    const shared = new Error('shared')
    const entered = []
    const options = {
      development: false,
      async fetch() {
        const { promise, resolve } = Promise.withResolvers()
        entered.push(resolve)
        if (entered.length === 3) for (const each of entered) each()
        await promise
        throw shared
      },
      error: () => new Response('failed', { status: 503 }),
    }
    await measured(options, async (own, origin) => {
      await Promise.all([1, 2, 3].map(() => text(origin)))
      const count = () => Object.values(own.snapshot().timings).reduce((sum, each) => sum + each.count, 0)
      await until(count, (seen) => seen === 3, 'all requests are recorded')
      assert.equal(own.value('http.server.active_requests', GET), 0)
    })
  })

  test('errors with the status of the error handler', async () => {
    const options = {
      fetch(request) {
        if (request.url.endsWith('/sync')) throw new TypeError('sync')
        return Promise.reject(new RangeError('async'))
      },
      error: (error) => new Response(error.message, { status: error.message === 'sync' ? 503 : 422 }),
    }
    await measured(options, async (own, origin) => {
      assert.equal(await text(`${origin}/sync`), 'sync')
      assert.equal(await text(`${origin}/async`), 'async')
      await recorded(own, DURATION, [
        { labels: { ...GET, 'http.response.status_code': '503', 'error.type': 'TypeError' }, count: 1 },
        { labels: { ...GET, 'http.response.status_code': '422' }, count: 1 },
      ])
      assert.equal(own.value('http.server.active_requests', GET), 0)
    })
  })

  test('event streams apart, whoever ends them, and passes their bodies on', async () => {
    const headers = { 'Content-Type': 'text/event-stream' }
    let isCancelled = false
    const endless = () =>
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setImmediate(resolve))
          controller.enqueue('data: 1\n\n')
        },
        cancel() {
          isCancelled = true
        },
      })
    async function* two() {
      yield 'data: 1\n\n'
      yield 'data: 2\n\n'
    }
    const options = {
      fetch: (request) => new Response(request.url.endsWith('/two') ? two() : endless(), { headers }),
    }
    await measured(options, async (own, origin) => {
      assert.equal(await text(`${origin}/two`), 'data: 1\n\ndata: 2\n\n')
      const controller = new AbortController()
      const { body } = await fetch(`${origin}/endless`, { signal: controller.signal })
      await body.getReader().read()
      assert.equal(own.value('http.server.active_requests', GET), 1)
      controller.abort()
      await until(() => isCancelled, Boolean, 'the stream is cancelled')
      await recorded(own, STREAM, [
        { labels: { 'http.request.method': 'GET', 'http.stream.type': 'event_stream' }, count: 2 },
      ])
      assert.deepEqual(countsOf(own, DURATION), [])
      assert.equal(own.value('http.server.active_requests', GET), 0)
    })
  })

  test('WebSockets apart, and calls their handlers', async () => {
    const events = []
    const options = {
      fetch: (request, server) => (server.upgrade(request) ? undefined : new Response('no', { status: 400 })),
      websocket: {
        open: () => void events.push('open'),
        message: (socket, message) => void socket.send(message),
        close: () => void events.push('close'),
      },
    }
    await measured(options, async (own, origin) => {
      const socket = new WebSocket(origin.replace('http', 'ws'))
      await new Promise((resolve) => {
        socket.onopen = () => socket.send('hello')
        socket.onmessage = () => socket.close()
        socket.onclose = resolve
      })
      await recorded(own, STREAM, [
        { labels: { 'http.request.method': 'GET', 'http.stream.type': 'websocket' }, count: 1 },
      ])
      assert.deepEqual(countsOf(own, DURATION), [])
      assert.equal(own.value('http.server.active_requests', GET), 0)
    })
    assert.deepEqual(events, ['open', 'close'])
  })

  test('the handlers that a server is reloaded with', async () => {
    await measured({ fetch: () => new Response('old') }, async (own, origin, server) => {
      server.reload({ fetch: () => new Response('new', { status: 202 }) })
      assert.equal(await text(origin), 'new')
      await recorded(own, DURATION, [{ labels: { ...GET, 'http.response.status_code': '202' }, count: 1 }])
    })
  })
})
