// Each view in a real browser, with the real service: it shows what the API returns, and updates.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { launch, openPage, Served, seenIn, servedExample, workersOf } from './page.js'

const HOSTILE = [
  '<img src=x onerror="window.hit=1">',
  '\u202Egnp.exe',
  `${'x'.repeat(10_000)}`,
  '"><script>window.hit=1</script>',
  '{{7*7}}',
]

let browser
let served

before(async () => {
  browser = await launch()
  served = await servedExample()
})

after(async () => {
  await browser.close()
  await served.stop()
})

const seen = (path, look, options) => seenIn(browser, served, path, look, options)

/** The number with a name. */
async function stat(page, name) {
  return page
    .locator('.stat', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd')
    .first()
    .textContent()
}

/** Waits until the result of `read` is as expected. */
async function becomes(page, read, expected) {
  let latest
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    latest = await read()
    if (latest === expected) return
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  assert.equal(latest, expected)
}

test('the overview shows what the API returns, and follows it', () =>
  seen('', async (page) => {
    await page.getByText('The pool has capacity').waitFor()
    const { pool } = await served.api('')
    for (const [name, value] of [
      ['Active', pool.active],
      ['Idle', pool.idle],
      ['Total', pool.total],
      ['Size', pool.size],
    ]) {
      assert.equal(await stat(page, name), String(value))
    }
    assert.equal(await page.getByRole('meter').getAttribute('aria-valuenow'), '50')
    const interval = page.getByRole('combobox', { name: 'Interval' })
    await becomes(page, () => interval.locator('option').first().textContent(), 'every 100 ms')
    for (const worker of served.workers) worker.state = 'active'
    await page.getByText('The pool is exhausted').waitFor()
    assert.equal(await stat(page, 'Active'), '8')
    for (const [at, worker] of served.workers.entries()) worker.state = at % 2 === 0 ? 'active' : 'idle'
    await page.getByText('The pool has capacity').waitFor()
    assert.ok((await page.locator('.pair .chart canvas').count()) === 2)
  }))

test('the overview is redrawn at the chosen pace, and at once when that changes', () =>
  seen('', async (page) => {
    await page.getByText('The pool has capacity').waitFor()
    const interval = page.getByRole('combobox', { name: 'Interval' })
    await interval.selectOption('every 1 min')
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    const told = (active) =>
      new Promise((resolve) =>
        session.on('Network.eventSourceMessageReceived', ({ data }) => {
          if (JSON.parse(data).pool.active === active) resolve()
        }),
      )
    served.workers[1].state = 'active'
    await told(5)
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    assert.equal(await stat(page, 'Active'), '4')
    await page.getByText('Live', { exact: true }).waitFor()
    await interval.selectOption({ index: 0 })
    await becomes(page, () => stat(page, 'Active'), '5')
    served.workers[1].state = 'idle'
  }))

test('a field that the pool does not report has no column, and the page says so', async () => {
  const quiet = await new Served().start()
  quiet.workers = [{ id: 'a', state: 'active', uptime: 3 }]
  const { page, context } = await openPage(browser, `${quiet.url}/workers`)
  try {
    await page.getByRole('button', { name: 'a', exact: true }).waitFor()
    assert.deepEqual(await page.locator('thead th').allTextContents(), ['ID', 'State', 'Uptime'])
    await page.getByText('Not reported by this pool: App, Requests, RSS, Heap.').waitFor()
  } finally {
    await context.close()
    await quiet.stop()
  }
})

test('workers are shown, sorted, filtered, and individually', () =>
  seen('/workers', async (page) => {
    await page.getByRole('button', { name: 'w0', exact: true }).waitFor()
    const { workers } = await served.api('stats')
    const cells = (column) => page.locator(`tbody td.${column}`).allTextContents()
    assert.deepEqual(
      await cells('id'),
      workers.map(({ id }) => id),
    )
    assert.deepEqual(
      await cells('requests'),
      workers.map(({ requests }) => String(requests)),
    )
    assert.deepEqual(
      await cells('app'),
      workers.map(({ app }) => app),
    )
    await page.getByRole('button', { name: 'Requests' }).click()
    await becomes(page, async () => (await cells('id'))[0], 'w7')
    await page.getByRole('searchbox').fill('app-1')
    await becomes(page, async () => (await cells('id')).join(' '), 'w7 w4 w1')
    await page.getByRole('combobox', { name: 'State' }).selectOption('idle')
    await becomes(page, async () => (await cells('id')).join(' '), 'w7 w1')
    await page.getByRole('button', { name: 'w7', exact: true }).click()
    await page.getByRole('complementary', { name: 'Details of w7' }).waitFor()
    assert.match(page.url(), /id=w7/)
    served.workers[7].requests = 1000
    await becomes(page, () => stat(page, 'Requests'), '1,000')
    await page.keyboard.press('Escape')
    await page.getByRole('complementary').waitFor({ state: 'detached' })
    served.workers[7].requests = 7
  }))

test('workers are reachable by keyboard', () =>
  seen('/workers', async (page) => {
    const first = page.getByRole('button', { name: 'w0', exact: true })
    await first.focus()
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    for (const [key, id] of [
      ['ArrowDown', 'w1'],
      ['End', 'w7'],
      ['ArrowUp', 'w6'],
      ['Home', 'w0'],
    ]) {
      await page.keyboard.press(key)
      await becomes(page, focused, id)
    }
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Details of w0' }).waitFor()
    await becomes(page, focused, 'w0')
  }))

test('metrics are shown by group, by search, and individually', () =>
  seen('/series', async (page) => {
    const row = (name) => page.getByRole('row', { name: new RegExp(`^${name} `) })
    await row('jobs.done').waitFor()
    const { series, total } = await served.api('series?limit=1000')
    assert.equal(await page.locator('.series-table tbody tr:not(.group)').count(), series.length)
    await page.getByText(`${total} metrics`).waitFor()
    assert.match(await row('queue.bytes').textContent(), /2\.0 KiB/)
    const query = series.find(({ name }) => name === 'db.query')
    assert.ok((await row('db.query').textContent()).includes(`${Number(query.p90.toPrecision(3))} ms`))
    served.metrics.inc('jobs.done', 5)
    await becomes(page, () => row('jobs.done').locator('td').first().textContent(), '12')
    const scene = page.getByRole('region', { name: 'Scene main' })
    await scene.getByText('SPIRAL').waitFor()
    await scene.getByText('touch').waitFor()
    await page.getByRole('searchbox').fill('STATUS="200"')
    await page.getByText('1 metric', { exact: true }).waitFor()
    await row('http.requests').getByRole('link').click()
    await page.getByRole('heading', { name: 'http.requests' }).waitFor()
    await becomes(page, () => stat(page, 'Value'), '41')
    served.metrics.inc('http.requests', 1, { method: 'GET', status: 200 })
    await becomes(page, () => stat(page, 'Value'), '42')
    served.metrics.inc('http.requests', -1, { method: 'GET', status: 200 })
    await page.goto(`${served.url}/series?key=${encodeURIComponent('db.query#timing')}`)
    await page.getByText('Distribution of 100 values').waitFor()
    assert.equal(await stat(page, 'Count'), '100')
    assert.ok((await page.locator('.histogram .columns > span').count()) > 10)
  }))

test('the details of a timing have statistics since the start and of the last seconds', async () => {
  for (let at = 0; at < 10_000; at++) served.metrics.observeMillis('db.slower', 1)
  await seen(`/series?key=${encodeURIComponent('db.slower#timing')}`, async (page) => {
    const timer = setInterval(() => served.metrics.observeMillis('db.slower', 5000), 50)
    try {
      await page.getByRole('heading', { name: /^Last \d+ s$/ }).waitFor()
      const [start, recent] = [page.locator('.stats').first(), page.locator('.stats').nth(1)]
      const median = (stats) =>
        stats
          .locator('.stat', { has: page.locator('dt', { hasText: 'p50' }) })
          .locator('dd')
          .textContent()
      await becomes(page, async () => /^(4\.9\d|5|5\.0\d) s$/.test(await median(recent)), true)
      assert.match(await median(start), /^(1|0\.99\d|1\.0\d) ms$/)
      const chart = page.getByRole('img', { name: /^Recent p50, p90 and p99/ })
      assert.match(await chart.getAttribute('aria-label'), /p50 (4\.9\d|5|5\.0\d) s/)
    } finally {
      clearInterval(timer)
    }
  })
})

test('a group of metrics has links to the groups above it', () =>
  seen('/series?prefix=main.tile.', async (page) => {
    const groups = page.getByRole('navigation', { name: 'Groups' })
    await groups.getByRole('link', { name: 'main.', exact: true }).click()
    await page.getByRole('row', { name: /^main\.loopTicks / }).waitFor()
    await groups.getByRole('link', { name: 'All', exact: true }).click()
    await page.getByRole('row', { name: /^jobs\.done / }).waitFor()
  }))

test('100,000 metrics are read one page at a time', async () => {
  const many = await new Served({ sseInterval: 1000 }).start()
  const counter = many.metrics.counter({ name: 'many', labelNames: ['number'], maxSeries: Infinity })
  for (let at = 0; at < 100_000; at++) counter.labels({ number: at }).inc()
  const { page, context, faults } = await openPage(browser, 'about:blank')
  try {
    let longest = 0
    page.on('response', async (response) => {
      if (response.url().includes('/api/metrics/series')) longest = Math.max(longest, (await response.body()).length)
    })
    await page.goto(`${many.url}/series`)
    await page.getByText('100,000 metrics').waitFor()
    const firstLink = () => page.locator('.series-table th[scope="row"]').first().textContent()
    const first = await firstLink()
    assert.equal(await page.locator('.series-table tbody tr:not(.group)').count(), 40)
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.getByRole('link', { name: 'First page' }).waitFor()
    await becomes(page, async () => (await firstLink()) !== first, true)
    assert.equal(await page.locator('.series-table tbody tr:not(.group)').count(), 40)
    assert.ok(longest > 0 && longest < 100_000, `${longest} bytes`)
    assert.deepEqual(faults, [])
  } finally {
    await context.close()
    await many.stop()
  }
})

test('the trace is shown, and updates', () =>
  seen('/trace', async (page) => {
    await page.getByRole('row', { name: /cache\.cleared/ }).waitFor()
    assert.match(await page.getByRole('row', { name: /cache\.cleared/ }).textContent(), /entries=120/)
    assert.equal(await page.locator('.timeline .span').count(), 1)
    served.metrics.trace('import.begin', { id: 8 })
    await becomes(page, () => page.locator('.timeline .event').count(), 2)
    assert.deepEqual(await page.locator('.lane > .foreign').allTextContents(), ['cache.cleared', 'import'])
    served.metrics.trace('cache.cleared', { entries: 121 })
    await page.getByText('entries=121').waitFor()
    await page.getByRole('searchbox').fill('IMPORT')
    await becomes(page, () => page.locator('.trace-table tbody tr').count(), 3)
  }))

describe('untrusted text', () => {
  test('is shown as text in every view', async () => {
    const hostile = await new Served().start()
    hostile.workers = workersOf(HOSTILE.length, (at) => ({ id: HOSTILE[at], app: HOSTILE[at] }))
    for (const name of HOSTILE) {
      hostile.metrics.inc(name, 1, { label: name })
      hostile.metrics.trace(name, { field: name })
      hostile.metrics.observeMillis('http.server.request.duration', 1, {
        'http.route': name,
        'http.request.method': 'GET',
      })
      hostile.metrics.gauge('nodejs_eventloop_lag_seconds').labels({ thread: name }).set(5)
    }
    try {
      for (const path of [
        '',
        '/workers',
        `/workers?id=${encodeURIComponent(HOSTILE[0])}`,
        '/series',
        '/trace',
        '/timings',
        '/threads',
        '/cardinality',
      ]) {
        const { page, context, faults } = await openPage(browser, hostile.url + path)
        await page.getByText('Live', { exact: true }).waitFor()
        if (path !== '') await page.locator('.foreign', { hasText: '<img src=x' }).first().waitFor()
        assert.deepEqual(
          await page.evaluate(() => [
            window.hit,
            document.querySelectorAll('#page :is(img, script, b)').length -
              document.querySelectorAll('#page .times b').length,
          ]),
          [undefined, 0],
        )
        for (const width of [1280, 360]) {
          await page.setViewportSize({ width, height: 800 })
          assert.ok(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            `${path} is not widened`,
          )
        }
        const table = page.locator('.series-table')
        for (const each of await table.all())
          assert.ok(await each.evaluate(({ offsetWidth }) => offsetWidth <= innerWidth))
        const directions = await page
          .locator('.foreign')
          .evaluateAll((all) => all.map((each) => getComputedStyle(each).unicodeBidi))
        assert.ok(directions.every((direction) => direction === 'isolate'))
        assert.deepEqual(faults, [])
        await context.close()
      }
    } finally {
      await hostile.stop()
    }
  })
})
