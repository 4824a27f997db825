'use strict'

// The demo, started and requested as by a user: a process of Node, in whatever runtime this test runs, and HTTP.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { EventEmitter, once } = require('node:events')
const path = require('node:path')
const { after, test } = require('node:test')
const { inspect } = require('node:util')
const { PNG } = require('pngjs')

const START = path.join(__dirname, '..', '..', 'scripts', 'start.js')
const NODE = process.versions.bun ? 'node' : process.execPath
const TILE_ROUTE = '/tile/:z/:x/:y.png'

// Each takes about a second, because its orbits escape late.
const SLOW_TILES = Array.from({ length: 8 }, (_, i) => `/tile/24/${7877648 + i}/8112150.png`)

// The first start may have to build the addon.
const PATIENT = { timeout: 600_000 }

const running = new Set()
after(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** A running demo: its output so far, and its exit. */
class Demo {
  stdout = ''
  stderr = ''
  exitCode
  #child
  #changes = new EventEmitter()

  constructor(...args) {
    this.#child = spawn(NODE, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(this.#child)
    for (const name of ['stdout', 'stderr']) {
      this.#child[name].setEncoding('utf8').on('data', (text) => this.#change(() => (this[name] += text)))
    }
    this.#child.on('close', (code, signal) => this.#change(() => (this.exitCode = code ?? signal)))
  }

  kill(signal) {
    this.#child.kill(signal)
  }

  /** Waits until `find` finds something in the standard output. */
  async printed(find) {
    for (;;) {
      const found = find(this.stdout)
      if (found) return found
      assert.equal(this.exitCode, undefined, `the demo ended too early:\n${this.stdout}${this.stderr}`)
      await once(this.#changes, 'change')
    }
  }

  async ended() {
    while (this.exitCode === undefined) await once(this.#changes, 'change')
    running.delete(this.#child)
    return this.exitCode
  }

  #change(change) {
    change()
    this.#changes.emit('change')
  }
}

const demo = new Demo('--port', '0', '--workers', '2', '--log-js-stats', '--stats-interval', '50ms')
const address = demo.printed((text) => /open +(http:\/\/\S+)\//.exec(text)?.[1])
address.catch(() => {})

async function get(pathname, options) {
  return fetch((await address) + pathname, options)
}

async function getTile(pathname) {
  const response = await get(pathname)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'image/png')
  assert.match(response.headers.get('cache-control'), /max-age=\d+/)
  return Buffer.from(await response.arrayBuffer())
}

async function snapshot() {
  const response = await get('/metrics/snapshot')
  assert.equal(response.headers.get('content-type'), 'application/json')
  return response.json()
}

/** The samples of the exposition, by their full names. */
async function exposition() {
  const response = await get('/metrics/prometheus')
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const lines = (await response.text()).split('\n').filter((line) => line && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

/** Reads until the result is as expected: a response can arrive before the server has counted it. */
async function readUntil(read, isExpected) {
  for (const end = Date.now() + 60_000; ; ) {
    const reading = await read()
    if (isExpected(reading)) return reading
    if (Date.now() > end) assert.fail(`never as expected: ${inspect(reading)}`)
  }
}

/**
 * A snapshot of after all tiles: one that is made while the last one ends may have its counters from before and its gauges from
 * after.
 */
async function restingSnapshot() {
  await readUntil(snapshot, ({ gauges }) => gauges['tiles.inFlight'] === 0)
  return snapshot()
}

function colours(png) {
  const { width, height, data } = PNG.sync.read(png)
  assert.deepEqual([width, height], [256, 256])
  return new Set(Array.from({ length: width * height }, (_, i) => data.readUInt32BE(i * 4)))
}

let tiles = 0

test('a tile is a picture, with the same bytes each time', PATIENT, async () => {
  const paths = ['/tile/0/0/0.png', '/tile/3/3/4.png', '/tile/3/4/4.png', '/tile/12/1923/1980.png']
  const [first, again] = [await Promise.all(paths.map(getTile)), await Promise.all(paths.map(getTile))]
  tiles += 2 * paths.length
  assert.deepEqual(again, first)
  for (const png of first) assert.ok(colours(png).size > 100)
  assert.equal(new Set(first.map((png) => png.toString('latin1'))).size, paths.length)
})

test('the deepest zoom still distinguishes neighbouring pixels', PATIENT, async () => {
  tiles += 1
  assert.ok(colours(await getTile('/tile/43/4130157224270/4253102396588.png')).size > 100)
})

test('both readings have the exact number of tiles, recorded in other threads', PATIENT, async () => {
  const samples = await readUntil(
    exposition,
    (samples) => samples.get(`http_requests_total{route="${TILE_ROUTE}",status="200"}`) === tiles,
  )
  assert.equal(samples.get('tiles_drawn_total'), tiles)
  assert.equal(samples.get('tiles_encode_seconds_count'), tiles)
  assert.equal(samples.get('tiles_tile_z3_seconds_count'), 4)
  assert.equal(samples.get(`http_request_seconds_bucket{route="${TILE_ROUTE}",le="+Inf"}`), tiles)
  assert.equal(samples.get('tiles_renderAll_calls_total'), 2)
  const { counters, gauges, timings, trace } = await snapshot()
  assert.equal(counters['tiles.drawn'], tiles)
  assert.equal(timings['tiles.tile.z3'].count, 4)
  assert.equal(timings['tiles.wait'].count, tiles)
  assert.ok(timings['tiles.tile.z0'].p99 > 0)
  assert.equal(gauges['tiles.inFlight'], 0)
  assert.deepEqual([trace[0].seq, trace[0].name, trace[0].fields], [1, 'pool.started', { workers: '2' }])
})

test('an invalid request is refused, and creates no series', PATIENT, async () => {
  const expected = {
    '/tile/a/0/0.png': 400,
    '/tile/1/-1/0.png': 400,
    '/tile/1/1e0/0.png': 400,
    '/tile/01/0/0.png': 400,
    '/tile/1/0/2.png': 404,
    '/tile/44/0/0.png': 404,
    '/tile/0/0/9999999999999999.png': 404,
    '/tile/1/1.png': 404,
    '/toString': 404,
  }
  const status = await Promise.all(Object.keys(expected).map(async (pathname) => (await get(pathname)).status))
  assert.deepEqual(status, Object.values(expected))
  const { counters } = await readUntil(
    snapshot,
    ({ counters }) => counters['http.requests{route="unknown",status="404"}'] === 2,
  )
  const routes = Object.keys(counters).flatMap((key) => /^http\.requests\{route="([^"]+)"/.exec(key)?.[1] ?? [])
  const known = [TILE_ROUTE, '/metrics/*', '/metrics/prometheus', '/metrics/snapshot', 'unknown']
  assert.deepEqual(
    [...new Set(routes)].filter((route) => !known.includes(route)),
    [],
  )
  assert.equal(counters['tiles.drawn'], tiles)
})

test('the map is a page, and only GET and HEAD are allowed', PATIENT, async () => {
  const page = await get('/')
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-type'), /^text\/html/)
  assert.match(await page.text(), /<canvas/)
  assert.equal((await get('/', { method: 'HEAD' })).status, 200)
  for (const pathname of [
    '/',
    '/tile/0/0/0.png',
    '/metrics/prometheus',
    '/metrics/snapshot',
    '/metrics/api/metrics/',
  ]) {
    const response = await get(pathname, { method: 'POST' })
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'])
  }
})

test(
  'the pool reports what its threads do and did, and one exposition has the pool and all metrics',
  PATIENT,
  async () => {
    const stats = async () => (await get('/metrics/api/metrics/stats')).json()
    const settled = Promise.all(SLOW_TILES.slice(0, 2).map(getTile))
    const { pool, workers } = await readUntil(stats, ({ pool }) => pool.active === 2)
    assert.deepEqual([pool.size, pool.total, pool.utilization], [2, 2, 1])
    assert.equal(workers.length, 2)
    for (const worker of workers) {
      assert.deepEqual([worker.app, worker.state], ['tiles', 'active'])
      assert.ok(worker.id.startsWith('thread-') && worker.uptime > 0 && worker.memory.heapUsed > 0)
    }
    await settled
    tiles += 2
    const after = await readUntil(stats, ({ pool }) => pool.idle === 2)
    assert.equal(
      after.workers.reduce((sum, { requests }) => sum + requests, 0),
      tiles,
    )
    const text = await (await get('/metrics/api/metrics/prometheus')).text()
    assert.match(text, /^tiles_pool_size 2$/m)
    assert.match(text, /^tiles_pool_queued 0$/m)
    assert.match(text, /^tiles_worker_state\{.*state="idle"\} 1$/m)
    assert.match(text, new RegExp(`^tiles_drawn_total ${tiles}$`, 'm'))
    assert.equal((await get('/metrics/api/metrics/nothing')).status, 404)
    for (const path of ['/metrics', '/metrics/workers']) assert.match(await (await get(path)).text(), /<title>Metrics</)
  },
)

test('a load is switched on and off, only by POST', PATIENT, async () => {
  const visitors = async () => (await snapshot()).gauges['load.visitors'] ?? 0
  assert.equal(await visitors(), 0)
  const refused = await get('/load/on')
  assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'POST'])
  for (const [path, wanted] of [
    ['/load/on', 4],
    ['/load/on', 4],
    ['/load/off', 0],
  ]) {
    assert.equal((await get(path, { method: 'POST' })).status, 204)
    assert.equal(await visitors(), wanted)
  }
  const { counters, trace } = await restingSnapshot()
  assert.deepEqual(
    trace.filter(({ name }) => name.startsWith('load.')).map(({ name }) => name),
    ['load.begin', 'load.end'],
  )
  tiles = counters['tiles.drawn']
})

test(
  'a route becomes slow and fast again, and a thread gets stuck and recovers, at a button each',
  PATIENT,
  async () => {
    const api = async (route) => (await get(`/metrics/api/metrics/${route}`)).json()
    const posted = async (pathname) => assert.equal((await get(pathname, { method: 'POST' })).status, 204)
    const slow = async () => (await snapshot()).gauges['report.slow']
    assert.equal(await slow(), 0)
    await posted('/slow/on')
    const key = encodeURIComponent('http.server.request.duration{http.route="/report",*}#timing')
    const { p50 } = await readUntil(
      async () => (await api(`history?keys=${key}&summary=1`)).series[0]?.recent ?? {},
      ({ p50 }) => p50 > 200,
    )
    assert.ok(p50 >= 290, `${p50} ms`)
    await posted('/slow/off')
    assert.equal(await slow(), 0)
    await posted('/stuck')
    const overview = () => api('overview')
    const spinning = ({ tracked }) => tracked.find(({ task }) => task === 'an endless loop')
    const { thread, app } = spinning(await readUntil(overview, spinning))
    assert.equal(app, 'tiles')
    const lagOf = ({ threads }) =>
      threads.series.find(({ of, labels }) => of === 0 && labels.thread === thread)?.values.at(-1)
    await readUntil(overview, (body) => spinning(body) && lagOf(body) > 2)
    await readUntil(overview, (body) => !spinning(body) && lagOf(body) < 1)
    const { trace } = await readUntil(snapshot, ({ trace }) => trace.some(({ name }) => name === 'stuck.end'))
    assert.deepEqual(
      trace.map(({ name }) => name).filter((name) => /^(slow|stuck)\./.test(name)),
      ['slow.begin', 'slow.end', 'stuck.begin', 'stuck.end'],
    )
  },
)

test('streams of the page are no requests of its server', PATIENT, async () => {
  const controller = new AbortController()
  const response = await get('/metrics/api/metrics/sse', { signal: controller.signal })
  await response.body.getReader().read()
  const [own, stream] = ['http.request{route="/metrics/*"}', 'http.server.stream.duration{']
  const countOf = (timings, start) =>
    Object.entries(timings).reduce((sum, [key, { count }]) => sum + (key.startsWith(start) ? count : 0), 0)
  const { timings: before } = await snapshot()
  controller.abort()
  const { timings } = await readUntil(snapshot, ({ timings }) => countOf(timings, stream) > countOf(before, stream))
  assert.ok(countOf(before, own) > 0)
  assert.equal(countOf(timings, own), countOf(before, own))
})

test('tiles that no client waits for are not drawn', PATIENT, async () => {
  const controller = new AbortController()
  const requests = SLOW_TILES.map((pathname) => get(pathname, { signal: controller.signal }))
  const settled = Promise.allSettled(requests)
  await readUntil(snapshot, ({ gauges }) => gauges['tiles.inFlight'] > 2)
  controller.abort()
  await settled
  const { counters } = await restingSnapshot()
  assert.ok(counters['tiles.aborted'] > 0)
  assert.ok(counters['tiles.drawn'] + counters['tiles.aborted'] <= tiles + SLOW_TILES.length)
  tiles = counters['tiles.drawn']
})

test('--log-js-stats prints windows that add up to what happened', PATIENT, async () => {
  const drawn = (text) =>
    [...text.matchAll(/^tiles\.drawn=(\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
  await demo.printed((text) => drawn(text) >= tiles)
  assert.equal(drawn(demo.stdout), tiles)
  assert.match(demo.stdout, /^tiles\.encode count=\d+ mean=[\d.]+ p99=[\d.]+ max=[\d.]+$/m)
})

test('a port in use and invalid flags end with a clear message', PATIENT, async () => {
  const { port } = new URL(await address)
  const expected = [
    [['--port', port], new RegExp(`Port ${port} of 127.0.0.1 is in use.*--port`)],
    [['--port', '65536'], /--port must be a whole number from 0 to 65535, not '65536'/],
    [['--workers', '0'], /--workers must be a whole number from 1 to \d+, not '0'/],
    [['--stats-interval', '1 hour'], /--stats-interval must be a duration .* not '1 hour'/],
    [['--nonsense'], /Unknown option '--nonsense'/],
  ]
  for (const [args, message] of expected) {
    const other = new Demo(...args)
    assert.equal(await other.ended(), 1)
    assert.match(other.stderr, message)
  }
})

test('Ctrl-C ends it with code 0 and the last figures, even while tiles are drawn', PATIENT, async () => {
  const built = demo.stderr.length
  const settled = Promise.allSettled(SLOW_TILES.map((pathname) => get(pathname)))
  await readUntil(snapshot, ({ gauges }) => gauges['tiles.inFlight'] > 0)
  demo.kill('SIGINT')
  assert.equal(await demo.ended(), 0)
  await settled
  assert.match(demo.stdout, /Stopped\. Tiles drawn: \d+, cancelled: \d+\.\n$/)
  assert.equal(demo.stderr.slice(built), '')
})
