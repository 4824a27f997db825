'use strict'

// Buntime's pool, `ctx.pool`. Its times are in milliseconds, ours in seconds. Its size is known to the runtime and not to the pool:
// `sized` says it.

const { known } = require('./threads')

/** @typedef {import('../types').Source} Source */

const MILLIS_PER_SECOND = 1000

/** @type {Record<string, string>} its states to ours */
const STATES = { active: 'active', idle: 'idle', ephemeral: 'active', offline: 'terminated' }

/** A pool's numbers as they are called there and here; those of one that has not all of them stay away. */
const POOL_NUMBERS = {
  requestsTotal: 'totalRequests',
  requestsPerSecond: 'requestsPerSecond',
  workersCreatedTotal: 'totalWorkersCreated',
  workersFailedTotal: 'totalWorkersFailed',
  workersRetiredTotal: 'totalWorkersRetired',
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
    extra: () => extraOf(pool.getMetrics()),
  }
}

/** @param {any} stats by worker id */
function workersOf(stats) {
  return Object.entries(stats).map(([id, worker]) => (isObject(worker) ? workerOf(id, worker) : { id }))
}

/** @param {string} id @param {any} stats */
function workerOf(id, stats) {
  const { status, requestCount, ageMs, errorCount, avgResponseTimeMs, totalResponseTimeMs, idleMs } = stats
  return known({
    id,
    app: appOf(id),
    state: Object.hasOwn(STATES, status) ? STATES[status] : status,
    requests: requestCount,
    uptime: seconds(ageMs),
    errorCount,
    avgResponseSeconds: seconds(avgResponseTimeMs),
    totalResponseSeconds: seconds(totalResponseTimeMs),
    idleSeconds: seconds(idleMs),
  })
}

/** Of `apps@name@version` the app is `name@version`; a name may begin with an @ itself. @param {string} id */
function appOf(id) {
  const at = id.indexOf('@')
  const rest = id.slice(at + 1)
  return at > 0 && rest.indexOf('@', 1) > 0 ? rest : id
}

/** @param {any} metrics */
function extraOf(metrics) {
  const numbers = Object.entries(POOL_NUMBERS).map(([ours, theirs]) => [ours, metrics[theirs]])
  const times = { avgResponseSeconds: metrics.avgResponseTimeMs, uptimeSeconds: metrics.uptimeMs }
  const inSeconds = Object.entries(times).map(([name, millis]) => [name, seconds(millis)])
  return known(Object.fromEntries([...numbers, ...inSeconds]))
}

/** What is no number stays what it is: whoever reads it says so. @param {any} millis */
function seconds(millis) {
  return typeof millis === 'number' ? millis / MILLIS_PER_SECOND : millis
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null
}

module.exports = { buntimeSource, sized }
