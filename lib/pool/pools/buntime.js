'use strict'

// Buntime's pool, `ctx.pool`. Its size is known to the runtime and not to the pool: `sized` says it. Its units are milliseconds,
// megabytes and percent; ours are seconds, bytes and ratios.

const { definedFields } = require('./fields')

/** @typedef {import('../types').Source} Source */
/** @typedef {Record<string, [ours: string, divisor?: number]>} Names our name and the divisor, by Buntime's name */

const MILLIS = 1000
const MEGABYTES = 1 / 2 ** 20
const PERCENT = 100

/**
 * Its states to ours. `ephemeral` are workers of a single request, listed when that has ended, and `offline` those that were
 * retired: the pool keeps both as history, and counts neither in its `activeWorkers`.
 * @type {Record<string, string>}
 */
const STATES = { active: 'active', idle: 'idle', ephemeral: 'terminated', offline: 'terminated' }

/** @type {Names} what is counted for ever ends in Total; figures that are not here keep their names */
const OF_A_POOL = {
  totalRequests: ['requestsTotal'],
  totalWorkersCreated: ['workersCreatedTotal'],
  totalWorkersFailed: ['workersFailedTotal'],
  totalWorkersRetired: ['workersRetiredTotal'],
  evictions: ['evictionsTotal'],
  hits: ['hitsTotal'],
  misses: ['missesTotal'],
  hitRate: ['hitRatio', PERCENT],
  avgResponseTimeMs: ['avgResponseSeconds', MILLIS],
  uptimeMs: ['uptimeSeconds', MILLIS],
  memoryUsageMB: ['memoryUsageBytes', MEGABYTES],
}

/** @type {Names} */
const OF_A_WORKER = {
  requestCount: ['requests'],
  ageMs: ['uptime', MILLIS],
  idleMs: ['idleSeconds', MILLIS],
  avgResponseTimeMs: ['avgResponseSeconds', MILLIS],
  totalResponseTimeMs: ['totalResponseSeconds', MILLIS],
  lastResponseTimeMs: ['lastResponseSeconds', MILLIS],
}

/** @param {any} pool */
function isBuntime(pool) {
  return typeof pool.getMetrics === 'function' && typeof pool.getWorkerStats === 'function'
}

/**
 * The pool with the size that its runtime gives it.
 * @param {any} pool
 * @param {() => unknown} size
 */
function sized(pool, size) {
  return {
    get size() {
      return size()
    },
    getMetrics: () => pool.getMetrics(),
    getWorkerStats: () => pool.getWorkerStats(),
  }
}

/** @param {any} pool @returns {Source | undefined} */
function buntimeSource(pool) {
  if (!isBuntime(pool)) return undefined
  return {
    size: () => pool.size,
    workers: () => workersOf(pool.getWorkerStats()),
    extra: () => renamed(pool.getMetrics(), OF_A_POOL),
  }
}

/** @param {any} stats by worker id */
function workersOf(stats) {
  return Object.entries(stats).map(([id, worker]) => (isObject(worker) ? workerOf(id, worker) : { id }))
}

/** @param {string} id @param {any} stats */
function workerOf(id, { status, ...figures }) {
  const state = Object.hasOwn(STATES, status) ? STATES[status] : status
  return definedFields({ ...renamed(figures, OF_A_WORKER), id, app: appOf(id), state })
}

/** The app of `apps@name@version` is `name@version`; a name may start with an @. @param {string} id */
function appOf(id) {
  const at = id.indexOf('@')
  const rest = id.slice(at + 1)
  return at > 0 && rest.indexOf('@', 1) > 0 ? rest : id
}

/** Figures by our names and in our units. @param {any} figures @param {Names} names */
function renamed(figures, names) {
  return Object.fromEntries(
    Object.entries(figures).map(([theirs, value]) => {
      const [ours, divisor = 1] = Object.hasOwn(names, theirs) ? names[theirs] : [theirs]
      // other types are kept: the reading warns of them
      return [ours, typeof value === 'number' ? value / divisor : value]
    }),
  )
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null
}

module.exports = { buntimeSource, sized }
