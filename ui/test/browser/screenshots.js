// `npm run screenshots`: pictures of the demo under load, for the README.

import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'

import { fileURLToPath } from 'node:url'
import { startDemo } from './demo.js'
import { launch, openPage } from './page.js'

const root = path.resolve(fileURLToPath(new URL('.', import.meta.url)), '..', '..', '..')
const folder = path.join(root, 'docs', 'page')
/** After this time the charts show something, and the load is near its peak. */
const SECONDS = 70

const pictures = [
  { name: 'overview', path: '', colorScheme: 'light', height: 880 },
  { name: 'metrics', path: '/series', colorScheme: 'dark', height: 760 },
]

const { demo, url } = await startDemo(4)
const browser = await launch()
try {
  mkdirSync(folder, { recursive: true })
  const views = await Promise.all(
    pictures.map(({ path, colorScheme, height }) =>
      openPage(browser, url + path, { colorScheme, viewport: { width: 1280, height } }),
    ),
  )
  const uptime = async () => (await (await fetch(`${url}/api/metrics/`)).json()).uptime
  for (const end = (await uptime()) + SECONDS; (await uptime()) < end; ) {
    await views[0].page.evaluate(() => new Promise(requestAnimationFrame))
  }
  for (const [at, { page }] of views.entries()) {
    const file = path.join(folder, `${pictures[at].name}.png`)
    await page.bringToFront()
    await page.screenshot({ path: file })
    console.log(path.relative(root, file))
  }
} finally {
  await browser.close()
  demo.kill('SIGINT')
  await once(demo, 'close')
}
