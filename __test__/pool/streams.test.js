'use strict'

// Server-sent events of a pool service, read by real clients.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const net = require('node:net')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { Collector, createMetrics, createPoolMetrics } = require('../..')
const { TraceFeed } = require('../../lib/pool/feeds/trace')
const { Streams } = require('../../lib/pool/streams')
const { EventClient, close, listen, request } = require('../support/http')
const { takeWarnings } = require('../support/warnings')

const root = path.resolve(__dirname, '..', '..')
const sse = '/metrics/api/metrics/sse'
const interval = 50

/** A pool whose only worker changes at each reading. */
function livePool() {
  const pool = { readings: 0, size: 4, workers: () => [{ id: 'w1', state: 'active', requests: ++pool.readings }] }
  return pool
}

/** The servers of this runtime. */
const servers = {
  'node:http': (service) => listen(service.handle),
  ...(globalThis.Bun && {
    'Bun.serve': (service) => {
      const server = globalThis.Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: service.fetch })
      return { address: () => ({ port: server.port }), bun: server }
    },
  }),
}

/** @param {any} server */
async function end(server) {
  if (server.bun) await server.bun.stop(true)
  else await close(server)
}

for (const [name, start] of Object.entries(servers)) {
  describe(`streams of ${name}`, () => {
    const own = createMetrics(new Collector())
    const pool = livePool()
    const service = createPoolMetrics({ sseInterval: interval, collector: own.collector })
    let server
    const connect = (query = '', headers) => EventClient.connect(server.address().port, sse + query, { headers })

    before(async () => {
      server = await start(service)
      service.setPool(pool)
    })
    after(async () => {
      service.close()
      await end(server)
    })

    test('send the pool at once and at each interval, with ids', async () => {
      const client = await connect()
      assert.match(client.headers['content-type'], /^text\/event-stream/)
      assert.match(client.headers['cache-control'], /no-transform/)
      assert.deepEqual(await client.next(), { retry: '1000' })
      const first = await client.next()
      const second = await client.next()
      assert.equal(Number(second.id), Number(first.id) + 1)
      const { pool: counts, uptime, timestamp } = JSON.parse(second.data)
      assert.equal(counts.active, 1)
      assert.ok(uptime > 0 && timestamp > JSON.parse(first.data).timestamp)
      client.close()
    })

    test('receive the same bytes, from one reading of the pool', async () => {
      const before = pool.readings
      const clients = await Promise.all(Array.from({ length: 30 }, () => connect()))
      const firsts = await Promise.all(clients.map((client) => client.data()))
      const last = await Promise.all(
        clients.map(async (client) => {
          let data = await client.data()
          while (data.timestamp <= firsts[29].timestamp) data = await client.data()
          return JSON.stringify(data)
        }),
      )
      assert.equal(new Set(last).size, 1)
      assert.ok(pool.readings - before < 30, `${pool.readings - before} readings`)
      for (const client of clients) client.close()
    })

    test('send all workers, then those that changed', async () => {
      const reported = { size: 9, workers: [{ id: 'a', state: 'idle' }] }
      const stats = createPoolMetrics({ sseInterval: interval })
      stats.setPool(reported)
      const own = await start(stats)
      const client = await EventClient.connect(own.address().port, `${sse}?view=stats`)
      const full = await client.data()
      assert.equal(full.full, true)
      assert.deepEqual([full.pool.size, full.workers, full.gone], [9, [{ id: 'a', state: 'idle' }], []])
      reported.workers = [
        { id: 'a', state: 'idle', uptime: 7 },
        { id: 'b', state: 'creating' },
      ]
      let news = await client.data()
      while (news.workers.length === 0) news = await client.data()
      assert.deepEqual([news.full, news.workers, news.gone], [false, [{ id: 'b', state: 'creating' }], []])
      const late = await EventClient.connect(own.address().port, `${sse}?view=stats`)
      assert.equal((await late.data()).workers.length, 2)
      reported.workers = [{ id: 'b', state: 'active' }]
      for (const each of [client, late]) {
        let news = await each.data()
        while (news.gone.length === 0) news = await each.data()
        assert.deepEqual([news.workers, news.gone], [[{ id: 'b', state: 'active' }], ['a']])
      }
      stats.close()
      await end(own)
    })

    test('send the requested series, then those that changed', async () => {
      own.inc('one')
      own.inc('two', 2)
      const client = await connect('?view=series&keys=one%23counter&keys=two&keys=later')
      const full = await client.data()
      assert.equal(full.full, true)
      assert.deepEqual(
        full.series.map(({ key, value }) => [key, value]),
        [
          ['one#counter', 1],
          ['two#counter', 2],
        ],
      )
      const other = await connect('?view=series&keys=two')
      assert.equal((await other.data()).series.length, 1)
      own.inc('later')
      let news = await client.data()
      while (!news.series.some(({ key }) => key === 'later#counter')) news = await client.data()
      assert.equal(news.full, false)
      own.counter('two').remove()
      for (const each of [client, other]) {
        let news = await each.data()
        while (news.gone.length === 0) news = await each.data()
        assert.deepEqual(news.gone, ['two'])
        each.close()
      }
    })

    test('send the trace as it grows, and after a reconnection what was missed', async () => {
      for (let at = 1; at <= 3; at++) own.trace(`event ${at}`)
      const client = await connect('?view=trace&after=1')
      const late = await connect('?view=trace')
      const seqs = []
      const take = async (from) => {
        const block = await from.next()
        if (block.data) seqs.push(...JSON.parse(block.data).events.map(({ seq }) => seq))
        return block
      }
      while (seqs.length < 2) await take(client)
      assert.deepEqual(seqs, [2, 3])
      own.trace('event 4')
      own.trace('event 5')
      let last
      while (seqs.length < 4) last = await take(client)
      assert.deepEqual(seqs, [2, 3, 4, 5])
      assert.match(last.id, /^5-/)
      client.close()
      seqs.length = 0
      while (seqs.length < 5) await take(late)
      assert.deepEqual(seqs, [1, 2, 3, 4, 5])
      late.close()
      seqs.length = 0
      const again = await connect('?view=trace&after=1', { 'last-event-id': '3' })
      while (seqs.length < 2) await take(again)
      assert.deepEqual(seqs, [4, 5])
      again.close()
    })

    test('that nobody reads are disconnected, and the others continue', { timeout: 60_000 }, async () => {
      const workers = Array.from({ length: 3000 }, (_, at) => ({
        id: `worker-${at}`,
        app: 'x'.repeat(100),
        requests: 0,
      }))
      const large = createPoolMetrics({ sseInterval: interval })
      large.setPool({
        size: 3000,
        workers: () => {
          for (const worker of workers) worker.requests++
          return workers
        },
      })
      const own = await start(large)
      const { port } = own.address()
      const idler = net.connect(port, '127.0.0.1')
      idler.on('error', () => {})
      idler.write(`GET ${sse}?view=stats HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      idler.once('data', () => idler.pause())
      const client = await EventClient.connect(port, `${sse}?view=stats`)
      large.setConfig({ maxStreams: 2 })
      assert.equal(await firstStatus(port), 503)
      while ((await firstStatus(port)) !== 200) assert.equal((await client.data()).workers.length, 3000)
      assert.equal((await client.data()).workers.length, 3000)
      idler.destroy()
      large.close()
      await end(own)
    })

    test('beyond maxStreams are refused until one ends', async () => {
      const few = createPoolMetrics({ sseInterval: interval, maxStreams: 1 })
      few.setPool(livePool())
      const own = await start(few)
      const { port } = own.address()
      const first = await EventClient.connect(port, sse)
      const { status, headers, json } = await request(port, sse)
      assert.deepEqual([status, json], [503, { error: 'Too many streams' }])
      assert.ok(Number(headers['retry-after']) > 0)
      first.close()
      while ((await firstStatus(port)) !== 200);
      few.close()
      await end(own)
    })

    test('end with close(), and are refused afterwards', async () => {
      const closing = createPoolMetrics({ sseInterval: interval })
      closing.setPool(livePool())
      const own = await start(closing)
      const { port } = own.address()
      const clients = await Promise.all([
        EventClient.connect(port, sse),
        EventClient.connect(port, `${sse}?view=stats`),
      ])
      for (const client of clients) await client.data()
      closing.close()
      for (const client of clients) while ((await client.next()) !== undefined);
      assert.equal((await request(port, sse)).status, 503)
      assert.equal((await request(port, '/metrics/api/metrics/')).status, 200)
      await end(own)
    })

    test('of a collector end when it is replaced', async () => {
      const changing = createPoolMetrics({ sseInterval: interval, collector: new Collector() })
      const own = await start(changing)
      const client = await EventClient.connect(own.address().port, `${sse}?view=trace`)
      await client.data()
      changing.setConfig({ collector: new Collector() })
      while ((await client.next()) !== undefined);
      await end(own)
    })

    test('pause while the pool fails, with one warning, and resume afterwards', async () => {
      await takeWarnings()
      let isBroken = false
      const broken = createPoolMetrics({ sseInterval: interval })
      broken.setPool({
        size: 1,
        workers: () => {
          if (isBroken) throw new Error('broken')
          return []
        },
      })
      const own = await start(broken)
      const client = await EventClient.connect(own.address().port, sse)
      await client.data()
      isBroken = true
      while ((await takeWarnings()).length === 0) await once(process, 'warning')
      isBroken = false
      assert.equal((await client.data()).pool.size, 1)
      assert.deepEqual(await takeWarnings(), [])
      broken.close()
      await end(own)
    })

    test('follow a new interval at once', async () => {
      const slow = createPoolMetrics({ sseInterval: 2 ** 31 - 1 })
      slow.setPool(livePool())
      const own = await start(slow)
      const client = await EventClient.connect(own.address().port, sse)
      await client.data()
      slow.setConfig({ sseInterval: interval })
      assert.equal((await client.data()).pool.size, 4)
      slow.close()
      await end(own)
    })
  })
}

/** The status of a stream, which is then closed. @param {number} port */
async function firstStatus(port) {
  try {
    const client = await EventClient.connect(port, sse)
    client.close()
    return 200
  } catch {
    return 503
  }
}

describe('a stream’s Response', () => {
  // its timers do not
  let alive
  before(() => {
    alive = setInterval(() => {}, 1000)
  })
  after(() => clearInterval(alive))

  test('can be read as a body, and frees its place when it ends', async () => {
    const service = createPoolMetrics({ sseInterval: interval, maxStreams: 1 })
    service.setPool(livePool())
    const ask = (init) => service.fetch(new Request(`http://localhost${sse}`, init))
    const response = await ask()
    const reader = response.body.getReader()
    let text = ''
    while (!text.includes('id: 2')) text += Buffer.from((await reader.read()).value).toString()
    assert.match(text, /^retry: 1000\n\nid: 1\ndata: \{.*\}\n\nid: 2\n/)
    assert.equal((await ask()).status, 503)
    await reader.cancel()
    const controller = new AbortController()
    assert.equal((await ask({ signal: controller.signal })).status, 200)
    controller.abort()
    assert.equal((await ask()).status, 200)
    service.close()
  })

  test('that nobody reads becomes an error for a later reader, and frees its place', async () => {
    const service = createPoolMetrics({ sseInterval: interval, maxStreams: 1 })
    const workers = Array.from({ length: 5000 }, (_, at) => ({ id: `worker-${at}` }))
    service.setPool({ size: 1, workers })
    const { body } = await service.fetch(new Request(`http://localhost${sse}?view=stats`))
    const ask = () => service.fetch(new Request(`http://localhost${sse}`))
    while ((await ask()).status !== 200) {
      for (const worker of workers) worker.requests = (worker.requests ?? 0) + 1
      await new Promise((resolve) => setImmediate(resolve))
    }
    await assert.rejects(async () => {
      for await (const _ of body);
    }, /does not read/)
    service.close()
    await takeWarnings()
  })

  test('does not keep the process alive', () => {
    const program = `
      const service = require('.').createPoolMetrics({ sseInterval: 50 })
      service.setPool({ size: 1, workers: [] })
      service.fetch(new Request('http://localhost${sse}')).then(({ status }) => console.log(status))
    `
    assert.equal(execFileSync(process.execPath, ['-e', program], { cwd: root, timeout: 60_000 }).toString(), '200\n')
  })
})

describe('the trace', () => {
  test('is sent to each reader from its own position, every event once', async () => {
    const events = []
    const add = () => events.push({ seq: events.length + 1 })
    const read = async (after) => {
      const news = events.filter(({ seq }) => seq > after)
      return Buffer.from(JSON.stringify({ seq: events.length, missed: 0, events: news }))
    }
    const feed = new TraceFeed(read)
    const reported = { early: [], late: [] }
    const reader = (name) => ({
      write: (bytes) => {
        const { seq, missed, events } = JSON.parse(/^data: (.*)$/m.exec(bytes.toString())[1])
        reported[name].push({ seq, missed, seqs: events.map(({ seq }) => seq) })
      },
    })
    const none = new URLSearchParams()
    add()
    add()
    await feed.join(reader('early'), none)
    add()
    await feed.join(reader('late'), none)
    add()
    await feed.tick()
    await feed.tick()
    add()
    await feed.tick()
    const of = (seq, ...seqs) => ({ seq, missed: 0, seqs })
    assert.deepEqual(reported.early, [of(2, 1, 2), of(4, 3, 4), of(5, 5)])
    assert.deepEqual(reported.late, [of(3, 1, 2, 3), of(4, 4), of(5, 5)])
  })
})

describe('the heartbeat', () => {
  test('is sent to clients that received nothing for a while, and to no others', async () => {
    const written = []
    const client = {
      pending: 0,
      write: (bytes) => written.push(bytes.toString()),
      end() {},
      drop() {},
      onClose() {},
    }
    const feed = { isEmpty: false, join: () => {}, leave: () => {}, tick: () => {} }
    const streams = new Streams(60_000, (feeds) => feeds, assert.fail, 10)
    const alive = setInterval(() => {}, 1000)
    await streams.open(client, feed, new URLSearchParams())
    while (written.length < 3) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(written, ['retry: 60000\n\n', ': still here\n\n', ': still here\n\n'])
    clearInterval(alive)
  })
})
