// `npm run screenshots`: the demo under load, as pictures for the README.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'

import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { launch, openPage } from './page.js'

const root = path.resolve(fileURLToPath(new URL('.', import.meta.url)), '..', '..', '..')
const folder = path.join(root, 'docs', 'page')
/** So many rows must have changed before the charts show something. */
const SECONDS = 40

const pictures = [
  { name: 'overview', path: '', colorScheme: 'light', height: 580 },
  { name: 'metrics', path: '/series', colorScheme: 'dark', height: 760 },
]

/** The demo, and the address of its page. */
async function startDemo() {
  const demo = spawn(process.execPath, ['scripts/start.js', '--port', '0', '--workers', '4', '--load'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: demo.stdout })) {
    const [, url] = /open +(http:\S+\/metrics)/.exec(line) ?? []
    if (url !== undefined) return { demo, url }
  }
  throw new Error('the demo ended before it said where its page is')
}

const { demo, url } = await startDemo()
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
