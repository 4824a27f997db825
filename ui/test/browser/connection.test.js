// How the page reads: one stream, of what is visible; and how it handles a server that goes away.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, openPage, Served, workersOf } from './page.js'

let browser

before(async () => {
  browser = await launch()
})

after(() => browser.close())

/** A service with some workers, and its page. */
async function withPage(path, look, { config, proxy } = {}) {
  const served = await new Served(config, proxy).start()
  served.workers = workersOf(4)
  served.metrics.inc('jobs.done', 3)
  served.metrics.trace('begun')
  const opened = await openPage(browser, served.url + path)
  try {
    await look(opened.page, served)
    assert.deepEqual(opened.faults, [])
  } finally {
    await opened.context.close()
    await served.stop()
  }
}

/** The streams that a page has opened, and the open ones. */
async function streamsOf(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const all = []
  const open = new Set()
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.url.includes('/sse')) return
    all.push(request.url)
    open.add(requestId)
  })
  for (const name of ['Network.loadingFailed', 'Network.loadingFinished'])
    session.on(name, ({ requestId }) => open.delete(requestId))
  return { all, open }
}

async function until(page, isSo) {
  for (const end = Date.now() + 20_000; !(await isSo()); ) {
    assert.ok(Date.now() < end, 'it never became so')
    await page.evaluate(() => new Promise((resolve) => queueMicrotask(resolve)))
  }
}

test('the page waits for a server that was killed, and reads it again when it is back', () =>
  withPage('', async (page, served) => {
    await page.getByText('Live', { exact: true }).waitFor()
    await served.stop()
    await page.getByText(/^Reconnecting, stale since \d\d:\d\d:\d\d$/).waitFor()
    const paleness = () => page.locator('.view').evaluate((view) => getComputedStyle(view).opacity)
    assert.ok((await paleness()) < 1)
    served.workers = workersOf(8, () => ({ state: 'active' }))
    await served.start()
    await page.getByText('The pool is exhausted').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    assert.equal(await paleness(), '1')
  }))

test('one stream is open at a time, of what is visible', () =>
  withPage('/trace', async (page) => {
    await page.getByText('Live', { exact: true }).waitFor()
    const { all, open } = await streamsOf(page)
    for (const [name, view] of [
      ['Overview', 'pool'],
      ['Workers', 'stats'],
      ['Metrics', 'series'],
      ['Trace', 'trace'],
    ]) {
      await page.getByRole('link', { name, exact: true }).click()
      await until(page, () => all.some((url) => url.includes(`view=${view}`)) && open.size === 1)
      await page.getByText('Live', { exact: true }).waitFor()
    }
    assert.ok(all.filter((url) => url.includes('view=series')).every((url) => url.includes('keys=jobs.done%23counter')))
  }))

test('a page that is paused or hidden reads nothing, and resumes afterwards', () =>
  withPage('', async (page, served) => {
    await page.getByText('Live', { exact: true }).waitFor()
    const { open } = await streamsOf(page)
    await page.getByRole('link', { name: 'Workers' }).click()
    await until(page, () => open.size === 1)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused', { exact: true }).waitFor()
    await until(page, () => open.size === 0)
    await page.getByRole('button', { name: 'Resume' }).click()
    await until(page, () => open.size === 1)
    const hide = (isHidden) =>
      page.evaluate((isHidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await hide(true)
    await until(page, () => open.size === 0)
    served.workers[0].requests = 777
    await hide(false)
    await page.getByText('777').waitFor()
  }))

test('the page reports a missing pool until there is one, and the other views work', async () => {
  const { createRequire } = await import('node:module')
  const { createPoolMetrics } = createRequire(import.meta.url)('../../..')
  const served = await new Served().start()
  served.service = createPoolMetrics({ collector: served.collector, sseInterval: 100 })
  served.metrics.inc('jobs.done')
  served.metrics.trace('begun')
  const { page, context } = await openPage(browser, served.url)
  // the overview is that of an app, which needs no pool
  await page.getByText('No requests are measured').waitFor()
  await page.getByRole('link', { name: 'Workers' }).click()
  await page.getByText('No pool yet').waitFor()
  await page.getByText('service.setPool(').waitFor()
  for (const [name, text] of [
    ['Metrics', 'jobs.done'],
    ['Trace', 'begun'],
  ]) {
    await page.getByRole('link', { name }).click()
    await page.getByText(text, { exact: true }).first().waitFor()
  }
  await page.getByRole('link', { name: 'Overview' }).click()
  served.service.setPool({ size: 4, workers: workersOf(4) })
  await page.getByText('The pool has capacity').waitFor()
  await context.close()
  await served.stop()
})

test('the page reports a missing collector and missing permission', async () => {
  await withPage('/series', (page) => page.getByText('No collector configured').waitFor(), {
    config: { collector: null },
  })
  let mayAsk = true
  await withPage(
    '/workers',
    async (page) => {
      await page.getByText('Live', { exact: true }).waitFor()
      mayAsk = false
      await page.getByRole('link', { name: 'Overview' }).click()
      await page.getByText('Access denied').waitFor()
    },
    { config: { authorize: () => mayAsk } },
  )
})

const proxies = [
  ['under its own base', {}, {}],
  ['under a deep base', { base: '/admin/deep/metrics' }, { mount: '/admin/deep/metrics' }],
  ['behind a proxy that strips a prefix', {}, { mount: '/inner/metrics', cut: '/inner' }],
  ['behind a proxy that strips everything', { base: '/' }, { mount: '/tools/metrics', cut: '/tools/metrics' }],
  ['at the root', { base: '/' }, { mount: '' }],
]

for (const [where, config, proxy] of proxies) {
  test(`every view has an address that can be reloaded: ${where}`, () =>
    withPage(
      '',
      async (page, { url }) => {
        await page.getByText('The pool has capacity').waitFor()
        assert.equal(await page.locator('header').evaluate((header) => getComputedStyle(header).display), 'flex')
        await page.getByRole('link', { name: 'Workers' }).click()
        await page.getByText('w3', { exact: true }).waitFor()
        assert.equal(page.url(), `${url}/workers`)
        await page.reload()
        await page.getByText('w3', { exact: true }).waitFor()
        for (const [path, text] of [
          ['/workers?id=w2', 'app-2@latest'],
          ['/series', 'jobs.done'],
          ['/trace', 'begun'],
          ['/', 'The pool has capacity'],
        ]) {
          await page.goto(url + path)
          await page.getByText(text, { exact: true }).first().waitFor()
        }
      },
      { config, proxy },
    ))
}
