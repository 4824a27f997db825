'use strict'

// The successor's registry of all worker threads. Threads share the default registry, so there is nobody to request metrics from: its
// calls answer at once.

const { isMainThread } = require('node:worker_threads')
const { Registry, checkedRegistries, globalRegistry } = require('./registry')

/** @type {InstanceType<typeof Registry>[]} */
let registries = [globalRegistry]

class WorkerRegistry extends Registry {
  /** @param {string} [contentType] @param {boolean} [primary] */
  constructor(contentType, primary = isMainThread) {
    super(contentType)
    this.primary = primary
  }

  /** The metrics of all threads, as one text. */
  async workerMetrics() {
    const metrics = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()))
    if (metrics.flat().length === 0) return ''
    return await Registry.aggregate(metrics, this.contentType).metrics()
  }

  /** A thread that ends has lost nothing. */
  async shutdown() {}

  static workerCount() {
    return 0
  }

  /** @param {InstanceType<typeof Registry> | InstanceType<typeof Registry>[]} given instead of the default registry */
  static setRegistries(given) {
    registries = checkedRegistries(given)
  }
}

module.exports = { WorkerRegistry }
