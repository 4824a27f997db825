// The page of an app without a pool, opened after five minutes of load that only the server has seen: every chart is full at once, and
// equal to what the server recorded. The time is simulated.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { axePath, launch, openPage, Served, seenIn } from './page.js'

const require = createRequire(import.meta.url)
const { Collector, createMetrics } = require('../../..')
const binding = require('../../../lib/native')
const { instrumentsOf } = require('../../../lib/record/collector')

const SECONDS = 300
const REQUESTS = 'http.server.request.duration'

let browser
let app

before(async () => {
  browser = await launch()
  app = await simulatedApp()
})

after(async () => {
  await browser.close()
  await app.served.stop()
})

/** An app whose last five minutes were recorded, and what that was. */
async function simulatedApp() {
  const collector = new Collector()
  const metrics = createMetrics(collector)
  const held = []
  const sample = (time) => held.push(binding.sampleCollectorHistory(instrumentsOf(collector).reference, time))
  const labels = ['http.request.method', 'http.route', 'http.response.status_code', 'error.type']
  const duration = metrics.timing({ name: REQUESTS, labelNames: labels })
  const route = (path, status = 200) => ({
    'http.request.method': 'GET',
    'http.route': path,
    'http.response.status_code': status,
  })
  const gauge = (name, thread) => (thread === '' ? metrics.gauge(name) : metrics.gauge(name).labels({ thread }))
  const utilization = metrics.histogram({ name: 'nodejs_eventloop_utilization_histogram', labelNames: ['thread'] })
  const cpuTime = metrics.counter({ name: 'nodejs_thread_cpu_seconds_total', labelNames: ['thread'] })
  const start = Math.floor(Date.now() / 1000) * 1000 - SECONDS * 1000
  sample(start)
  const recorded = []
  for (let second = 1; second <= SECONDS; second++) {
    const [fast, slow, failed] = [30 + (second % 5), 4, second % 10 === 0 ? 1 : 0]
    for (let at = 0; at < fast; at++) duration.labels(route('/fast')).observeMillis(4)
    for (let at = 0; at < slow; at++) duration.labels(route('/slow')).observeMillis(second > 150 ? 800 : 80)
    if (failed > 0) duration.labels({ ...route('/slow', 500), 'error.type': '500' }).observeMillis(2)
    metrics.inc('process_cpu_seconds_total', 0.25)
    metrics.gauge('process_resident_memory_bytes').set(100_000_000 + second * 1000)
    for (const thread of ['', '1', '2']) {
      // thread 2 has not returned to its event loop in the last 42 seconds
      const lag = thread === '2' && second > 258 ? second - 258 : 0.004
      gauge('nodejs_eventloop_lag_seconds', thread).set(lag)
      gauge('nodejs_heap_size_used_bytes', thread).set(20_000_000 + Number(thread))
      utilization.labels({ thread }).observe(0.5)
      cpuTime.labels({ thread }).inc(thread === '2' ? 1 : 0.125)
    }
    sample(start + second * 1000)
    recorded.push({ time: start + second * 1000, requests: fast + slow + failed, failed })
  }
  // no further samples, which would merge the oldest seconds while the tests run
  const served = await new Served({ collector, history: false }, { hasPool: false }).start()
  return { served, metrics, held, recorded, start }
}

/** Lets the first answer of the history through, and no later ones. */
async function withOneAnswer(path, look) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  let answers = 0
  await page.route(/\/api\/metrics\/(overview|history)/, (route) => {
    // the timings of routes are a view of their own
    if (route.request().url().includes('summary=1')) return route.continue()
    return answers++ === 0 ? route.continue() : undefined
  })
  try {
    await page.goto(app.served.url + path)
    await look(page)
  } finally {
    await context.close()
  }
}

/** The lines of a chart, as it saves them. */
async function savedCsv(page, name) {
  const chart = page.locator('.chart', { has: page.getByLabel(`Save ${name}`, { exact: true }) })
  if ((await chart.locator('details[open]').count()) === 0) await chart.locator('summary').click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chart.getByRole('button', { name: 'CSV' }).click(),
  ])
  const text = await readFile(await download.path(), 'utf8')
  const [head, ...lines] = text.trim().split('\r\n')
  const rows = lines.map((line) => line.split(','))
  return {
    head,
    fileName: download.suggestedFilename(),
    rows: rows.map(([time, ...values]) => [
      Date.parse(time),
      ...values.map((value) => (value === '' ? null : Number(value))),
    ]),
  }
}

