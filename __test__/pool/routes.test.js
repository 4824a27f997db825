'use strict'

// The routes of a pool's service, asked over HTTP and by Request.

const assert = require('node:assert/strict')
const http2 = require('node:http2')
const { once } = require('node:events')
const { after, before, describe, test } = require('node:test')
const { Collector, createMetrics, createPoolMetrics } = require('../..')
const { samplesOf } = require('../support/exposition-samples')
const { close, listen, request } = require('../support/http')
const { takeWarnings } = require('../support/warnings')

const pool = { size: 4, workers: [{ id: 'w1', app: 'shop', state: 'active', requests: 2, uptime: 9 }] }
const api = '/metrics/api/metrics'

/**
 * Sends requests through both entries of a service: `ask(path, { method, headers })`.
 * @param {import('../../pool').MetricsConfig} [config] @param {object} [source]
 */
function entriesOf(config, source) {
  const service = createPoolMetrics(config)
  if (source) service.setPool(source)
  let server
  before(async () => {
    server = await listen(service.handle)
  })
  after(() => close(server))
  const overSocket = (path, options) => request(server.address().port, path, options)
  const byRequest = async (path, options) => {
    const response = await service.fetch(new Request(`http://localhost${path}`, options))
    const body = await response.text()
    const headers = Object.fromEntries(response.headers)
    const isJson = headers['content-type'] === 'application/json' && body !== ''
    return { status: response.status, headers, body, json: isJson ? JSON.parse(body) : undefined }
  }
  return { service, asks: { handle: overSocket, fetch: byRequest } }
}

/** The same test for both entries. @param {ReturnType<typeof entriesOf>} entries @param {(ask: any) => Promise<void>} check */
function testBoth({ asks }, name, check) {
  for (const [entry, ask] of Object.entries(asks)) test(`${name} (${entry})`, () => check(ask))
}

describe('the routes of a pool', () => {
  const entries = entriesOf({}, pool)

  testBoth(entries, 'answer the counts as JSON, with and without a slash', async (ask) => {
    for (const path of [`${api}/`, api, `${api}/?x=1`]) {
      const { status, headers, json } = await ask(path)
      assert.equal(status, 200)
      assert.equal(headers['content-type'], 'application/json')
      assert.equal(headers['cache-control'], 'no-store')
      assert.deepEqual(Object.keys(json), ['pool', 'uptime', 'timestamp'])
      assert.deepEqual(json.pool, { size: 4, active: 1, idle: 0, creating: 0, total: 1, utilization: 0.25 })
    }
  })

  testBoth(entries, 'answer the workers', async (ask) => {
    const { json } = await ask(`${api}/stats`)
    assert.deepEqual(json.workers, pool.workers)
  })

  testBoth(entries, 'answer the exposition', async (ask) => {
    const { status, headers, body } = await ask(`${api}/prometheus`)
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
    assert.equal(samplesOf(Buffer.from(body)).buntime_pool_size, 4)
  })

  testBoth(entries, 'answer HEAD with the same headers and no body', async (ask) => {
    for (const path of ['/', '/stats', '/prometheus', '/sse']) {
      const { status, headers, body } = await ask(api + path, { method: 'HEAD' })
      assert.equal(status, 200, path)
      assert.equal(body, '')
      if (path === '/stats') assert.equal(Number(headers['content-length']), (await ask(api + path)).body.length)
    }
  })

  testBoth(entries, 'answer other methods with 405 and what is allowed', async (ask) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      for (const path of ['/', '/stats', '/sse', '/series/x']) {
        const { status, headers } = await ask(api + path, { method })
        assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'])
      }
    }
  })

  testBoth(entries, 'answer other paths with 404', async (ask) => {
    const others = ['/', '/metrics/none', '/api/metrics/', `${api}/none`, `${api}x`, '/metricsx/api/metrics/']
    for (const path of [...others, `${api}/stats/x`, `${api}//`, `/x${api}/`]) {
      const { status, json } = await ask(path)
      assert.deepEqual([status, json], [404, { error: 'Not found' }], path)
    }
  })

  testBoth(entries, 'answer 404 for series and trace without a collector', async (ask) => {
    for (const path of ['/series', '/series/x', '/trace', '/sse?view=series&keys=x', '/sse?view=trace']) {
      assert.equal((await ask(api + path)).status, 404, path)
    }
  })
})

