// Accessibility: light and dark, both languages, small windows, screen readers, and paper.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { axePath, launch, seenIn, servedExample } from './page.js'

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

describe('a user', () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const locale of ['en-GB', 'pt-BR']) {
      test(`can use each view: ${colorScheme}, ${locale}`, async () => {
        for (const path of ['', '/workers', '/workers?id=w3', '/series', '/series?key=db.query%23timing', '/trace']) {
          await seen(
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

  test('can choose theme and language, which are remembered', () =>
    seen('', async (page) => {
      await page.getByRole('combobox', { name: 'Language' }).selectOption('pt')
      await page.getByRole('heading', { name: 'Visão geral' }).waitFor()
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'pt-BR')
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const light = await ground()
      await page.getByRole('combobox', { name: 'Tema' }).selectOption('dark')
      await page.waitForFunction((light) => getComputedStyle(document.body).backgroundColor !== light, light)
      const dark = await ground()
      await page.reload()
      await page.getByRole('heading', { name: 'Visão geral' }).waitFor()
      assert.equal(await ground(), dark)
    }))

  test('can use windows from 360 pixels on', async () => {
    for (const width of [360, 768, 2560]) {
      for (const path of ['', '/workers', '/workers?id=w3', '/series', '/series?key=db.query%23timing', '/trace']) {
        await seen(
          path,
          async (page) => {
            await page.getByText('Live', { exact: true }).waitFor()
            await page.locator('.view > :nth-child(2)').waitFor()
            assert.ok(
              await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
              `${path} at ${width}`,
            )
          },
          { viewport: { width, height: 700 } },
        )
      }
    }
  })

  test('sees the labels of a metric on a phone', () =>
    seen(
      '/series',
      async (page) => {
        const label = page
          .getByRole('row', { name: /^http\.requests / })
          .locator('.label')
          .last()
        const table = page.locator('.scrolled')
        await label.waitFor()
        const ends = async (element) => {
          const { x, width } = await element.boundingBox()
          return x + width
        }
        assert.match(await label.textContent(), /^status=200$/)
        assert.ok((await ends(label)) < (await ends(table)) / 2)
        assert.ok(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth))
      },
      { viewport: { width: 360, height: 700 } },
    ))

  test('gets light paper from a dark page', () =>
    seen(
      '/series',
      async (page) => {
        const label = page.locator('.series-table .label').first()
        await label.waitFor()
        const brightness = () =>
          label.evaluate((element) => Math.min(...getComputedStyle(element).backgroundColor.match(/\d+/g).map(Number)))
        assert.ok((await brightness()) < 60)
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
        assert.ok((await brightness()) > 200)
        await page.emulateMedia({ media: 'screen', colorScheme: 'dark' })
        // canvases follow the theme, which is light while the page is printed
        const theme = (event) =>
          page.evaluate((event) => {
            dispatchEvent(new Event(event))
            return document.documentElement.dataset.theme
          }, event)
        assert.deepEqual([await theme('beforeprint'), await theme('afterprint')], ['light', 'system'])
      },
      { colorScheme: 'dark' },
    ))

  test('prints all rows and no controls', () =>
    seen('/workers', async (page) => {
      await page.getByRole('button', { name: 'w0', exact: true }).waitFor()
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.getByRole('navigation').isVisible(), false)
      assert.ok((await page.pdf()).length > 10_000)
    }))
})
