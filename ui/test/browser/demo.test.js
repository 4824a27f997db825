// The demo under real load, seen on its page.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { startDemo } from './demo.js'
import { launch, openPage } from './page.js'

let browser
let demo
let url

before(async () => {
  const started = await startDemo(2)
  demo = started.demo
  url = started.url
  browser = await launch()
})

after(async () => {
  await browser?.close()
  demo?.kill('SIGINT')
  if (demo?.exitCode === null) await once(demo, 'close')
})

test('the page shows that threads draw, and their counts grow', async () => {
  const { page, context, faults } = await openPage(browser, `${url}/workers`)
  const row = page.locator('tbody tr', { hasText: 'thread-' }).first()
  await row.waitFor()
  assert.equal(await page.locator('tbody tr', { hasText: 'tiles' }).count(), 2)
  const drawn = async () => Number((await row.locator('.requests').textContent()).replaceAll(',', ''))
  const first = await drawn()
  await page.waitForFunction(
    (first) => Number(document.querySelector('tbody .requests').textContent.replaceAll(',', '')) > first,
    first,
  )
  const { workers } = await (await fetch(`${url}/api/metrics/stats`)).json()
  assert.ok(workers.some(({ requests }) => requests >= first))
  await page.getByRole('link', { name: 'Metrics' }).click()
  await page.getByRole('region', { name: 'Scene tiles' }).getByText('initial').waitFor()
  await page.getByRole('link', { name: 'Trace' }).click()
  await page.getByRole('rowheader', { name: 'load.begin' }).waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByText(/[12] of 2 workers active/).waitFor()
  assert.deepEqual(faults, [])
  await context.close()
})
