'use strict'

// Pushing to a Pushgateway: a server that notes what it gets.

const assert = require('node:assert/strict')
const http = require('node:http')
const { after, before, describe, test } = require('node:test')
const { gunzipSync } = require('node:zlib')
const { Counter, Pushgateway, Registry } = require('../../prom-client')
const successor = require('../../prometheus-io-client')
const { close, listen } = require('../support/http')

describe('a Pushgateway', () => {
  /** @type {any} */
  let server
  let base = ''
  /** @type {any} */
  let received
  let status = 200
  const registry = new Registry()

  before(async () => {
    new Counter({ name: 'a', help: 'Help', registers: [registry] }).inc()
    server = await listen(async (req, res) => {
      if (status === 0) return
      const body = Buffer.concat(await req.toArray())
      received = { method: req.method, url: req.url, headers: req.headers, body }
      res.writeHead(status).end('answer')
    })
    base = `http://127.0.0.1:${server.address().port}`
  })

  after(() => close(server))

  const text = '# HELP a Help\n# TYPE a counter\na 1\n'

  test('gets the text of a registry for a job and its group', async () => {
    const gateway = new Pushgateway(base, {}, registry)
    const groupings = { 'a b': 'c/d' }
    const { resp, body } = await gateway.pushAdd({ jobName: 'job&1', groupings })
    assert.deepEqual([resp.statusCode, body], [200, 'answer'])
    assert.deepEqual([received.method, received.url], ['POST', '/metrics/job/job%261/a%20b/c%2Fd'])
    assert.equal(received.body.toString(), text)
    await new Pushgateway(`${base}/path`, registry).push({ jobName: 'job' })
    assert.deepEqual([received.method, received.url], ['PUT', '/path/metrics/job/job'])
    await gateway.delete({ jobName: 'job' })
    assert.deepEqual([received.method, received.body.length], ['DELETE', 0])
  })

  test('sends the options of a request, compressed if a header says so', async () => {
    const headers = { 'X-Own': '1', 'Content-Encoding': 'gzip' }
    const address = base.replace('//', '//user:pass%20word@')
    await new Pushgateway(address, { headers }, registry).push({ jobName: 'job' })
    assert.equal(gunzipSync(received.body).toString(), text)
    assert.equal(received.headers['x-own'], '1')
    assert.equal(received.headers.authorization, `Basic ${Buffer.from('user:pass word').toString('base64')}`)
  })

  test('sends the same for the successor, which passes the address and the options to `http.request` on their own', async (t) => {
    const request = t.mock.method(http, 'request')
    const address = base.replace('//', '//user:pass@')
    const answers = []
    for (const Tested of [Pushgateway, successor.Pushgateway]) {
      const gateway = new Tested(address, { headers: { 'X-Own': '1' } }, registry)
      await gateway.push({ jobName: 'job' })
      const { host: _, ...headers } = received.headers
      answers.push({ ...received, headers, body: received.body.toString() })
    }
    assert.deepEqual(answers[1], answers[0])
    assert.equal(answers[0].url, '/metrics/job/job')
    assert.equal(answers[0].headers['x-own'], '1')
    const [[options], [url, own]] = request.mock.calls.map((call) => call.arguments)
    assert.equal(options.path, '/metrics/job/job')
    assert.deepEqual([options.auth, options.method, options.headers], ['user:pass', 'PUT', { 'X-Own': '1' }])
    assert.ok(url instanceof URL)
    assert.equal(url.href, `${address}/metrics/job/job`)
    assert.deepEqual(own, { headers: { 'X-Own': '1' }, method: 'PUT' })
  })

  test('rejects without a job, for errors of the gateway, and after a timeout', async () => {
    const gateway = new Pushgateway(base, {}, registry)
    for (const call of ['push', 'pushAdd', 'delete']) {
      assert.throws(() => gateway[call](), new Error('Missing jobName parameter'))
    }
    await new Pushgateway(base, { requireJobName: false }, registry).push()
    assert.equal(received.url, '/metrics')
    status = 400
    await assert.rejects(gateway.push({ jobName: 'job' }), new Error('push failed with status 400, answer'))
    status = 0
    const impatient = new Pushgateway(base, { timeout: 20 }, registry)
    await assert.rejects(impatient.push({ jobName: 'job' }), new Error('Pushgateway request timed out'))
    await assert.rejects(
      new Pushgateway('http://127.0.0.1:1', {}, registry).push({ jobName: 'job' }),
      /ECONNREFUSED|connect/i,
    )
  })
})
