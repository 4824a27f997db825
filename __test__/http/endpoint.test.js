'use strict'

// One site, behind each kind of server: what it answers must not depend on how the request arrived.

const assert = require('node:assert/strict')
const { after, before, describe, test } = require('node:test')
const { gunzipSync } = require('node:zlib')
const { preferredOf } = require('../../lib/http/accept')
const { addVary, respondUnlessKnown } = require('../../lib/http/response-headers')
const { createEndpoint } = require('../../lib/http/endpoint')
const { readUserResponse } = require('../../lib/http/web')
const { close, listen, open } = require('../support/http')

const plain = { 'Content-Type': 'text/plain' }
const long = Buffer.from('text '.repeat(1000))
const refusal = new Response('no', {
  status: 401,
  headers: [
    ['WWW-Authenticate', 'Bearer'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ],
})
const warnings = []
const answer = (body, headers) => ({ status: 200, headers: { ...plain, ...headers }, body: Buffer.from(body) })

/** Handlers by path. */
const handlers = {
  '/echo': (request) => answer(JSON.stringify([request.method, request.url, request.header('accept')])),
  '/formats': (request) => {
    const type = preferredOf(request.header('accept'), ['text/html', 'application/json']) ?? 'none'
    return addVary(answer(type), 'Accept')
  },
  '/long': () => ({ status: 200, headers: plain, body: long }),
  '/tagged': (request) => respondUnlessKnown(request, { ...plain, ETag: '"1"' }, long),
  '/busy': () => {
    throw Object.assign(new Error('later'), { code: 'ERR_TALLYSTICK_BUSY' })
  },
  '/broken': async () => {
    throw new Error('broken')
  },
  '/private': () => assert.fail('not authorized'),
  '/stream': () => ({ status: 200, headers: plain, body: null, stream: streamOf() }),
  '/full': () => ({
    status: 200,
    headers: plain,
    body: null,
    stream: { ...streamOf(), refusal: () => failure(503, 'full') },
  }),
}

function streamOf() {
  return {
    refusal: () => undefined,
    async begin(client) {
      client.write(Buffer.from('one '))
      client.write(Buffer.from('two'))
      client.end()
    },
  }
}

function failure(status, message, headers) {
  return { ...answer(message, headers), status }
}

const { handle, fetch } = createEndpoint({
  isCompressed: true,
  route: ({ url }) => handlers[url.split('?', 1)[0]],
  authorize: async (request) =>
    request.toRequest().url.endsWith('/private') ? await readUserResponse(refusal) : undefined,
  failure,
  warn: (what, error) => warnings.push([what, error.message]),
})

/** Each kind of server: `ask(path, { method, headers })` gives status, headers and the body's bytes. */
const asks = {
  async fetch(path, init) {
    const response = await fetch(new Request(`http://localhost${path}`, init))
    const headers = { ...Object.fromEntries(response.headers), 'set-cookie': response.headers.getSetCookie() }
    return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) }
  },
}

let server
before(async () => {
  server = await listen(handle)
})
after(() => close(server))
asks.handle = async (path, init) => {
  const response = await open(server.address().port, path, init)
  const body = Buffer.concat(await response.toArray())
  return { status: response.statusCode, headers: response.headers, body }
}

for (const [name, ask] of Object.entries(asks)) {
  describe(name, () => {
    test('passes method, address and headers on', async () => {
      const { status, body } = await ask('/echo?a=1&b[]=2', { headers: { accept: 'text/x' } })
      assert.deepEqual([status, JSON.parse(body)], [200, ['GET', '/echo?a=1&b[]=2', 'text/x']])
    })

    test('answers in the preferred format', async () => {
      for (const [accept, type] of [
        ['application/json, text/html;q=0.5', 'application/json'],
        ['*/*', 'text/html'],
        ['image/png', 'none'],
      ]) {
        const { headers, body } = await ask('/formats', { headers: { accept } })
        assert.deepEqual([body.toString(), headers.vary], [type, 'Accept'])
      }
    })

    test('answers HEAD with the length and no body', async () => {
      const { status, headers, body } = await ask('/long', { method: 'HEAD' })
      assert.deepEqual([status, Number(headers['content-length']), body.length], [200, long.length, 0])
    })

    test('refuses other methods and unknown paths in the words of the site', async () => {
      const { status, headers, body } = await ask('/echo', { method: 'POST' })
      assert.deepEqual([status, headers.allow, body.toString()], [405, 'GET, HEAD', 'Method Not Allowed'])
      const unknown = await ask('/unknown', { method: 'POST' })
      assert.deepEqual([unknown.status, unknown.body.toString()], [404, 'Not found'])
    })

    test('answers a busy reader with 503 and Retry-After, without a warning', async () => {
      warnings.length = 0
      const { status, headers } = await ask('/busy')
      assert.deepEqual([status, headers['retry-after'], warnings], [503, '1', []])
    })

    test('answers what a handler throws with 500, and reports it to the process only', async () => {
      warnings.length = 0
      const { status, body } = await ask('/broken')
      assert.equal(status, 500)
      assert.doesNotMatch(body.toString(), /broken/)
      assert.deepEqual(warnings, [['handler', 'broken']])
    })

    test('compresses a long body for clients that accept it', async () => {
      const { headers, body } = await ask('/long', { headers: { 'accept-encoding': 'gzip' } })
      assert.deepEqual([headers['content-encoding'], headers.vary], ['gzip', 'Accept-Encoding'])
      assert.equal(Number(headers['content-length']), body.length)
      assert.deepEqual(gunzipSync(body), long)
    })

    test('answers a known tag with 304', async () => {
      const { status, headers, body } = await ask('/tagged', { headers: { 'if-none-match': '"0", W/"1"' } })
      assert.deepEqual([status, headers.etag, body.length], [304, '"1"', 0])
      assert.equal((await ask('/tagged')).body.length, long.length)
    })

    test('answers a Response of the user again and again, with each of its cookies', async () => {
      for (let round = 0; round < 2; round++) {
        const { status, headers, body } = await ask('/private')
        assert.deepEqual([status, headers['www-authenticate'], body.toString()], [401, 'Bearer', 'no'])
        assert.deepEqual(headers['set-cookie'], ['a=1', 'b=2'])
      }
      assert.equal((await ask('/private', { method: 'HEAD' })).body.length, 0)
    })

    test('writes a stream, or its refusal', async () => {
      assert.equal((await ask('/stream')).body.toString(), 'one two')
      const { status, body } = await ask('/full')
      assert.deepEqual([status, body.toString()], [503, 'full'])
    })
  })
}

test('a path of somebody else is passed on before handle returns', async () => {
  let isNext = false
  const handled = handle({ method: 'GET', url: '/other', headers: {} }, { writeHead: assert.fail }, () => {
    isNext = true
  })
  assert.equal(isNext, true)
  await handled
})

test('what cannot be sent is reported, and the promise resolves', async () => {
  warnings.length = 0
  const refuse = () => {
    throw new Error('closed')
  }
  await handle({ method: 'GET', url: '/long', headers: {} }, { writeHead: refuse })
  assert.deepEqual(warnings, [['handle', 'closed']])
})