const near = (value, expected) => assert.ok(Math.abs(value / expected - 1) < 0.07, `${value} is not ${expected}`)

test('every chart of the overview is full at once, and equal to what the server recorded', () =>
  withOneAnswer('?span=5', async (page) => {
    await page.getByRole('heading', { name: 'Thread 2 is stuck' }).waitFor()
    const expected = new Map(app.recorded.map((each) => [each.time, each]))
    /** Of the simulated seconds: the server goes on after them. */
    const rows = async (name) => {
      const { rows } = await savedCsv(page, name)
      const known = rows.filter(([time]) => expected.has(time))
      assert.equal(known.length, SECONDS, name)
      return known.map(([time, ...values]) => [expected.get(time), ...values])
    }
    for (const [{ requests }, rate] of await rows('Requests')) assert.equal(rate, requests)
    for (const [{ requests, failed }, share] of await rows('Error share')) near(share + 1, failed / requests + 1)
    for (const [{ time }, p50, p99] of await rows('Latency')) {
      near(p50, 4)
      near(p99, time - app.start > 150_000 ? 800 : 80)
    }
    for (const [, ...shares] of await rows('CPU')) assert.deepEqual(shares, [0.125, 0.125, 1])
    for (const [{ time }, bytes] of await rows('Resident memory')) assert.equal(bytes, 100_000_000 + (time - app.start))
    for (const [{ time }, main, , stuck] of await rows('Event-loop lag')) {
      assert.equal(main, 0.004)
      assert.equal(stuck, Math.max(0.004, (time - app.start) / 1000 - 258))
    }
    for (const [, ...shares] of await rows('Event-loop utilization')) assert.deepEqual(shares, [0.5, 0.5, 0.5])
    for (const [, ...heaps] of await rows('Heap')) assert.deepEqual(heaps, [20_000_000, 20_000_001, 20_000_002])
  }))

test('a stuck thread is at the top, in red, with since when', () =>
  seenIn(browser, app.served, '', async (page) => {
    const rows = page.locator('.threads-table tbody tr')
    await rows.first().waitFor()
    assert.deepEqual(await rows.locator('th').allTextContents(), ['Thread 2', 'Main thread', 'Thread 1'])
    assert.match(await rows.first().textContent(), /Stuck since \d\d:\d\d:\d\d/)
    assert.equal(await rows.first().getAttribute('class'), 'stuck')
    assert.equal(await page.locator('.threads-table .stuck').count(), 1)
    await rows.first().getByRole('link').click()
    await page.getByRole('heading', { name: 'Thread 2', level: 1 }).waitFor()
    assert.match(page.url(), /\/threads\?thread=2$/)
    const { rows: lag } = await savedCsv(page, 'Event-loop lag')
    assert.ok(lag.some(([, value]) => value === 42))
    await page.goto(`${app.served.url}/threads?thread=main`)
    await page.getByRole('heading', { name: 'Main thread', level: 1 }).waitFor()
    const { rows: main } = await savedCsv(page, 'Event-loop lag')
    assert.ok(main.length >= SECONDS && main.every(([, value]) => value === 0.004))
  }))

test('the way back to a list does not leave the page', () =>
  seenIn(browser, app.served, '/cardinality', async (page) => {
    const back = page.getByRole('button', { name: 'Back to the list' })
    const rows = page.locator('.threads-table tbody tr')
    await page.locator('.cardinality-table').waitFor()
    // as from elsewhere: the tab has a history, and the page has none
    await page.goto(`${app.served.url}/threads?thread=2&span=5`)
    await back.click()
    await page.waitForURL('**/threads')
    assert.equal(await rows.count(), 3)
    await page.goto(`${app.served.url}/threads?span=5`)
    await rows.getByRole('link', { name: 'Thread 1' }).click()
    await back.click()
    await page.waitForURL('**/threads?span=5')
  }))

