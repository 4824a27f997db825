// A host of plugins, as Buntime is one: reads a plugin's manifest, calls its function, initialises it, and mounts its routes under
// its base, which it cuts off. Then it asks the routes over HTTP, as `how` says, and prints the answers as JSON.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const how = process.argv[2]
/** The folder of the plugin: that of the package. */
const folder = path.dirname(fileURLToPath(import.meta.resolve('tallystick/package.json')))
const manifestFile = path.join(folder, 'manifest.yaml')
const manifest = { ...Bun.YAML.parse(readFileSync(manifestFile, 'utf8')), ...JSON.parse(process.argv[3] ?? '{}') }

const pool = {
  getMetrics: () => ({ activeWorkers: 1, totalRequests: 42, avgResponseTimeMs: 3, uptimeMs: 5000 }),
  getWorkerStats: () => ({
    'apps@shop@1.2.0': {
      status: 'active',
      requestCount: 40,
      errorCount: 1,
      ageMs: 4000,
      idleMs: 0,
      avgResponseTimeMs: 3,
    },
    'apps@mail@2.0.0': {
      status: 'idle',
      requestCount: 2,
      errorCount: 0,
      ageMs: 3000,
      idleMs: 900,
      avgResponseTimeMs: 3,
    },
  }),
}

async function load() {
  const { default: createPlugin } = await import(pathToFileURL(path.join(folder, manifest.pluginEntry)).href)
  const plugin = createPlugin(manifest)
  await plugin.onInit({ pool, config: manifest, globalConfig: { poolSize: 10 }, logger: console })
  return plugin
}

/** The server of a host that cuts the base off, or of one that leaves it. */
async function mounted(plugin) {
  if (how === 'mounting') {
    const { Hono } = await import('hono')
    return new Hono().route(plugin.base, plugin.routes)
  }
  return {
    fetch(request) {
      const url = new URL(request.url)
      if (!url.pathname.startsWith(`${plugin.base}/`)) return new Response('the host', { status: 404 })
      url.pathname = url.pathname.slice(plugin.base.length)
      return plugin.routes.fetch(new Request(url, request))
    },
  }
}

/** What the routes answer. */
async function asked(origin) {
  const get = (route, options) => fetch(`${origin}${manifest.base}/api/metrics${route}`, options)
  const shown = async (response) => ({
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
  })
  const [json, prometheus, stats] = await Promise.all(
    ['/', '/prometheus', '/stats'].map(async (route) => shown(await get(route))),
  )
  const stream = await get('/sse')
  const sse = { status: stream.status, type: stream.headers.get('content-type'), events: await eventsOf(stream, 2) }
  const post = (await get('/', { method: 'POST' })).status
  const unknown = (await get('/nothing')).status
  const page = await shown(await fetch(`${origin}${manifest.base}/workers`))
  return { json, prometheus, stats, sse, post, unknown, page }
}

/** The data of the first events of a stream. */
async function eventsOf(stream, count) {
  const events = []
  let text = ''
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const whole = text.split('\n\n')
    text = whole.pop()
    for (const event of whole) {
      const data = /^data: ?(.*)$/m.exec(event)
      if (data) events.push(JSON.parse(data[1]))
    }
    if (events.length >= count) break
  }
  return events.slice(0, count)
}

if (manifest.enabled) {
  const plugin = await load()
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', ...(await mounted(plugin)) })
  console.log(JSON.stringify({ name: plugin.name, base: plugin.base, ...(await asked(server.url.origin)) }))
  await server.stop(true)
} else {
  console.log(JSON.stringify(manifest))
}
