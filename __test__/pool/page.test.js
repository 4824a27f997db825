'use strict'

// How the page is served: where its files are, how they are cached, and what it may do in a browser. What it shows is tested in a
// browser, in ui/test/browser.

const assert = require('node:assert/strict')
const { createHash } = require('node:crypto')
const { after, before, describe, test } = require('node:test')
const { gunzipSync, gzipSync } = require('node:zlib')
const { createPoolMetrics } = require('../..')
const { setUpPage } = require('../../scripts/page')
const { close, listen, open } = require('../support/http')

const VIEWS = ['', '/', '/timings', '/threads', '/workers', '/workers/', '/series', '/cardinality', '/trace']
const MOST_JAVASCRIPT = 150_000

before(() => setUpPage())

/** Sends a request to a service through `fetch`. */
function fetched(service, path, headers = {}, method = 'GET') {
  return service.fetch(new Request(`http://localhost${path}`, { headers, method }))
}

/** The addresses of the files that a page loads, resolved as a browser at `address` would. */
function filesOf(html, address) {
  const [, href] = /<base data-view="[^"]*" href="([^"]*)">/.exec(html) ?? ['', '']
  const base = new URL(href, address)
  return [...html.matchAll(/(?:src|href)="(\.\/[^"]+\.(?:js|css|svg))"/g)].map(
    ([, file]) => new URL(file, base).pathname,
  )
}