describe('before a pool is set', () => {
  const own = createMetrics(new Collector())
  own.inc('jobs')
  const without = entriesOf()
  const withCollector = entriesOf({ collector: own.collector })

  testBoth(without, 'the pool’s views answer 503', async (ask) => {
    for (const path of ['/', '/stats', '/sse', '/sse?view=stats']) {
      const { status, body } = await ask(api + path)
      assert.deepEqual([status, body], [503, '{"error":"Pool not initialized"}'])
    }
    const { status, body } = await ask(`${api}/prometheus`)
    assert.deepEqual([status, body], [503, '# Pool not initialized\n'])
  })

  testBoth(withCollector, 'the collector’s views work', async (ask) => {
    const { status, body } = await ask(`${api}/prometheus`)
    assert.equal(status, 200)
    assert.equal(samplesOf(Buffer.from(body)).jobs_total, 1)
    assert.equal((await ask(`${api}/series`)).json.total, 1)
    assert.equal((await ask(`${api}/stats`)).status, 503)
  })
})

describe('a pool that fails', () => {
  const entries = entriesOf(
    {},
    {
      size: 1,
      workers: () => {
        throw new Error('the password is 1234')
      },
    },
  )

  testBoth(entries, 'is a 500 without details', async (ask) => {
    for (const path of ['/', '/stats', '/prometheus']) {
      const { status, body } = await ask(api + path)
      assert.deepEqual([status, body], [500, '{"error":"Internal Server Error"}'])
    }
  })

  test('causes one warning', async () => {
    await takeWarnings()
    entries.service.setPool({ size: 1, workers: () => 7 })
    for (const path of ['/', '/stats', '/']) await entries.asks.handle(api + path)
    assert.deepEqual(
      (await takeWarnings()).map(({ code }) => code),
      ['TALLYSTICK_POOL_FAILURE'],
    )
  })
})

describe('the config of the routes', () => {
  const entries = entriesOf({ prometheus: false, base: '/admin/metrics/' }, pool)

  testBoth(entries, 'disables the exposition and leaves the other routes', async (ask) => {
    assert.equal((await ask('/admin/metrics/api/metrics/prometheus')).status, 404)
    assert.equal((await ask('/admin/metrics/api/metrics/')).status, 200)
    assert.equal((await ask(`${api}/`)).status, 404)
  })

  test('takes effect at once', async () => {
    const { service, asks } = entries
    service.setConfig({ prometheus: true, base: '/' })
    assert.equal((await asks.handle('/api/metrics/prometheus')).status, 200)
    assert.equal((await asks.handle('/admin/metrics/api/metrics/')).status, 404)
    service.setConfig({ prometheus: false, base: '/admin/metrics' })
  })
})

describe('a base with characters other than ASCII', () => {
  const opened = entriesOf({ base: '/métricas' }, pool)

  testBoth(opened, 'is found as clients encode it', async (ask) => {
    assert.equal((await ask('/m%C3%A9tricas/api/metrics/')).status, 200)
    assert.equal((await ask('/metricas/api/metrics/')).status, 404)
  })

  test('may have lone surrogates, which clients replace', async () => {
    const service = createPoolMetrics({ base: '/\ud800' })
    service.setPool(pool)
    const { status } = await service.fetch(new Request('http://localhost/\ud800/api/metrics/'))
    assert.equal(status, 200)
  })
})

