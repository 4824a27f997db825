'use strict'

// Many simultaneous readers: equal waiting readings are made once, the queue is bounded, and scrapes go before the page.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { createMetrics, createPoolMetrics } = require('../..')
const { samplesOf } = require('../support/exposition-samples')
const { Transfers } = require('../../lib/http/transfer')
const { close, listen, open } = require('../support/http')
const { fresh } = require('../support/metrics')

/** A collector that takes the reader thread some milliseconds to read. */
const large = fresh()
for (let at = 0; at < 10_000; at++) large.inc('requests', 1, { path: `/a/path/of/some/length/${at}` })
large.observeMillis('took', 5)

const isBusy = { name: 'Error', code: 'ERR_TALLYSTICK_BUSY' }

/** Readings ahead of those of a test, so that these wait. */
function keepReading(count = 10) {
  return Promise.allSettled(Array.from({ length: count }, (_, at) => large.prometheus({ buckets: [at + 1] })))
}

/**
 * Repeats a round until it succeeds: on a busy machine the reader thread may be faster than the calls of a round.
 * @param {() => Promise<boolean>} round
 */
async function untilSeen(round) {
  while (!(await round()));
}

const lasting = { timeout: 60_000 }

describe('readings that wait', () => {
  test('are made once if they are equal, with one body', lasting, async () => {
    const own = fresh()
    own.inc('a')
    await untilSeen(async () => {
      const before = keepReading()
      const expositions = [own.prometheus(), own.prometheus(), createMetrics(own.collector).prometheus()]
      const snapshots = await Promise.all([own.json(), own.json()])
      const bodies = (await Promise.all(expositions)).map(({ body }) => body)
      await before
      return new Set(bodies).size === 1 && new Set(snapshots).size === 1
    })
  })

  test('are not refused because threads create many series meanwhile', async () => {
    const before = keepReading(120)
    const own = fresh()
    const counter = own.counter('requests')
    // each fills a buffer of the log
    for (let at = 0; at < 120; at++) counter.labels({ path: `/${at}`.padEnd(60_000, 'x') }).inc()
    const [exposition] = await Promise.allSettled([own.prometheus()])
    await before
    assert.equal(exposition.status, 'fulfilled')
    assert.equal(Object.keys(own.snapshot().counters).length, 120)
  })

  test('are separate if their options differ', async () => {
    const own = fresh()
    own.observeMillis('a', 5)
    const before = keepReading()
    const [one, other] = await Promise.all([own.prometheus(), own.prometheus({ buckets: [1] })])
    assert.notDeepEqual(one.body, other.body)
    await before
  })

  test('include everything that was recorded before the call', async () => {
    const own = fresh()
    const readings = []
    for (let count = 1; count <= 2000; count++) {
      own.inc('a')
      readings.push(own.prometheus().then(({ body }) => assert.ok(samplesOf(body).a_total >= count)))
      if (count % 100 === 0) await readings.at(-1)
    }
    await Promise.all(readings)
  })

  test('of routes are separate from those of users, who may modify theirs', async () => {
    for (let round = 0; round < 10; round++) {
      const before = keepReading()
      const [{ body }, response] = await Promise.all([
        large.prometheus(),
        large.fetch(new Request('http://localhost/')),
      ])
      body.fill(0)
      assert.equal(samplesOf(Buffer.from(await response.arrayBuffer())).took_seconds_count, 1)
      await before
    }
  })

  test('of a pool have its latest state', lasting, async () => {
    const service = createPoolMetrics()
    const pool = { size: 0, workers: [] }
    service.setPool(pool)
    await untilSeen(async () => {
      const before = keepReading()
      const first = service.prometheus()
      pool.size++
      const second = service.prometheus()
      assert.equal(samplesOf((await second).body).buntime_pool_size, pool.size)
      await before
      return (await first).body === (await second).body
    })
  })
})

