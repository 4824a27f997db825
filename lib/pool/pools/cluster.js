'use strict'

// node:cluster, in its primary process: a worker is a process. The primary does not know whether one is busy or what it has done: a
// worker that is up is `ready`, and how many are active is absent. Each can serve these numbers for itself.

const nodeCluster = require('node:cluster')
const { elapsed } = require('../../record/clock')
const { definedFields, scriptOf } = require('./fields')

/** @typedef {import('../types').Source} Source */

/** TypeScript knows it as a module of the same name only. @type {any} */
const cluster = nodeCluster

const MILLIS_PER_SECOND = 1000

/** When workers were forked, if that was after this adapter's first use. @type {WeakMap<object, number>} */
const forked = new WeakMap()
let isListening = false

/** @param {any} pool the module, or its namespace object as `import * as cluster` returns it */
function isCluster(pool) {
  return pool === cluster || pool.default === cluster
}

/** @param {any} pool @returns {Source | undefined} */
function clusterSource(pool) {
  if (!isCluster(pool)) return undefined
  if (!isListening) cluster.on?.('fork', (/** @type {object} */ worker) => forked.set(worker, elapsed()))
  isListening = true
  return { size: () => workers().length, workers: () => workers().map(workerOf), busyUnknown: true }
}

/** @returns {any[]} */
function workers() {
  return Object.values(cluster.workers ?? {})
}

/** @param {any} worker */
function workerOf(worker) {
  const began = forked.get(worker)
  return definedFields({
    id: `worker-${worker.id}`,
    app: scriptOf(cluster.settings.exec),
    state: stateOf(worker),
    uptime: began === undefined ? undefined : (elapsed() - began) / MILLIS_PER_SECOND,
    pid: worker.process.pid,
  })
}

/** @param {any} worker */
function stateOf(worker) {
  if (worker.isDead()) return 'terminated'
  if (worker.state === 'online' || worker.state === 'listening') return 'ready'
  return worker.isConnected() && worker.state !== 'disconnected' ? 'creating' : 'terminated'
}

module.exports = { clusterSource }
