// An app with 10,000 series and 100 threads, updated each second: the page runs as smoothly as an empty one, and its memory does not
// grow. It runs for some seconds; TALLYSTICK_LONG=1 makes it two minutes, on an otherwise idle machine.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { frameRate, heap, launch, openPage, Served } from './page.js'

const require = createRequire(import.meta.url)
const binding = require('../../../lib/native')
const { instrumentsOf } = require('../../../lib/record/collector')

const isLong = process.env.TALLYSTICK_LONG === '1'
const SECONDS = isLong ? 120 : 6
const MOST_GROWTH = 16 * 1024 * 1024
const THREADS = 100
const ROUTES = 200

let browser
let served
let timer
const held = []

before(async () => {
  browser = await launch(['--js-flags=--expose-gc'])
  served = await new Served({ history: false, sseInterval: 1000 }, { hasPool: false }).start()
  const { metrics, collector } = served
  const many = metrics.counter({ name: 'many', labelNames: ['number'] })
  const duration = metrics.timing({
    name: 'http.server.request.duration',
    labelNames: ['http.route', 'http.request.method'],
  })
  const [lag, memory] = [metrics.gauge('nodejs_eventloop_lag_seconds'), metrics.gauge('nodejs_heap_size_used_bytes')]
  let time = Math.floor(Date.now() / 1000) * 1000 - 400_000
  const second = () => {
    for (let at = 0; at < 10_000; at++) many.labels({ number: at }).inc()
    for (let at = 0; at < ROUTES; at++)
      duration.labels({ 'http.route': `/${at}`, 'http.request.method': 'GET' }).observeMillis(1 + (at % 50))
    for (let thread = 0; thread < THREADS; thread++) {
      const labels = thread === 0 ? {} : { thread }
      lag.labels(labels).set(Math.random() / 100)
      memory.labels(labels).set(2e7 + Math.random() * 1e6)
    }
    time += 1000
    held[0] = binding.sampleCollectorHistory(instrumentsOf(collector).reference, time)
  }
  for (let at = 0; at < 400; at++) second()
  timer = setInterval(second, 1000)
})

after(async () => {
  clearInterval(timer)
  await browser.close()
  await served.stop()
})

test('the overview of 100 threads and 10,000 series is smooth, and its memory does not grow', {
  timeout: 600_000,
}, async () => {
  const blank = await openPage(browser, 'about:blank')
  const blankRate = await frameRate(blank.page, 2)
  await blank.context.close()
  for (const path of ['?span=60', '/threads', '/series']) {
    const { page, context, faults } = await openPage(browser, served.url + path)
    const shown = path === '/series' ? page.locator('.series-table tbody tr') : page.locator('.threads-table tbody tr')
    await shown.first().waitFor()
    if (path === '/threads') assert.equal(await shown.count(), THREADS)
    await frameRate(page, isLong ? 15 : 2)
    const before = await heap(page)
    const rate = await frameRate(page, SECONDS)
    const grown = (await heap(page)) - before
    console.log(
      `${path}: frames a second: ${rate.toFixed(1)} of ${blankRate.toFixed(1)} on a blank page; heap grew by ${(grown / 1024).toFixed(0)} KiB in ${SECONDS} s`,
    )
    assert.ok(rate >= (isLong ? 50 : blankRate * 0.5), `${rate} frames a second, a blank page has ${blankRate}`)
    assert.ok(grown < MOST_GROWTH, `${grown} bytes`)
    assert.deepEqual(faults, [])
    await context.close()
  }
})
