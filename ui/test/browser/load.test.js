// 2,000 workers that all change four times a second: the page runs as smoothly as an empty one, and its memory does not grow. It runs
// for some seconds; TALLYSTICK_LONG=1 makes it two minutes, on an otherwise idle machine.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { frameRate, heap, launch, openPage, Served, workersOf } from './page.js'

const isLong = process.env.TALLYSTICK_LONG === '1'
const SECONDS = isLong ? 120 : 6
const MOST_GROWTH = 8 * 1024 * 1024

let browser
let served
let timer

before(async () => {
  browser = await launch(['--js-flags=--expose-gc'])
  served = await new Served({ sseInterval: 250 }).start()
  served.size = 2000
  served.workers = workersOf(2000)
  timer = setInterval(() => {
    for (const worker of served.workers) worker.requests++
  }, 100)
})

after(async () => {
  clearInterval(timer)
  await browser.close()
  await served.stop()
})

test('the table of 2,000 workers is smooth, and its memory does not grow', { timeout: 600_000 }, async () => {
  const blank = await openPage(browser, 'about:blank')
  const blankRate = await frameRate(blank.page, 2)
  await blank.context.close()
  const { page, context, faults } = await openPage(browser, `${served.url}/workers?sort=-requests`)
  await page.getByText('2,000 of 2,000').waitFor()
  assert.ok((await page.locator('tbody tr:not(.space)').count()) < 60)
  await frameRate(page, isLong ? 15 : 2)
  const before = await heap(page)
  const rate = await frameRate(page, SECONDS)
  const grown = (await heap(page)) - before
  console.log(
    `frames a second: ${rate.toFixed(1)} of ${blankRate.toFixed(1)} on a blank page; heap grew by ${(grown / 1024).toFixed(0)} KiB in ${SECONDS} s`,
  )
  assert.ok(rate >= (isLong ? 50 : blankRate * 0.5), `${rate} frames a second, a blank page has ${blankRate}`)
  assert.ok(grown < MOST_GROWTH, `${grown} bytes`)
  assert.deepEqual(faults, [])
  await context.close()
})
