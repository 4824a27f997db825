// Answers requests as Buntime does: by the routes of a plugin, whose base it strips, unless they answer 404; then by the plugin's
// page, served from its folder by the pool; then by an app.

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const REQUEST_ID = 'x-request-id'
/** In seconds. */
const DEFAULTS = { ttl: 0, idleTimeout: 60 }

/** @param {{ loaded: { plugin: any, folder: string }[], pool: any, appsDir: string }} host */
export function createApplication({ loaded, pool, appsDir }) {
  const bases = loaded.filter(({ plugin }) => plugin.routes).map(({ plugin }) => plugin.base)
  if (new Set(bases).size < bases.length) throw new Error(`Route collision: ${bases}`)

  async function fetch(request) {
    const id = request.headers.get(REQUEST_ID) ?? crypto.randomUUID()
    const body = request.body ? await request.clone().arrayBuffer() : null
    const { pathname } = new URL(request.url)
    const app = appOf(pathname)
    for (const { plugin } of loaded) {
      const answer = await plugin.onRequest?.(request, app)
      if (answer instanceof Response) return answer
    }
    const response =
      (await ofServers(request)) ?? (await ofRoutes(request, pathname, id, body)) ?? (await ofApp(request, app))
    if (response === null) return new Response('Not Found', { status: 404, headers: { [REQUEST_ID]: id } })
    const headers = new Headers(response.headers)
    headers.set(REQUEST_ID, id)
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
  }

  async function ofServers(request) {
    for (const { plugin } of loaded) {
      const response = await plugin.server?.fetch?.(request)
      if (response && response.status !== 404) return response
    }
    return null
  }

  /** The longest base first. */
  async function ofRoutes(request, pathname, id, body) {
    const plugins = loaded.map(({ plugin }) => plugin).filter(({ routes }) => routes)
    for (const { base, routes } of plugins.sort((one, other) => other.base.length - one.base.length)) {
      if (base !== '' && pathname !== base && !pathname.startsWith(`${base}/`)) continue
      const headers = new Headers(request.headers)
      headers.set(REQUEST_ID, id)
      const response = await routes.fetch(
        new Request(cut(request.url, base), { method: request.method, headers, body }),
      )
      if (response.status !== 404) return response
    }
    return null
  }

  async function ofApp(request, app) {
    if (app === undefined) return null
    return pool.fetch(app.folder, app.config, new Request(cut(request.url, app.base), request))
  }

  /** Every plugin is also an app, which serves its page. */
  function appOf(pathname) {
    const isBelow = (base) => pathname === base || pathname.startsWith(`${base}/`)
    const owner = loaded.find(({ plugin }) => isBelow(plugin.base))
    if (owner) return { base: owner.plugin.base, folder: owner.folder, config: configOf(owner.folder) }
    const name = pathname.split('/')[1]
    const folder = path.join(appsDir, name)
    return name && existsSync(folder) ? { base: `/${name}`, folder, config: configOf(folder) } : undefined
  }

  return { fetch }
}

function cut(address, base) {
  const url = new URL(address)
  return new URL((url.pathname.slice(base.length) || '/') + url.search, url.origin)
}

function configOf(folder) {
  const file = path.join(folder, 'manifest.yaml')
  return { ...DEFAULTS, ...(existsSync(file) ? Bun.YAML.parse(readFileSync(file, 'utf8')) : {}) }
}
