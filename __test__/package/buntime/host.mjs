// A host of plugins that behaves like Buntime: loads the plugins of the given folder, and serves them and the apps of the folder
// `apps`. Then it sends requests over HTTP, and prints the responses, the log and the figures of its pool as JSON.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createApplication } from './application.mjs'
import { loadPlugins } from './loader.mjs'
import { Pool } from './pool.mjs'

const POOL_SIZE = 10
const IDLE_AFTER = 61_000

/** The log of the plugins. */
const log = []
const level = (name) => (message, details) => log.push({ level: name, message, ...details })
const logger = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((name) => [name, level(name)]))

const plugins = process.argv[2]
const apps = path.resolve('apps')
const pool = new Pool({ maxSize: POOL_SIZE })
const loaded = await loadPlugins({ pluginDirs: [plugins], pool, poolSize: POOL_SIZE, logger })
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  fetch: createApplication({ loaded, pool, appsDir: apps }).fetch,
})
const get = (address, options) => fetch(new URL(address, server.url), options)

/** One worker is idle, one active, one retired, and an app with a worker for each request has had a dozen. */
async function work() {
  for (const app of ['gone@1.0.0', 'mail@2.0.0', 'mail@2.0.0']) await (await get(`/${app}/`)).text()
  pool.retire('gone@1.0.0')
  pool.skew = IDLE_AFTER
  for (const app of ['shop@1.2.0', ...Array(12).fill('once')]) await (await get(`/${app}/`)).text()
}

async function shown(answer) {
  const response = await answer
  const headers = Object.fromEntries(['content-type', 'x-request-id'].map((name) => [name, response.headers.get(name)]))
  return {
    status: response.status,
    type: headers['content-type'],
    id: headers['x-request-id'],
    body: await response.text(),
  }
}

/** The responses of a plugin's routes. @param {{ base: string }} plugin */
async function asked({ base }) {
  const api = `${base}/api/metrics`
  const answers = {
    json: get(`${api}/`),
    prometheus: get(`${api}/prometheus`),
    stats: get(`${api}/stats`),
    post: get(api, { method: 'POST', body: 'anything' }),
    unknown: get(`${api}/nothing`),
    collector: get(`${api}/series`),
    page: get(base),
    view: get(`${base}/workers`),
    elsewhere: get(`${base}/nothing`),
  }
  const entries = Object.entries(answers).map(async ([name, answer]) => [name, await shown(answer)])
  return { ...Object.fromEntries(await Promise.all(entries)), sse: await streamed(`${api}/sse`) }
}

/** A stream's first events, and whether it ends when the host does. */
async function streamed(address) {
  const response = await get(address)
  const events = []
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const whole = text.split('\n\n')
    text = whole.pop()
    for (const event of whole) {
      const data = /^data: ?(.*)$/m.exec(event)
      if (data) events.push(JSON.parse(data[1]))
    }
    if (events.length >= 2) for (const { plugin } of loaded.toReversed()) await plugin.onShutdown?.()
  }
  return { status: response.status, type: response.headers.get('content-type'), events: events.slice(0, 2) }
}

/** All loaded plugins. */
async function answers() {
  if (loaded.length === 0) return {}
  await work()
  const [{ plugin }] = loaded
  const theirs = { metrics: pool.getMetrics(), workers: pool.getWorkerStats() }
  return { name: plugin.name, base: plugin.base, theirs, ...(await asked(plugin)) }
}

const manifest = Bun.YAML.parse(readFileSync(path.join(plugins, 'tallystick', 'manifest.yaml'), 'utf8'))
console.log(JSON.stringify({ manifest, log, ...(await answers()) }))
await server.stop(true)