describe('the page', () => {
  test('is the same at each of its views, and finds its files from there', async () => {
    for (const base of ['/metrics', '/a/b', '/']) {
      const service = createPoolMetrics({ base })
      for (const view of VIEWS) {
        const path = `${base === '/' ? '' : base}${view}` || '/'
        const response = await fetched(service, path)
        assert.equal(response.status, 200, path)
        assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
        if (view === '/workers/') continue // the page itself corrects this
        const files = filesOf(await response.text(), `http://localhost${path}`)
        assert.ok(files.length >= 3, path)
        for (const file of files) assert.equal((await fetched(service, file)).status, 200, `${path} → ${file}`)
      }
    }
  })

  test('finds its files behind a proxy that strips a prefix', async () => {
    const service = createPoolMetrics()
    for (const view of ['', '/', '/workers']) {
      const html = await (await fetched(service, `/metrics${view}`)).text()
      const files = filesOf(html, `http://localhost/inner/metrics${view}`)
      assert.ok(files.every((file) => file.startsWith('/inner/metrics/')))
    }
  })

  test('escapes all text that comes from an address', async () => {
    const address = '/a"><b>&'
    const service = createPoolMetrics({ base: address })
    let html = ''
    const res = { writeHead: () => {}, end: (body) => (html = String(body)) }
    await service.handle({ method: 'GET', url: address, headers: {} }, res)
    assert.match(html, /href="\.\/a&#34;&#62;&#60;b&#62;&#38;\/"/)
    assert.ok(!html.includes('"><b>'))
  })

  test('is revalidated with its ETag, and its hashed files never', async () => {
    const service = createPoolMetrics()
    const page = await fetched(service, '/metrics')
    const etag = page.headers.get('etag')
    assert.equal(page.headers.get('cache-control'), 'private, no-cache')
    const again = await fetched(service, '/metrics', { 'if-none-match': `"x", W/${etag}` })
    assert.deepEqual([again.status, await again.text(), again.headers.get('etag')], [304, '', etag])
    assert.equal((await fetched(service, '/metrics', { 'if-none-match': '"x"' })).status, 200)
    const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' }
    for (const file of filesOf(await page.text(), 'http://localhost/metrics')) {
      const { status, headers } = await fetched(service, file)
      assert.deepEqual([status, headers.get('content-type')], [200, types[file.split('.').at(-1)]])
      const kept = file.includes('/assets/') ? 'private, max-age=31536000, immutable' : 'private, no-cache'
      assert.equal(headers.get('cache-control'), kept, file)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    }
  })

  test('has at most 150 kB of JavaScript, compressed, and is sent compressed to clients that accept it', async () => {
    const service = createPoolMetrics()
    const files = filesOf(await (await fetched(service, '/metrics')).text(), 'http://localhost/metrics')
    let size = 0
    for (const file of files.filter((name) => name.endsWith('.js'))) {
      const plain = Buffer.from(await (await fetched(service, file)).arrayBuffer())
      const zipped = await fetched(service, file, { 'accept-encoding': 'br, gzip' })
      assert.deepEqual(
        [zipped.headers.get('content-encoding'), zipped.headers.get('vary')],
        ['gzip', 'Accept-Encoding'],
      )
      const bytes = Buffer.from(await zipped.arrayBuffer())
      assert.equal(zipped.headers.get('content-length'), String(bytes.length))
      assert.deepEqual(gunzipSync(bytes), plain)
      size += gzipSync(plain).length
    }
    assert.ok(size > 0 && size <= MOST_JAVASCRIPT, `${size} bytes`)
  })

  test('may load and run only its own files', async () => {
    const response = await fetched(createPoolMetrics(), '/metrics/workers')
    const policy = new Map(
      response.headers
        .get('content-security-policy')
        .split('; ')
        .map((rule) => [rule.slice(0, rule.indexOf(' ')), rule.slice(rule.indexOf(' ') + 1)]),
    )
    const html = await response.text()
    const inline = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script)
    const hashes = inline.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    assert.equal(policy.get('default-src'), "'none'")
    assert.equal(policy.get('script-src'), ["'self'", ...hashes].join(' '))
    assert.equal(policy.get('style-src'), "'self'")
    assert.equal(policy.get('connect-src'), "'self'")
    assert.ok(![...policy.values()].some((rule) => /unsafe|https?:|\*/.test(rule)))
    assert.doesNotMatch(html, /https?:\/\/|<style|style="|onload=/)
  })

  test('is disabled by ui, and has no base element without injectBase', async () => {
    const service = createPoolMetrics({ ui: false })
    for (const view of VIEWS) assert.equal((await fetched(service, `/metrics${view}`)).status, 404)
    service.setConfig({ ui: true, injectBase: false })
    const html = await (await fetched(service, '/metrics/workers')).text()
    assert.doesNotMatch(html, /<base /)
    for (const option of ['ui', 'injectBase']) {
      assert.throws(() => service.setConfig({ [option]: 1 }), {
        code: 'ERR_TALLYSTICK_OPTIONS',
        message: new RegExp(option),
      })
    }
  })

  test('is refused, with its files, if authorize refuses', async () => {
    const service = createPoolMetrics({ authorize: ({ headers }) => headers.get('cookie') === 'let=in' })
    const page = await fetched(service, '/metrics', { cookie: 'let=in' })
    const files = filesOf(await page.text(), 'http://localhost/metrics')
    for (const path of ['/metrics', '/metrics/workers', ...files]) {
      assert.equal((await fetched(service, path)).status, 403, path)
      assert.equal((await fetched(service, path, { cookie: 'let=in' })).status, 200, path)
    }
  })

  test('has only its views and files, and no other paths', async () => {
    const service = createPoolMetrics()
    const others = [
      '/metrics/none',
      '/metrics/assets/',
      '/metrics/index.html',
      '/metrics/licences.md',
      '/metrics/workers/w1',
      '/metrics/assets/../../package.json',
      '/metrics/..%2findex.html',
      '/metrics/__proto__',
      '/metricsx',
    ]
    for (const path of others) assert.equal((await fetched(service, path)).status, 404, path)
    assert.equal((await fetched(service, '/metrics', {}, 'POST')).status, 405)
  })
})

describe('behind node:http the page', () => {
  let server
  after(() => close(server))

  test('is served, also for HEAD, and other paths call next', async () => {
    const service = createPoolMetrics()
    server = await listen((req, res) => service.handle(req, res, () => res.end('next')))
    const ask = async (path, options) => {
      const response = await open(server.address().port, path, options)
      return {
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(await response.toArray()).toString(),
      }
    }
    const page = await ask('/metrics/workers?id=w1')
    assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8'])
    assert.match(page.body, /<base data-view="\/workers" href="\.\/">/)
    const head = await ask('/metrics/workers', { method: 'HEAD' })
    assert.deepEqual(
      [head.status, head.body, head.headers['content-length']],
      [200, '', page.headers['content-length']],
    )
    assert.equal((await ask('/metrics', { headers: { 'if-none-match': '*' } })).status, 304)
    assert.equal((await ask('/metrics/none')).body, 'next')
    assert.equal((await ask('/elsewhere')).body, 'next')
  })
})
