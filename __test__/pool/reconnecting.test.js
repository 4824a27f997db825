'use strict'

// Things that return: a Response that `authorize` returns for every request, and clients of a stream after a restart.

const assert = require('node:assert/strict')
const { after, before, describe, test } = require('node:test')
const { createPoolMetrics } = require('../..')
const { EventClient, close, listen, request } = require('../support/http')
const { fresh } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

const api = '/metrics/api/metrics'

describe('one Response for every request', () => {
  let verdict
  const service = createPoolMetrics({ authorize: () => verdict })
  let server
  before(async () => {
    server = await listen(service.handle)
  })
  after(() => close(server))
  const asks = {
    handle: (method) => request(server.address().port, api, { method }),
    fetch: async (method) => {
      const response = await service.fetch(new Request(`http://localhost${api}`, { method }))
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
    },
  }

  for (const [entry, ask] of Object.entries(asks)) {
    test(`is sent each time (${entry})`, { timeout: 60_000 }, async () => {
      verdict = new Response('who are you?', { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })
      const answers = [await ask(), ...(await Promise.all([ask(), ask(), ask()])), await ask()]
      for (const { status, headers, body } of answers) {
        assert.deepEqual([status, headers['www-authenticate'], body], [401, 'Bearer', 'who are you?'])
      }
      assert.equal((await ask('HEAD')).status, 401)
      // the original is not consumed
      assert.equal(await verdict.text(), 'who are you?')
    })

    test(`is sent without a body too (${entry})`, async () => {
      verdict = new Response(null, { status: 204 })
      for (let count = 0; count < 2; count++) assert.deepEqual([(await ask()).status, (await ask()).body], [204, ''])
    })

    test(`is sent with its own length (${entry})`, async () => {
      verdict = new Response('x', { headers: { 'Content-Length': '500', 'Transfer-Encoding': 'chunked' } })
      const { headers, body } = await ask()
      assert.equal(body, 'x')
      assert.notEqual(headers['content-length'], '500')
    })

    test(`whose body was already read is a 500 (${entry})`, async () => {
      verdict = new Response('read')
      await verdict.text()
      assert.equal((await ask()).status, 500)
      await takeWarnings()
    })
  }
})

describe('a trace stream after a restart', () => {
  /** To a client of its stream this is another process: a service with its own collector. */
  async function started(events) {
    const own = fresh()
    for (let at = 0; at < events; at++) own.trace(`event ${at + 1}`)
    const service = createPoolMetrics({ collector: own.collector, sseInterval: 50 })
    const server = await listen(service.handle)
    const connect = (lastEventId, query = '') => {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      return EventClient.connect(server.address().port, `${api}/sse?view=trace${query}`, { headers })
    }
    const end = async () => {
      service.close()
      await close(server)
    }
    return { own, connect, end }
  }

  /** The numbers of the first event's events, and its id. */
  async function first(client) {
    let block = await client.next()
    while (block.data === undefined) block = await client.next()
    client.close()
    const { seq, missed, events } = JSON.parse(block.data)
    return { id: block.id, seq, missed, seqs: events.map((event) => event.seq) }
  }

  test('sends all events that are kept, whether there are fewer than before or more', async () => {
    const earlier = await started(3)
    const { id } = await first(await earlier.connect())
    await earlier.end()
    for (const events of [1, 3, 5]) {
      const later = await started(events)
      const reported = await first(await later.connect(id))
      assert.deepEqual(reported.seqs, [1, 2, 3, 4, 5].slice(0, events))
      assert.deepEqual([reported.seq, reported.missed], [events, 0])
      await later.end()
    }
  })

  test('continues where it stopped in the same process', async () => {
    const { own, connect, end } = await started(3)
    const { id } = await first(await connect())
    own.trace('event 4')
    assert.deepEqual((await first(await connect(id))).seqs, [4])
    await end()
  })

  test('accepts a number alone, and starts over if there are fewer events', async () => {
    const { own, connect, end } = await started(5)
    assert.deepEqual((await first(await connect('3'))).seqs, [4, 5])
    assert.deepEqual((await first(await connect('1000'))).seqs, [1, 2, 3, 4, 5])
    assert.deepEqual((await first(await connect(undefined, '&after=1000'))).seqs, [1, 2, 3, 4, 5])
    // an id that is not ours is ignored
    assert.deepEqual((await first(await connect('x-1', '&after=4'))).seqs, [5])
    const client = await connect('1000')
    await client.data()
    own.trace('event 6')
    assert.deepEqual(
      (await client.data()).events.map(({ seq }) => seq),
      [6],
    )
    client.close()
    await end()
  })

  test('reports how many events are no longer kept', async () => {
    const { connect, end } = await started(600)
    const { missed, seqs } = await first(await connect('1000'))
    assert.deepEqual([missed, seqs.length], [100, 500])
    await end()
  })
})
