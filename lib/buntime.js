'use strict'

// The service as a plugin of Buntime: its host reads manifest.yaml, calls the function of `pluginEntry` with what stands there, then
// `onInit`, and mounts `routes` under `base`. Everything is read from the host; nothing of it is changed.

const { createPoolMetrics } = require('../index')
const { invalidOptions, missingPeer } = require('./errors')
const { options } = require('./pool/config')
const { sized } = require('./pool/pools/buntime')

/** @typedef {import('../buntime').Context} Context */
/** @typedef {import('../buntime').MetricsPlugin} MetricsPlugin */
/** @typedef {import('../pool').MetricsConfig} MetricsConfig */

const NAME = '@buntime/plugin-metrics'
const DEFAULT_BASE = '/metrics'

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
      // what the factory was called with stays: the host's config is under it
      service.setConfig({ ...ours(context.config), ...own, base })
      if (context.pool !== undefined && context.pool !== null)
        service.setPool(poolOf(context.pool, context.globalConfig))
    },
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
 * @param {import('../pool').PoolMetricsService} service
 * @param {string} base
 */
function createRoutes(service, base) {
  const { Hono } = loadHono()
  const prefix = base.replace(/\/+$/, '')
  return new Hono().all('*', (/** @type {{ req: { raw: Request } }} */ { req }) =>
    service.fetch(placed(req.raw, prefix)),
  )
}

/** The request with its prefix, which Buntime cuts off and other hosts leave. @param {Request} request @param {string} prefix */
function placed(request, prefix) {
  const url = new URL(request.url)
  if (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`)) return request
  url.pathname = prefix + url.pathname
  return new Request(url, request)
}

function loadHono() {
  try {
    // a peer that may be missing, also where types are checked
    return require(/** @type {string} */ ('hono'))
  } catch (cause) {
    throw missingPeer('hono', 'the routes of the Buntime plugin', cause)
  }
}

module.exports = { metricsPlugin }
