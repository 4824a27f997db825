'use strict'

// One request and its answer: long bodies, and servers that do not wait for their end. In Node.js and under Bun, each with its own way.

const assert = require('node:assert/strict')
const diagnostics = require('node:diagnostics_channel')
const { afterEach, test } = require('node:test')
const { isBun } = require('../../lib/default-metrics/runtime')
const { close, listen } = require('../support/http')

const { exchange } = require(`../../lib/push/${isBun ? 'fetch' : 'node'}-exchange`)

const PIECE_LENGTH = 64 * 1024
const HEAD_LENGTH = 1024
/** More than the system buffers of a connection. */
const VERY_LONG = 64 * 1024 * 1024

const never = new AbortController().signal

/** @type {(() => unknown)[]} */
const endings = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** The address of a server. @param {import('node:http').RequestListener} listener */
async function serving(listener) {
  const server = await listen(listener)
  endings.push(() => close(server))
  return `http://127.0.0.1:${server.address().port}/path?query`
}

/** A request with a body of this length. @param {string} url @param {number} length */
function requestOf(url, length) {
  return { url, method: 'PUT', headers: { 'x-own': 'a' }, body: Buffer.alloc(length, 'a body, ') }
}

for (const length of [0, 1, PIECE_LENGTH, PIECE_LENGTH + 1, 3 * PIECE_LENGTH]) {
  test(`a body of ${length} bytes arrives whole, and its length before it`, async () => {
    let received
    const url = await serving(async (request, response) => {
      received = { request, body: Buffer.concat(await request.toArray()) }
      response.writeHead(202, { 'Content-Type': 'text/plain' }).end('taken')
    })
    const sent = requestOf(url, length)
    const { status, header, body } = await exchange(sent, never)
    assert.deepEqual([status, header('content-type'), Buffer.from(body).toString()], [202, 'text/plain', 'taken'])
    assert.equal(header('x-absent'), null)
    const { method, url: path, headers } = received.request
    assert.deepEqual([method, path, headers['x-own']], ['PUT', '/path?query', 'a'])
    assert.deepEqual([headers['content-length'], headers['transfer-encoding']], [String(length), undefined])
    assert.ok(received.body.equals(sent.body))
  })
}

test('a request without a body has none', async () => {
  let received
  const url = await serving(async (request, response) => {
    received = { headers: request.headers, body: Buffer.concat(await request.toArray()) }
    response.end()
  })
  const { status, body } = await exchange({ url, method: 'DELETE', headers: {} }, never)
  assert.deepEqual([status, body.length, received.body.length], [200, 0, 0])
  assert.equal(received.headers['transfer-encoding'], undefined)
})

test('a server that answers before it has read the body is not sent the rest', async () => {
  let received
  const url = await serving((request, response) => {
    received = { request, closed: new Promise((resolve) => request.socket.on('close', resolve)) }
    response.writeHead(413).end('too long')
  })
  const { status, body } = await exchange(requestOf(url, VERY_LONG), never)
  assert.deepEqual([status, Buffer.from(body).toString()], [413, 'too long'])
  await received.closed
  assert.equal(received.request.complete, false)
})

test('a connection that ends in the middle of an answer is a failure', async () => {
  const url = await serving((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('part', () => response.socket.destroy())
    })
  })
  await assert.rejects(exchange(requestOf(url, 1), never))
})

test('an answer of very many bytes is read as none', async () => {
  const url = await serving((request, response) => {
    request.resume().on('end', () => response.end(Buffer.alloc(5 * 1024 * 1024)))
  })
  const { status, body } = await exchange(requestOf(url, 1), never)
  assert.deepEqual([status, body.length], [200, 0])
})

test('the signal ends a request before it, while a body is sent, and while an answer is read', async () => {
  const early = new AbortController()
  early.abort()
  const url = await serving(() => assert.fail('it was sent'))
  await assert.rejects(exchange(requestOf(url, 1), early.signal))

  for (const isAnswering of [false, true]) {
    const late = new AbortController()
    const held = await serving((request, response) => {
      if (isAnswering) request.resume().on('end', () => response.write('a part', () => late.abort()))
      else late.abort()
    })
    await assert.rejects(exchange(requestOf(held, isAnswering ? 1 : VERY_LONG), late.signal))
  }
})

const onlyNode = { skip: isBun && 'Bun sends from a thread of its own' }

/** How many bytes were written to the next connection, turn by turn of the event loop. */
function bytesByTurn() {
  const written = [0]
  let made
  const noted = ({ socket }) => (made = socket)
  const turn = () => {
    if (made !== undefined) written.push(made.bytesWritten)
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  diagnostics.subscribe('net.client.socket', noted)
  endings.push(() => {
    clearImmediate(next)
    diagnostics.unsubscribe('net.client.socket', noted)
  })
  return written
}

test('a turn of the event loop writes a piece of the body at most', onlyNode, async () => {
  const length = 40 * PIECE_LENGTH
  const url = await serving((request, response) => request.resume().on('end', () => response.end()))
  const written = bytesByTurn()
  await exchange(requestOf(url, length), never)
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(written.at(-1) >= length)
  const most = Math.max(...written.slice(1).map((bytes, at) => bytes - written[at]))
  assert.ok(most <= PIECE_LENGTH + HEAD_LENGTH, `${most}`)
})

test('a server that does not read is not sent more than connections hold', onlyNode, async () => {
  const controller = new AbortController()
  const url = await serving(() => {})
  const written = bytesByTurn()
  const sent = exchange(requestOf(url, VERY_LONG), controller.signal)
  const stands = () => written.length > 1000 && written.at(-1) > 0 && written.at(-1) === written.at(-1000)
  while (!stands()) await new Promise((resolve) => setImmediate(resolve))
  controller.abort()
  await assert.rejects(sent, { name: 'AbortError' })
  assert.ok(written.at(-1) < VERY_LONG / 2, `${written.at(-1)}`)
})
