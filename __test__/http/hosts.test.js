'use strict'

// The host names of the pool service. A foreign name that resolves to an address of this machine comes from another site's page.

const assert = require('node:assert/strict')
const { after, before, describe, test } = require('node:test')
const { Collector, createPoolMetrics } = require('../..')
const { requestOf } = require('../../lib/http/node')
const { isHostAllowed } = require('../../lib/http/hosts')
const { close, listen, request } = require('../support/http')
const { takeWarnings } = require('../support/warnings')

const path = '/metrics/api/metrics/stats'
const pool = { size: 1, workers: [{ id: 'w1', state: 'idle' }] }

/** A service behind `node:http` on a loopback address, requested by a host name. */
function served(config) {
  const service = createPoolMetrics(config)
  service.setPool(pool)
  let server
  before(async () => {
    server = await listen((req, res) => service.handle(req, res, () => res.end('next')))
  })
  after(() => close(server))
  return { service, ask: (host, of = path) => request(server.address().port, of, { headers: { host } }) }
}

describe('on a loopback address', () => {
  const { service, ask } = served({ collector: new Collector() })

  test('addresses and localhost are allowed', async () => {
    for (const host of ['127.0.0.1', '127.0.0.1:8080', '10.1.2.3', '[::1]', '[::1]:80', 'localhost', 'LOCALHOST:1']) {
      assert.equal((await ask(host)).status, 200, host)
    }
    for (const host of ['app.localhost', 'a.b.localhost:3000', 'localhost.']) {
      assert.equal((await ask(host)).status, 200, host)
    }
  })

  test('other names are answered with 403, on every route', async () => {
    await takeWarnings()
    const hosts = ['attacker.example', 'localhost.attacker.example', 'xlocalhost', '127.0.0.1.attacker.example', '[x]']
    for (const host of hosts) assert.equal((await ask(host)).status, 403, host)
    for (const of of ['/', '/prometheus', '/sse', '/series', '/series/x', '/trace']) {
      const { status, json } = await ask('attacker.example', `/metrics/api/metrics${of}`)
      assert.deepEqual([status, typeof json.error], [403, 'string'], of)
    }
    assert.equal((await ask('attacker.example', '/metrics')).status, 403)
    assert.deepEqual(
      (await takeWarnings()).map(({ code }) => code),
      ['TALLYSTICK_POOL_HOST'],
    )
  })

  test('paths outside the service are not checked', async () => {
    assert.equal((await ask('attacker.example', '/other')).body, 'next')
  })

  test('allowed names are answered', async () => {
    service.setConfig({ allowedHosts: ['Metrics.Example.com', '.internal'] })
    for (const host of ['metrics.example.com', 'METRICS.example.com:80', 'internal', 'a.internal', 'a.b.internal']) {
      assert.equal((await ask(host)).status, 200, host)
    }
    for (const host of ['example.com', 'x.metrics.example.com', 'ainternal']) {
      assert.equal((await ask(host)).status, 403, host)
    }
    service.setConfig({ allowedHosts: true })
    assert.equal((await ask('attacker.example')).status, 200)
    service.setConfig({ allowedHosts: null })
    assert.equal((await ask('attacker.example')).status, 403)
  })

  test('authorize is not called before the check', async () => {
    const own = createPoolMetrics({ authorize: assert.fail })
    const server = await listen(own.handle)
    const { status } = await request(server.address().port, path, { headers: { host: 'attacker.example' } })
    assert.equal(status, 403)
    await close(server)
  })
})

describe('the address at which a request arrives', () => {
  // [address, whether foreign names are answered]
  const addresses = [
    ['127.0.0.1', false],
    ['127.8.9.1', false],
    ['::1', false],
    ['::ffff:127.0.0.1', false],
    ['10.0.0.1', false],
    ['172.16.0.1', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['169.254.0.1', false],
    ['fd00::1', false],
    ['fe80::1%eth0', false],
    ['203.0.113.7', true],
    ['::ffff:203.0.113.7', true],
    ['2001:db8::1', true],
    // a Unix socket
    [undefined, true],
  ]
  for (const [localAddress, isAnswered] of addresses) {
    test(`${localAddress}: a foreign name is ${isAnswered ? 'answered' : 'refused'}`, () => {
      const asked = (headers) => isHostAllowed(requestOf({ headers, socket: { localAddress } }), null)
      assert.equal(asked({ host: 'attacker.example' }), isAnswered)
      assert.equal(asked({ ':authority': 'attacker.example' }), isAnswered)
      assert.equal(asked({ host: '' }), isAnswered)
      assert.equal(asked({}), true)
    })
  }
})

describe('fetch, which does not know the address', () => {
  const ask = async (service, host) => (await service.fetch(new Request(`http://${host}${path}`))).status

  test('answers under any name, unless names are listed', async () => {
    const service = createPoolMetrics()
    service.setPool(pool)
    assert.equal(await ask(service, 'metrics.example.com'), 200)
    service.setConfig({ allowedHosts: ['metrics.example.com'] })
    assert.equal(await ask(service, 'metrics.example.com:8080'), 200)
    assert.equal(await ask(service, '127.0.0.1:8080'), 200)
    assert.equal(await ask(service, '[::1]:8080'), 200)
    assert.equal(await ask(service, 'localhost'), 200)
    assert.equal(await ask(service, 'attacker.example'), 403)
  })
})

describe('the option allowedHosts', () => {
  test('is true, null or a list of names', () => {
    const wrong = [false, 'a', [''], ['a:80'], ['http://a'], ['.'], [1], ['a b'], ['a/b'], {}]
    for (const allowedHosts of wrong) {
      assert.throws(() => createPoolMetrics({ allowedHosts }), { name: 'TypeError', code: 'ERR_TALLYSTICK_OPTIONS' })
    }
    for (const allowedHosts of [true, null, [], ['a'], ['.a.b']]) createPoolMetrics({ allowedHosts })
  })
})