describe('below a mount point', () => {
  /** A framework that strips a mount point, as Express and Connect do. */
  function mounted(mount, service) {
    return (req, res) => {
      req.originalUrl = req.url
      if (!req.url.startsWith(mount)) return res.writeHead(418).end()
      req.url = req.url.slice(mount.length) || '/'
      service.handle(req, res, () => res.writeHead(418).end('next'))
    }
  }

  // [mount, base, address]
  const found = [
    ['/metrics', '/metrics', '/metrics/api/metrics/stats'],
    ['/admin', '/metrics', '/admin/metrics/api/metrics/stats?x=1'],
    ['/admin', '/metrics', '/admin/api/metrics/stats'],
    ['/admin/metrics', '/metrics', '/admin/metrics/api/metrics/stats'],
    ['/admin', '/admin/metrics', '/admin/metrics/api/metrics/stats'],
  ]
  for (const [mount, base, address] of found) {
    test(`${mount} with base ${base}, ${address} is found`, async () => {
      const service = createPoolMetrics({ base })
      service.setPool(pool)
      const server = await listen(mounted(mount, service))
      assert.equal((await request(server.address().port, address)).json.workers.length, 1)
      await close(server)
    })
  }

  test('other paths call next', async () => {
    const server = await listen(mounted('/admin', createPoolMetrics()))
    for (const path of [
      '/admin',
      '/admin/other',
      '/admin/workers',
      '/admin/metrics/none',
      '/admin/metrics/api/metrics/none',
    ]) {
      assert.equal((await request(server.address().port, path)).body, 'next', path)
    }
    await close(server)
  })

  test('an address without the base is not found if nothing was stripped, so a guard on the base protects everything', async () => {
    const service = createPoolMetrics()
    service.setPool(pool)
    const server = await listen((req, res) => {
      req.originalUrl = req.url
      service.handle(req, res)
    })
    assert.equal((await request(server.address().port, '/api/metrics/stats')).status, 404)
    assert.equal((await request(server.address().port, `${api}/stats`)).status, 200)
    await close(server)
  })
})