test('the slowest routes and those with most errors lead to their charts', () =>
  seenIn(browser, app.served, '', async (page) => {
    const slowest = page.locator('.briefs .card', { has: page.getByRole('heading', { name: 'Slowest routes' }) })
    await slowest.locator('li').first().waitFor()
    assert.match(await slowest.locator('li').first().textContent(), /GET \/slow/)
    const failing = page.locator('.briefs .card', { has: page.getByRole('heading', { name: 'Most errors' }) })
    assert.deepEqual(await failing.locator('li a').allTextContents(), ['GET /slow'])
    await slowest.locator('li a').first().click()
    await page.getByRole('img', { name: /^Heatmap of http\.server\.request\.duration: [\d,]+ values$/ }).waitFor()
    const { rows } = await savedCsv(page, 'Rate over time')
    const known = new Map(app.recorded.map((each) => [each.time, each]))
    const simulated = rows.filter(([time]) => known.has(time))
    assert.equal(simulated.length, SECONDS)
    for (const [time, rate] of simulated) assert.equal(rate, 4 + known.get(time).failed)
  }))

describe('a timing in detail', () => {
  const key = encodeURIComponent(
    `${REQUESTS}{http.request.method="GET",http.response.status_code="200",http.route="/slow"}#timing`,
  )

  test('has a heatmap, full at once, with all values', () =>
    withOneAnswer(`/timings?key=${key}&span=5`, async (page) => {
      await page.getByRole('img', { name: `Heatmap of ${REQUESTS}: 1,200 values` }).waitFor()
      const { head, rows } = await savedCsv(page, `${REQUESTS} Values over time`)
      assert.equal(head.split(',').length, 3)
      for (const [time, ...counts] of rows) {
        assert.deepEqual(counts, time - app.start > 150_000 ? [0, 4] : [4, 0])
      }
      // the picture has dark cells where the values were: at first low, then high
      const dark = await page.locator('.heatmap canvas').evaluate((canvas) => {
        const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
        const rowsAt = (part) => {
          const column = Math.floor(62 + (width - 88) * part)
          const found = []
          for (let row = 2; row < canvas.height - 28; row++) {
            const at = 4 * (row * width + column)
            if (data[at + 3] > 200) found.push(row)
          }
          return found
        }
        return [rowsAt(0.25), rowsAt(0.75)]
      })
      assert.ok(dark[0].length > 0 && dark[1].length > 0)
      assert.ok(Math.min(...dark[0]) > Math.max(...dark[1]), `${dark}`)
    }))

  test('compares two moments, which are in its address and are chosen on a chart or with the keyboard', () =>
    seenIn(
      browser,
      app.served,
      `/timings?key=${key}&span=5&a=${app.start + 60_000}&b=${app.start + 240_000}`,
      async (page) => {
        const distribution = page.getByRole('img', {
          name: /^Distribution at .+ \(120 values\) and at .+ \(120 values\)$/,
        })
        await distribution.waitFor()
        const heights = (which) =>
          distribution
            .locator(`.${which}`)
            .evaluateAll((bars) => bars.map(({ style }) => Number.parseFloat(style.blockSize)))
        const [a, b] = [await heights('a'), await heights('b')]
        assert.deepEqual([a[0], a.at(-1), b[0], b.at(-1)], [100, 0, 0, 100])
        const slider = page.getByRole('slider', { name: 'Moment A' })
        await slider.focus()
        await page.keyboard.press('End')
        await page.waitForFunction(
          (first) => new URL(location).searchParams.get('a') !== first,
          String(app.start + 60_000),
        )
        await distribution.waitFor({ state: 'detached' })
        const before = new URL(page.url()).searchParams.get('a')
        await page
          .locator('.u-over')
          .first()
          .click({ position: { x: 100, y: 20 } })
        await page.waitForFunction((before) => new URL(location).searchParams.get('a') !== before, before)
      },
    ))
})

