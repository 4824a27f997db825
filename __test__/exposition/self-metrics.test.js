'use strict'

// What a collector reports about itself.

const assert = require('node:assert/strict')
const http = require('node:http')
const { once } = require('node:events')
const { describe, test } = require('node:test')
const { fresh, samples, thrownBy } = require('../support/metrics')
const { samplesOf } = require('../support/exposition-samples')

/** @param {Record<string, number>} all */
function ownKeys(all) {
  return Object.keys(all).filter((key) => key.startsWith('tallystick_'))
}

/** A request to a server with this handler. @param {http.RequestListener} handler @param {Record<string, string>} headers */
async function scraped(handler, headers) {
  const server = http.createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${server.address().port}/metrics`, { headers })
  const text = await response.text()
  server.close()
  return samplesOf(new TextEncoder().encode(text))
}

const SCRAPER = { 'X-Prometheus-Scrape-Timeout-Seconds': '10' }

describe('what a collector reports about itself', () => {
  test('is in what a Prometheus server scrapes, and in no other reading of a small program', async () => {
    const own = fresh()
    own.inc('jobs')
    own.inc('jobs', 1, { id: 1 })
    own.observeMillis('jobs', 1)
    own.gauge('size').set(1)
    assert.deepEqual(ownKeys(samples(own)), [])
    assert.deepEqual(ownKeys(await scraped(own.handle, {})), [])
    assert.deepEqual(
      own.readSync().filter(({ name }) => name.startsWith('tallystick')),
      [],
    )
    const seen = await scraped(own.handle, SCRAPER)
    assert.deepEqual(ownKeys(seen), [
      'tallystick_series{family="jobs"}',
      'tallystick_series{family="size"}',
      'tallystick_cells_bytes',
      'tallystick_callback_failures_total',
      'tallystick_scrape_duration_seconds',
      'tallystick_scrape_size_bytes',
    ])
    assert.equal(seen['tallystick_series{family="jobs"}'], 3)
    assert.equal(seen.tallystick_callback_failures_total, 0)
    assert.ok(seen.tallystick_cells_bytes >= 8 * 256, `${seen.tallystick_cells_bytes}`)
    assert.ok(seen.tallystick_scrape_duration_seconds > 0 && seen.tallystick_scrape_duration_seconds < 60)
    const response = await own.fetch(new Request('http://localhost/', { headers: SCRAPER }))
    assert.deepEqual(ownKeys(samplesOf(new Uint8Array(await response.arrayBuffer()))), ownKeys(seen))
    assert.deepEqual(Object.keys(own.snapshot().gauges), ['size'])
  })

  test('has the size and the duration of the previous exposition', () => {
    const own = fresh({ selfMetrics: true })
    const first = own.prometheusSync().body
    const second = samplesOf(own.prometheusSync().body)
    assert.equal(second.tallystick_scrape_size_bytes, first.length)
    assert.equal(samplesOf(first).tallystick_scrape_size_bytes, undefined)
  })

  test('names the families with most series, and adds up the others', () => {
    const own = fresh()
    for (let family = 0; family < 30; family++) {
      for (let at = 0; at <= family; at++) own.inc(`family ${family}`, 1, { at })
    }
    const seen = samples(own, { selfMetrics: true })
    const keys = ownKeys(seen).filter((key) => key.startsWith('tallystick_series{'))
    assert.equal(keys.length, 11)
    assert.equal(keys[0], 'tallystick_series{family="family 29"}')
    assert.equal(seen['tallystick_series{family="family 20"}'], 21)
    assert.equal(seen['tallystick_series{family="…"}'], (20 * 21) / 2)
  })

  test('is everywhere once label sets were folded, and says which', async () => {
    const own = fresh({ maxSeries: 20 })
    for (let at = 0; at < 100; at++) own.inc('requests', 1, { path: `/${at}`, status: at % 2 })
    for (let at = 0; at < 100; at++) own.inc(`name ${at}`)
    const seen = samples(own)
    assert.equal(seen['tallystick_series{family="requests"}'], 22)
    assert.equal(seen['tallystick_label_values{family="requests",label="path"}'], 20)
    assert.equal(seen['tallystick_folded_recordings_total{family="requests"}'], 80)
    assert.equal(seen['tallystick_folded_recordings_total{family="tallystick_overflow"}'], 100)
    assert.deepEqual(ownKeys(await scraped(own.handle, {})).slice(0, 3), ownKeys(seen).slice(0, 3))
    assert.deepEqual(ownKeys(samples(own, { selfMetrics: false })).slice(1), [])
  })

  test('counts callbacks that have failed', async () => {
    const own = fresh()
    own.beforeRead(() => {
      throw new Error('no count')
    })
    own.snapshot()
    assert.equal(samples(own).tallystick_callback_failures_total, 2)
  })

  test('can be switched off, and on', async () => {
    const own = fresh({ selfMetrics: false, maxSeries: 1 })
    own.inc('a', 1, { id: 1 })
    own.inc('a', 1, { id: 2 })
    assert.deepEqual(ownKeys(await scraped(own.handle, SCRAPER)), [])
    assert.deepEqual(ownKeys(samples(own, { selfMetrics: true })), [])
    own.collector.setSelfMetrics(true)
    assert.ok(ownKeys(samples(own)).length > 5)
    assert.ok(ownKeys(await scraped(own.handle, {})).length > 5)
  })

  test('leaves the names of users alone', () => {
    const own = fresh({ selfMetrics: true })
    own.gauge('tallystick_series').set(7)
    own.gauge('tallystick_cells_bytes').set(8)
    const seen = samples(own)
    assert.equal(seen.tallystick_series, 7)
    assert.equal(seen.tallystick_cells_bytes, 8)
    assert.ok(Object.keys(seen).some((key) => key.includes('{family="tallystick_series"}')))
  })

  test('is switched by true and false only', () => {
    for (const wrong of [1, 'true', null, {}]) {
      for (const call of [
        () => fresh({ selfMetrics: wrong }),
        () => fresh().collector.setSelfMetrics(wrong),
        () => fresh().prometheusSync({ selfMetrics: wrong }),
      ]) {
        assert.equal(thrownBy(call).code, 'ERR_TALLYSTICK_OPTIONS')
      }
    }
  })
})