describe('authorize', () => {
  const seen = []
  const entries = entriesOf(
    {
      collector: new Collector(),
      authorize: async (request, incoming) => {
        seen.push({ url: request.url, method: request.method, incoming })
        const token = request.headers.get('authorization')
        if (token === 'throw') throw new Error('no database')
        if (token === null) {
          return new Response('who are you?', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="m"' } })
        }
        return token === 'good' || (token === 'truthy' ? 1 : false)
      },
    },
    pool,
  )
  const paths = ['/', '/stats', '/prometheus', '/sse', '/series', '/series/x', '/trace', '/sse?view=trace']

  testBoth(entries, 'covers every route', async (ask) => {
    for (const path of paths) {
      for (const token of ['bad', 'truthy']) {
        const { status, json } = await ask(api + path, { headers: { authorization: token } })
        assert.deepEqual([status, json], [403, { error: 'Forbidden' }], path)
      }
      const { status, body, headers } = await ask(api + path)
      assert.deepEqual([status, body, headers['www-authenticate']], [401, 'who are you?', 'Basic realm="m"'])
    }
    assert.equal((await ask(api, { headers: { authorization: 'good' } })).status, 200)
  })

  testBoth(entries, 'that throws allows no request', async (ask) => {
    const { status, body } = await ask(api, { headers: { authorization: 'throw' } })
    assert.deepEqual([status, body], [500, '{"error":"Internal Server Error"}'])
  })

  test('receives the request, and Node’s request behind handle', async () => {
    seen.length = 0
    await entries.asks.handle(`${api}/stats?a=1`, { method: 'HEAD' })
    await entries.asks.fetch(`${api}/stats?a=1`)
    assert.deepEqual(
      seen.map(({ url, method }) => [new URL(url).pathname + new URL(url).search, method]),
      [
        [`${api}/stats?a=1`, 'HEAD'],
        [`${api}/stats?a=1`, 'GET'],
      ],
    )
    assert.equal(seen[0].incoming.url, `${api}/stats?a=1`)
    assert.equal(seen[1].incoming, undefined)
    await takeWarnings()
  })

  test('may be synchronous, and can be removed', async () => {
    const service = createPoolMetrics({ authorize: () => false })
    service.setPool(pool)
    const ask = () => service.fetch(new Request(`http://localhost${api}`))
    assert.equal((await ask()).status, 403)
    service.setConfig({ authorize: null })
    assert.equal((await ask()).status, 200)
  })
})

describe('the series of a collector', () => {
  const own = createMetrics(new Collector())
  own.describe('http.requests', { help: 'Requests.', unit: 'requests' })
  for (const status of [200, 404, 500]) own.inc('http.requests', status, { status })
  own.gauge('queue.length').set(3)
  for (let ms = 1; ms <= 100; ms++) own.observeMillis('http.latency', ms)
  own.histogram({ name: 'body', unit: 'bytes', buckets: [10, 100] }).observe(50)
  own.inc('queue.length', 7)
  own.trace('started', { by: 'me' })
  own.trace('ended')
  const entries = entriesOf({ collector: own.collector })

  testBoth(entries, 'are sorted by key, with name, kind, labels, help and unit', async (ask) => {
    const { json } = await ask(`${api}/series`)
    assert.deepEqual(
      json.series.map(({ key }) => key),
      [
        'body#histogram',
        'http.latency#timing',
        'http.requests{status="200"}#counter',
        'http.requests{status="404"}#counter',
        'http.requests{status="500"}#counter',
        'queue.length#counter',
        'queue.length#gauge',
      ],
    )
    assert.deepEqual([json.total, json.next], [7, null])
    const { rate, ...requests } = json.series[3]
    assert.ok(rate === null || rate === 0)
    assert.deepEqual(requests, {
      key: 'http.requests{status="404"}#counter',
      name: 'http.requests',
      kind: 'counter',
      labels: { status: '404' },
      help: 'Requests.',
      unit: 'requests',
      value: 404,
    })
    assert.deepEqual(json.series[6], {
      key: 'queue.length#gauge',
      name: 'queue.length',
      kind: 'gauge',
      labels: {},
      value: 3,
    })
    const { count, sum, min, max, mean, p50 } = json.series[1]
    assert.deepEqual([count, sum, min, max, mean], [100, 5050, 1, 100, 50.5])
    assert.ok(Math.abs(p50 - 50) < 0.5)
    assert.deepEqual(json.groups, [
      { prefix: 'body', series: 1, leaf: true },
      { prefix: 'http.', series: 4, leaf: false },
      { prefix: 'queue.', series: 2, leaf: false },
    ])
  })

  testBoth(entries, 'are found by prefix and by a part of their key', async (ask) => {
    const keysOf = async (query) => (await ask(`${api}/series?${query}`)).json.series.map(({ key }) => key)
    assert.equal((await keysOf('prefix=http.')).length, 4)
    assert.deepEqual(await keysOf('q=%22404%22'), ['http.requests{status="404"}#counter'])
    assert.deepEqual(await keysOf('q=LATENCY'), ['http.latency#timing'])
    assert.deepEqual(await keysOf('prefix=http.&q=nothing'), [])
    const { json } = await ask(`${api}/series?prefix=http.`)
    assert.deepEqual(
      json.groups.map(({ prefix }) => prefix),
      ['http.latency', 'http.requests'],
    )
  })

  testBoth(entries, 'are paged by the last key', async (ask) => {
    const keys = []
    let after = ''
    do {
      const { json } = await ask(`${api}/series?limit=3${after && `&after=${encodeURIComponent(after)}`}`)
      assert.equal(json.total, 7)
      keys.push(...json.series.map(({ key }) => key))
      after = json.next
    } while (after !== null)
    assert.equal(keys.length, 7)
    assert.deepEqual(keys, [...new Set(keys)].sort())
  })

  testBoth(entries, 'answer 400 to invalid parameters', async (ask) => {
    const wrong = ['/series?limit=0', '/series?limit=1001', '/series?limit=x', '/series/%', '/trace?after=-1']
    for (const path of [...wrong, '/sse?view=none', '/sse?view=series', '/sse?view=trace&after=x']) {
      const { status, json } = await ask(api + path)
      assert.equal(status, 400, path)
      assert.equal(typeof json.error, 'string')
    }
    const keys = Array.from({ length: 101 }, (_, at) => `keys=${at}`).join('&')
    assert.equal((await ask(`${api}/sse?view=series&${keys}`)).status, 400)
  })

  testBoth(entries, 'each have a distribution', async (ask) => {
    const { json } = await ask(`${api}/series/${encodeURIComponent('http.latency#timing')}`)
    assert.equal(json.count, 100)
    assert.equal(
      json.distribution.reduce((sum, [, , count]) => sum + count, 0),
      100,
    )
    assert.ok(json.distribution.every(([lowest, highest]) => lowest <= highest))
    assert.deepEqual((await ask(`${api}/series/body`)).json.distribution, [[10, 100, 1]])
  })

  testBoth(entries, 'are found by a key without a kind too, and answer 404 for an unknown key', async (ask) => {
    const ofKey = async (key) => ask(`${api}/series/${encodeURIComponent(key)}`)
    assert.equal((await ofKey('queue.length')).json.kind, 'counter')
    assert.equal((await ofKey('queue.length#gauge')).json.value, 3)
    assert.equal((await ofKey('http.requests{status="500"}')).json.value, 500)
    for (const key of [
      'none',
      'http.requests',
      'queue.length#timing',
      'http.requests{status="1"}#counter',
      '{}',
      '#',
    ]) {
      assert.equal((await ofKey(key)).status, 404, key)
    }
  })

  testBoth(entries, 'come with a trace, read after a sequence number', async (ask) => {
    const { json } = await ask(`${api}/trace`)
    assert.deepEqual([json.seq, json.missed], [2, 0])
    assert.deepEqual(
      json.events.map(({ seq, name, fields }) => [seq, name, fields]),
      [
        [1, 'started', { by: 'me' }],
        [2, 'ended', {}],
      ],
    )
    assert.equal((await ask(`${api}/trace?after=1`)).json.events.length, 1)
    assert.deepEqual((await ask(`${api}/trace?after=9`)).json, { seq: 2, missed: 0, events: [] })
  })

  test('have recent values from the second reading on', async () => {
    const metrics = createMetrics(new Collector())
    const timing = metrics.timing('t')
    timing.observeMillis(1000)
    const service = createPoolMetrics({ collector: metrics.collector })
    const look = async () => (await service.fetch(new Request(`http://localhost${api}/series/t`))).json()
    assert.equal((await look()).recent, undefined)
    timing.observeMillis(5)
    let seen = await look()
    while (seen.recent === undefined) seen = await look()
    const { count, max, seconds, distribution } = seen.recent
    assert.equal(count, 1)
    assert.ok(max >= 4.9 && max < 6 && seconds > 0, JSON.stringify(seen.recent))
    assert.equal(distribution.length, 1)
    assert.ok(seen.rate > 0)
    assert.equal(seen.count, 2)
  })

  test('are paged, even a hundred thousand of them', async () => {
    const metrics = createMetrics(new Collector())
    const counter = metrics.counter({ name: 'many', maxSeries: Infinity })
    for (let at = 0; at < 100_000; at++) counter.labels({ at }).inc()
    const service = createPoolMetrics({ collector: metrics.collector })
    const page = async (query) => (await service.fetch(new Request(`http://localhost${api}/series?${query}`))).json()
    const sorted = Array.from({ length: 100_000 }, (_, at) => `many{at="${at}"}#counter`).sort()
    // from the beginning, from the middle, and to the end
    for (const from of [0, 50_001, 99_500]) {
      const after = from > 0 ? `&after=${encodeURIComponent(sorted[from - 1])}` : ''
      const { total, series, next } = await page(`limit=1000${after}`)
      assert.equal(total, 100_000)
      assert.deepEqual(
        series.map(({ key }) => key),
        sorted.slice(from, from + 1000),
      )
      assert.equal(next, from === 99_500 ? null : sorted[from + 999])
    }
  })
})

describe('an argument that is not a request', () => {
  test('is a TypeError', async () => {
    const { handle, fetch } = createPoolMetrics()
    const isRequestError = { name: 'TypeError', code: 'ERR_TALLYSTICK_REQUEST' }
    for (const call of [
      () => handle(),
      () => handle({ method: 'GET' }, {}),
      () => fetch('/metrics'),
      () => fetch({}),
    ]) {
      await assert.rejects(call, isRequestError)
    }
  })
})

describe('handle behind node:http2', {
  skip: globalThis.Bun ? 'the compatibility layer of Bun is its own' : false,
}, () => {
  test('answers', async () => {
    const service = createPoolMetrics({ authorize: (request) => request.headers.get('x-token') === 'good' })
    service.setPool(pool)
    const server = http2.createServer(service.handle).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${server.address().port}`)
    const stream = client.request({ ':path': `${api}/stats`, 'x-token': 'good' })
    const [headers] = await once(stream, 'response')
    assert.equal(headers[':status'], 200)
    assert.equal(JSON.parse(Buffer.concat(await stream.toArray())).workers.length, 1)
    client.close()
    server.close()
  })
})
