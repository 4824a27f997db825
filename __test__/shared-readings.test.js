'use strict'

// Many who read at once: equal readings that wait are one, what waits is bounded, and scrapes go before the page.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { createMetrics, createPoolMetrics } = require('..')
const { samplesOf } = require('./exposition-samples')
const { Transfers } = require('../lib/transfer')
const { close, listen, open } = require('./support/http')
const { fresh } = require('./support/metrics')

/** Takes the reader thread some milliseconds to read. */
const large = fresh()
for (let at = 0; at < 10_000; at++) large.inc('requests', 1, { path: `/a/path/of/some/length/${at}` })
large.observeMillis('took', 5)

const isBusy = { name: 'Error', code: 'ERR_TALLYSTICK_BUSY' }

/** Readings before those of a test, so that these wait. */
function keepReading(count = 10) {
  return Array.from({ length: count }, (_, at) => large.prometheus({ buckets: [at + 1] }))
}

describe('readings that wait', () => {
  test('are one where they are equal, with one body', async () => {
    const own = fresh()
    own.inc('a')
    const before = keepReading()
    const [one, other, again] = await Promise.all([
      own.prometheus(),
      own.prometheus(),
      createMetrics(own.collector).prometheus(),
    ])
    assert.equal(one.body, other.body)
    assert.equal(one.body, again.body)
    await Promise.all(before)
    const snapshots = [...keepReading(), own.json(), own.json()]
    const [json, sameJson] = (await Promise.all(snapshots)).slice(-2)
    assert.equal(json, sameJson)
  })

  test('are others with other options', async () => {
    const own = fresh()
    own.observeMillis('a', 5)
    const waiting = [...keepReading(), own.prometheus(), own.prometheus({ buckets: [1] })]
    const [one, other] = (await Promise.all(waiting)).slice(-2)
    assert.notDeepEqual(one.body, other.body)
  })

  test('have all that was recorded before the call', async () => {
    const own = fresh()
    const readings = []
    for (let count = 1; count <= 2000; count++) {
      own.inc('a')
      readings.push(own.prometheus().then(({ body }) => assert.ok(samplesOf(body).a_total >= count)))
      if (count % 100 === 0) await readings.at(-1)
    }
    await Promise.all(readings)
  })

  test('of routes are not those of users, who may do with theirs what they like', async () => {
    const own = fresh()
    own.inc('a')
    const waiting = [...keepReading(), own.prometheus(), own.fetch(new Request('http://localhost/'))]
    const [{ body }, response] = (await Promise.all(waiting)).slice(-2)
    body.fill(0)
    assert.equal(samplesOf(Buffer.from(await response.arrayBuffer())).a_total, 1)
  })

  test('of a pool are of its latest state', async () => {
    const service = createPoolMetrics()
    const pool = { size: 1, workers: [] }
    service.setPool(pool)
    const before = keepReading()
    const first = service.prometheus()
    pool.size = 2
    const second = service.prometheus()
    assert.equal(samplesOf((await second).body).buntime_pool_size, 2)
    assert.equal((await first).body, (await second).body)
    await Promise.all(before)
  })
})

describe('too many different readings', () => {
  test('reject with a code, and routes answer 503 with Retry-After', async () => {
    const service = createPoolMetrics({ collector: large.collector })
    const readings = keepReading(300)
    const answers = [
      large.fetch(new Request('http://localhost/')),
      service.fetch(new Request('http://localhost/metrics/api/metrics/prometheus')),
    ]
    for (const { status, headers } of await Promise.all(answers)) {
      assert.deepEqual([status, headers.get('retry-after')], [503, '1'])
    }
    const settled = await Promise.allSettled(readings)
    const refused = settled.filter(({ status }) => status === 'rejected')
    assert.ok(refused.length > 0 && refused.length <= 300 - 128, `${refused.length} refused`)
    for (const { reason } of refused) assert.throws(() => raise(reason), isBusy)
    assert.equal((await large.fetch(new Request('http://localhost/'))).status, 200)
  })

  test('of the page leave room for scrapes, which go first', async () => {
    const service = createPoolMetrics({ collector: large.collector })
    const order = []
    const ask = async (path) => {
      const { status, headers } = await service.fetch(new Request(`http://localhost/metrics/api/metrics${path}`))
      order.push(path)
      return { status, retryAfter: headers.get('retry-after') }
    }
    const searches = Array.from({ length: 100 }, (_, at) => ask(`/series?q=nothing-like-${at}`))
    const scrape = await ask('/prometheus')
    assert.equal(scrape.status, 200)
    const answers = await Promise.all(searches)
    const refused = answers.filter(({ status }) => status === 503)
    assert.ok(refused.length > 0 && refused.length <= 68, `${refused.length} refused`)
    assert.ok(refused.every(({ retryAfter }) => retryAfter === '1'))
    // those that were refused are answered at once, and some reading may have begun
    const position = order.indexOf('/prometheus') - refused.length
    assert.ok(position <= 4, `${position} searches went before the scrape`)
  })
})

describe('slow clients', () => {
  test('that ask at once wait for the same bytes', async () => {
    const requests = []
    const server = await listen((req, res) => requests.push([req, res]))
    const { port } = server.address()
    const clients = Array.from({ length: 20 }, () => open(port, '/'))
    while (requests.length < clients.length) await new Promise((resolve) => setImmediate(resolve))
    const buffers = new Set()
    const handled = requests.map(([req, res]) => {
      const { write } = res
      res.write = (chunk, ...rest) => {
        buffers.add(chunk.buffer)
        return write.call(res, chunk, ...rest)
      }
      return large.handle(req, res)
    })
    const length = large.prometheusSync().body.length
    for (const client of clients) assert.equal((await (await client).toArray()).reduce(sumOf, 0), length)
    await Promise.all(handled)
    assert.ok(buffers.size >= 1 && buffers.size <= 2, `${buffers.size} bodies`)
    await close(server)
  })

  test('of the oldest bodies are cut off where the bodies become too large', () => {
    const transfers = new Transfers(5)
    const dropped = []
    const body = () => new Uint8Array(1)
    const shared = body()
    transfers.begin(shared, () => dropped.push('a'))
    transfers.begin(shared, () => dropped.push('b'))
    const end = transfers.begin(body(), () => dropped.push('gone by itself'))
    end()
    for (const name of ['c', 'd', 'e', 'f']) transfers.begin(body(), () => dropped.push(name))
    assert.deepEqual(dropped, [])
    transfers.begin(body(), () => dropped.push('g'))
    assert.deepEqual(dropped, ['a', 'b'])
    end()
    transfers.begin(body(), () => dropped.push('h'))
    assert.deepEqual(dropped, ['a', 'b', 'c'])
  })

  test('of few bodies are not cut off, however large these are', () => {
    const transfers = new Transfers(1)
    for (let count = 0; count < 4; count++) transfers.begin(new Uint8Array(1000), assert.fail)
  })

  test('of a Response get bytes of their own, piece by piece', async () => {
    const before = keepReading()
    const [one, other] = await Promise.all([
      large.fetch(new Request('http://localhost/')),
      large.fetch(new Request('http://localhost/')),
    ])
    const reader = one.body.getReader()
    const { value } = await reader.read()
    const expected = Buffer.from(large.prometheusSync().body)
    assert.ok(value.length < expected.length)
    value.fill(0)
    await reader.cancel()
    assert.deepEqual(Buffer.from(await other.arrayBuffer()), expected)
    await Promise.all(before)
  })
})

/** @param {number} sum @param {Uint8Array} chunk */
function sumOf(sum, chunk) {
  return sum + chunk.length
}

function raise(error) {
  throw error
}
