// Browsers and services for the tests: a pool with the workers that a test sets, the service in a real server, and Chromium.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

const require = createRequire(import.meta.url)
const { Collector, createMetrics, createPoolMetrics } = require('../../..')
const { chromiumPath } = require('../../../scripts/chromium')

/** The source of axe, which runs in a page. */
export const axePath = require.resolve('axe-core/axe.min.js')

/** A Chromium without a window. @param {string[]} [more] arguments */
export function launch(more = []) {
  // a container does not support Chromium's sandbox
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--enable-precise-memory-info', ...more],
  })
}

/** A pool, metrics and their service on a free port of this machine. */
export class Served {
  collector
  metrics
  workers = []
  size = 8
  #server
  #port = 0
  #mount
  #cut

  /**
   * @param {object} [config] of the service
   * @param {{ mount?: string, cut?: string, hasPool?: boolean }} [options] the path of the page, the part of it that a proxy strips, and
   * whether there is a pool from the beginning
   */
  constructor(config = {}, { mount = '/metrics', cut = '', hasPool = true } = {}) {
    this.collector = config.collector ?? new Collector()
    this.metrics = createMetrics(this.collector)
    this.#mount = mount
    this.#cut = cut
    this.service = createPoolMetrics({ collector: this.collector, sseInterval: 100, ...config })
    if (hasPool) this.setPool()
  }

  setPool() {
    this.service.setPool({ size: () => this.size, workers: () => this.workers })
  }

  /** Starts again after {@link stop}, on the same port. */
  async start() {
    this.#server = http.createServer((req, res) => {
      if (req.url.startsWith(this.#cut)) req.url = req.url.slice(this.#cut.length) || '/'
      this.service.handle(req, res)
    })
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = this.#server.address().port
    return this
  }

  /** As if the process was killed. */
  async stop() {
    const closed = once(this.#server.close(), 'close')
    this.#server.closeAllConnections()
    await closed
  }

  get url() {
    return `http://127.0.0.1:${this.#port}${this.#mount}`
  }

  /** The response of a route. */
  async api(route) {
    return (await fetch(`${this.url}/api/metrics/${route}`)).json()
  }
}

/** Workers as a pool reports them. */
export function workersOf(count, changes = () => ({})) {
  return Array.from({ length: count }, (_, at) => ({
    id: `w${at}`,
    app: `app-${at % 3}@latest`,
    state: at % 2 === 0 ? 'active' : 'idle',
    requests: at,
    uptime: 100 + at,
    memory: { rss: 50_000_000 + at * 1000, heapUsed: 30_000_000 },
    ...changes(at),
  }))
}

/** A page, and its errors. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const faults = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    // expected too: streams that are refused or disconnected, and files that were preloaded before the page knew its base
    if (message.type() === 'error' && !/Failed to load resource|net::ERR|Refused to apply style/.test(message.text()))
      faults.push(message.text())
  })
  await page.goto(url)
  return { page, context, faults }
}

/** A service with some of everything. */
export async function servedExample() {
  const served = await new Served().start()
  const { metrics } = served
  served.workers = workersOf(8)
  metrics.inc('http.requests', 41, { method: 'GET', status: 200 })
  metrics.counter({ name: 'jobs.done', help: 'Jobs that are done' }).inc(7)
  metrics.gauge({ name: 'queue.bytes', unit: 'bytes' }).set(2048)
  for (let at = 1; at <= 100; at++) metrics.observeMillis('db.query', at)
  for (const name of ['loopTicks', 'renderAll.calls', 'renderAll.reason.touch']) metrics.inc(`main.${name}`, 3)
  metrics.observeMillis('main.tile.SPIRAL', 12)
  metrics.trace('import.begin', { id: 7 })
  metrics.trace('import.end', { id: 7 })
  metrics.trace('cache.cleared', { entries: 120 })
  return served
}

/** Opens a view, passes it to `look`, and asserts that there was no error. */
export async function seenIn(browser, served, path, look, options) {
  const { page, context, faults } = await openPage(browser, served.url + path, options)
  try {
    await look(page)
    assert.deepEqual(faults, [])
  } finally {
    await context.close()
  }
}

/** Frames per second over some seconds. */
export function frameRate(page, seconds) {
  return page.evaluate(
    (seconds) =>
      new Promise((resolve) => {
        let frames = 0
        let begin
        const frame = (now) => {
          begin ??= now
          if (now - begin >= seconds * 1000) return resolve((frames * 1000) / (now - begin))
          frames++
          requestAnimationFrame(frame)
        }
        requestAnimationFrame(frame)
      }),
    seconds,
  )
}

/** The used bytes after a garbage collection; Chromium needs `--js-flags=--expose-gc`. */
export async function heap(page) {
  return page.evaluate(() => {
    for (let at = 0; at < 4; at++) window.gc()
    return performance.memory.usedJSHeapSize
  })
}