test('a chart is saved as a picture, and its numbers as JSON', () =>
  seenIn(browser, app.served, '?span=5', async (page) => {
    const chart = page.locator('.chart', { has: page.getByLabel('Save Requests', { exact: true }) })
    await chart.locator('summary').click()
    const saved = async (name) => {
      const [download] = await Promise.all([page.waitForEvent('download'), chart.getByRole('button', { name }).click()])
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
    }
    const picture = await saved('PNG')
    assert.equal(picture.name, 'Requests.png')
    assert.equal(picture.bytes.subarray(1, 4).toString(), 'PNG')
    assert.ok(picture.bytes.length > 5000)
    const { name, bytes } = await saved('JSON')
    assert.equal(name, 'Requests.json')
    const known = new Map(app.recorded.map((each) => [each.time, each]))
    const simulated = JSON.parse(bytes).filter(({ time }) => known.has(Date.parse(time)))
    assert.equal(simulated.length, SECONDS)
    for (const { time, Requests } of simulated) assert.equal(Requests, known.get(Date.parse(time)).requests)
  }))

test('cardinality shows the families with the most series, and what is folded', async () => {
  for (let at = 0; at < 30; at++) app.metrics.inc('visits', 1, { user: at })
  app.metrics.inc('visits', 1, { user: '_OTHER' })
  await seenIn(browser, app.served, '/cardinality', async (page) => {
    const row = page.getByRole('row', { name: /^visits / })
    await row.waitFor()
    assert.deepEqual(await row.locator('td.number').allTextContents(), ['31', '1'])
    assert.match(await row.textContent(), /user 31 values/)
    assert.match(await page.locator('.cardinality-table tbody tr').first().textContent(), /visits/)
    await row.getByRole('link').click()
    await page.getByText('31 metrics').waitFor()
  })
})

describe('each view of an app without a pool', () => {
  const views = [
    '',
    '/timings',
    `/timings?key=${encodeURIComponent(`${REQUESTS}{*}#timing`)}`,
    '/threads',
    '/threads?thread=2',
    '/cardinality',
  ]

  for (const colorScheme of ['light', 'dark']) {
    for (const locale of ['en-GB', 'pt-BR']) {
      test(`can be used by everyone: ${colorScheme}, ${locale}`, async () => {
        for (const path of views) {
          await seenIn(
            browser,
            app.served,
            path,
            async (page) => {
              await page.getByText(locale === 'en-GB' ? 'Live' : 'Ao vivo', { exact: true }).waitFor()
              await page.locator('.view > :nth-child(2)').waitFor()
              await page.addScriptTag({ path: axePath })
              const { violations } = await page.evaluate(() => window.axe.run())
              assert.deepEqual(
                violations
                  .filter(({ impact }) => ['serious', 'critical'].includes(impact))
                  .map(({ id, nodes }) => [path, id, nodes[0].html, nodes[0].failureSummary]),
                [],
              )
            },
            { colorScheme, locale, bypassCSP: true },
          )
        }
      })
    }
  }

  test('fits windows from 360 pixels on, and paper', async () => {
    for (const width of [360, 768, 2560]) {
      for (const path of views) {
        await seenIn(
          browser,
          app.served,
          path,
          async (page) => {
            await page.getByText('Live', { exact: true }).waitFor()
            await page.locator('.view > :nth-child(2)').waitFor()
            assert.ok(
              await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
              `${path} at ${width}`,
            )
            if (width !== 768) return
            await page.emulateMedia({ media: 'print' })
            assert.equal(await page.locator('.saving').filter({ visible: true }).count(), 0)
          },
          { viewport: { width, height: 700 } },
        )
      }
    }
  })
})

test('the page of an app without a pool reconnects when its server is back', async () => {
  const served = await new Served({}, { hasPool: false }).start()
  const { page, context, faults } = await openPage(browser, served.url)
  try {
    await page.getByText('No requests are measured').waitFor()
    await page.getByText('Threads are not measured').waitFor()
    await served.stop()
    await page.getByText(/^Reconnecting, stale since \d\d:\d\d:\d\d$/).waitFor()
    await served.start()
    await page.getByText('Live', { exact: true }).waitFor()
    served.workers = [{ id: 'a', state: 'active' }]
    served.setPool()
    await page.getByText('1 of 8 workers active').waitFor()
    assert.deepEqual(faults, [])
  } finally {
    await context.close()
    await served.stop()
  }
})
