'use strict'

// The service as a plugin of Buntime: its host reads manifest.yaml, calls the function of `pluginEntry` with what stands there, then
// `onInit`, and mounts `routes` under `base`. Everything is read from the host; nothing of it is changed.

const { createPoolMetrics } = require('../index')
const { missingPeer } = require('./errors/modules')
const { invalidOptions } = require('./errors/options')
const { checkedBase, options } = require('./pool/config')
const { sized } = require('./pool/pools/buntime')

/** @typedef {import('../buntime').Context} Context */
/** @typedef {import('../buntime').MetricsPlugin} MetricsPlugin */
/** @typedef {import('../pool').MetricsConfig} MetricsConfig */
/** @typedef {(request: Request) => Promise<Response>} Fetch */

const NAME = '@buntime/plugin-metrics'
const DEFAULT_BASE = '/metrics'
const API = '/api/metrics'
const NOT_FOUND = 404
const GONE = 410

/**
 * @param {MetricsConfig} [config]
 * @returns {MetricsPlugin}
 */
function metricsPlugin(config = {}) {
  const own = ours(config)
  const service = createPoolMetrics(own)
  const base = own.base ?? DEFAULT_BASE
  /** @type {unknown} */
  let routes
  return {
    name: NAME,
    base,
    get routes() {
      routes ??= createRoutes(service, base)
      return /** @type {MetricsPlugin['routes']} */ (routes)
    },
    onInit(context) {
      if (typeof context !== 'object' || context === null) throw invalidOptions(context)
      const { logger, pool, globalConfig } = context
      // what the factory was called with stays: the host's config is under it
      service.setConfig({ ...ours(context.config), ...own, base })
      if (pool === undefined || pool === null) {
        logger?.warn(`Metrics: the host has no pool, so the routes of one under ${base}${API} answer 503`)
        return
      }
      service.setPool(poolOf(pool, globalConfig))
      logger?.info(`Metrics: the pool is at ${base}${API}`)
    },
    onShutdown: () => service.close(),
  }
}

/** What is ours of a manifest or of what its host makes of it. @param {any} config @returns {MetricsConfig} */
function ours(config = {}) {
  if (typeof config !== 'object' || config === null) throw invalidOptions(config)
  return Object.fromEntries(options.filter((name) => config[name] !== undefined).map((name) => [name, config[name]]))
}

/** Buntime's own pool does not know its size: the runtime does. @param {any} pool @param {Context['globalConfig']} globalConfig */
function poolOf(pool, globalConfig) {
  const isBuntime = typeof pool.getMetrics === 'function' && typeof pool.getWorkerStats === 'function'
  return isBuntime ? sized(pool, () => globalConfig?.poolSize ?? pool.size) : pool
}

/**
 * A Hono app, which others may mount. The host only calls its `fetch`, and a package that is linked or copied into a folder of
 * plugins has no hono beside it: then that is all there is.
 * @param {import('../pool').PoolMetricsService} service
 * @param {string} base
 */
function createRoutes(service, base) {
  const prefix = checkedBase(base)
  const fetch = (/** @type {Request} */ request) =>
    isBelow(request, prefix) ? service.fetch(request) : fetchCut(service, request, prefix)
  try {
    // a peer that may be missing, also where types are checked
    const { Hono } = require(/** @type {string} */ ('hono'))
    return new Hono().all('*', (/** @type {{ req: { raw: Request } }} */ { req }) => fetch(req.raw))
  } catch (cause) {
    return new PlainRoutes(fetch, cause)
  }
}

/** Routes without Hono. */
class PlainRoutes {
  #cause

  /** @param {Fetch} fetch @param {unknown} cause why there is no Hono */
  constructor(fetch, cause) {
    this.fetch = fetch
    this.#cause = cause
  }

  /** What a Hono app reads of one that it mounts. */
  get routes() {
    throw missingPeer('hono', 'the routes of the Buntime plugin, to be mounted in a Hono app,', this.#cause)
  }
}

/** @param {Request} request @param {string} prefix */
function isBelow({ url }, prefix) {
  const { pathname } = new URL(url)
  return pathname === prefix || pathname.startsWith(`${prefix}/`)
}

/**
 * The answer to a request whose prefix was cut off, as Buntime does. It takes a 404 as leave to answer with its page: what is not
 * found below `api/metrics` is therefore answered with 410. Everything else is the page's.
 * @param {import('../pool').PoolMetricsService} service
 * @param {Request} request
 * @param {string} prefix
 */
async function fetchCut(service, request, prefix) {
  const url = new URL(request.url)
  const isOfApi = url.pathname === API || url.pathname.startsWith(`${API}/`)
  url.pathname = prefix + url.pathname
  const response = await service.fetch(new Request(url, request))
  if (response.status !== NOT_FOUND || !isOfApi) return response
  return new Response(response.body, { status: GONE, headers: response.headers })
}

module.exports = { metricsPlugin }