describe('too many different readings', () => {
  test('reject with a code, and do not affect the others', lasting, async () => {
    await untilSeen(async () => {
      const settled = await keepReading(300)
      const refused = settled.filter(({ status }) => status === 'rejected')
      assert.ok(refused.length <= 300 - 128, `${refused.length} refused`)
      for (const { reason } of refused) assert.throws(() => raise(reason), isBusy)
      return refused.length > 0
    })
    assert.ok((await large.prometheus()).body.length > 0)
  })

  test('are answered by routes with 503 and Retry-After', lasting, async () => {
    const service = createPoolMetrics({ collector: large.collector })
    const asks = [
      () => large.fetch(new Request('http://localhost/')),
      () => service.fetch(new Request('http://localhost/metrics/api/metrics/prometheus')),
    ]
    for (const ask of asks) {
      await untilSeen(async () => {
        const before = keepReading(300)
        const { status, headers } = await ask()
        await before
        assert.deepEqual([status, headers.get('retry-after')], status === 200 ? [200, null] : [503, '1'])
        return status === 503
      })
      assert.equal((await ask()).status, 200)
    }
  })

  test('of the page leave room for scrapes, which go first', lasting, async () => {
    const service = createPoolMetrics({ collector: large.collector })
    const requestOf = (path) => new Request(`http://localhost/metrics/api/metrics${path}`)
    await untilSeen(async () => {
      const order = []
      const ask = async (request) => {
        const { status, headers } = await service.fetch(request)
        order.push(request)
        return { status, retryAfter: headers.get('retry-after') }
      }
      const scrape = requestOf('/prometheus')
      const searches = Array.from({ length: 100 }, (_, at) => requestOf(`/series?q=nothing-like-${at}`))
      // so few that no reading of the page goes in between
      const before = keepReading(7)
      const searched = searches.map(ask)
      assert.equal((await ask(scrape)).status, 200)
      const refused = (await Promise.all(searched)).filter(({ status }) => status === 503)
      await before
      assert.ok(refused.length <= 100 - 32, `${refused.length} refused`)
      assert.ok(refused.every(({ retryAfter }) => retryAfter === '1'))
      // refused ones are answered at once
      return refused.length > 0 && order.indexOf(scrape) - refused.length <= 1
    })
  })
})

describe('slow clients', () => {
  test('with simultaneous requests share the same bytes', lasting, async () => {
    const requests = []
    const server = await listen((req, res) => requests.push([req, res]))
    const { length } = large.prometheusSync().body
    await untilSeen(async () => {
      const clients = Array.from({ length: 20 }, () => open(server.address().port, '/'))
      while (requests.length < clients.length) await new Promise((resolve) => setImmediate(resolve))
      const buffers = new Set()
      const handled = requests.splice(0).map(([req, res]) => {
        noteBuffers(res, buffers)
        return large.handle(req, res)
      })
      for (const client of clients) assert.equal((await (await client).toArray()).reduce(sumOf, 0), length)
      await Promise.all(handled)
      assert.ok(buffers.size > 0)
      return buffers.size <= 2
    })
    await close(server)
  })

  test('of the oldest bodies are disconnected if the bodies become too large', () => {
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

  test('of a few bodies are not disconnected, however large these are', () => {
    const transfers = new Transfers(1)
    for (let count = 0; count < 4; count++) transfers.begin(new Uint8Array(1000), assert.fail)
  })

  test('of a Response get their own bytes, piece by piece', async () => {
    const expected = Buffer.from(large.prometheusSync().body)
    for (let round = 0; round < 5; round++) {
      const before = keepReading()
      const [one, other] = await Promise.all([
        large.fetch(new Request('http://localhost/')),
        large.fetch(new Request('http://localhost/')),
      ])
      const reader = one.body.getReader()
      const { value } = await reader.read()
      assert.ok(value.length < expected.length)
      value.fill(0)
      await reader.cancel()
      assert.deepEqual(Buffer.from(await other.arrayBuffer()), expected)
      await before
    }
  })
})

/** Notes which memory a response is written from. */
function noteBuffers(res, buffers) {
  const { write } = res
  res.write = (chunk, ...rest) => {
    buffers.add(chunk.buffer)
    return write.call(res, chunk, ...rest)
  }
}

/** @param {number} sum @param {Uint8Array} chunk */
function sumOf(sum, chunk) {
  return sum + chunk.length
}

function raise(error) {
  throw error
}
