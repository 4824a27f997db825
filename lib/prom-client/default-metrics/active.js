'use strict'

// What keeps the event loop alive, by type.

const { classNames } = require('../../default-metrics/active')
const { Gauge } = require('../gauge')
const { settingsOf } = require('./settings')

/**
 * @type {{ _getActiveHandles?: () => unknown[], _getActiveRequests?: () => unknown[] }} undocumented, and what prom-client calls
 */
const undocumented = /** @type {any} */ (process)

/**
 * @param {string} what
 * @param {string} help
 * @param {() => string[] | undefined} typesOf one for each that is active; undefined in a runtime that has no such list
 */
function activeMetrics(what, help, typesOf) {
  const byType = `nodejs_active_${what}`
  const total = `nodejs_active_${what}_total`

  /** @param {any} [registry] @param {any} [config] */
  function start(registry, config) {
    if (typesOf() === undefined) return
    const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
    new Gauge({
      name: prefix + byType,
      help,
      labelNames: ['type', ...labelNames],
      registers,
      collect() {
        /** @type {Map<string, number>} */
        const counts = new Map()
        for (const type of typesOf() ?? []) counts.set(type, (counts.get(type) ?? 0) + 1)
        this.reset()
        for (const [type, count] of counts) this.set({ type, ...labels }, count)
      },
    })
    new Gauge({
      name: prefix + total,
      help: `Total number of active ${what}.`,
      registers,
      labelNames,
      collect() {
        this.set(labels, typesOf()?.length ?? 0)
      },
    })
  }

  start.metricNames = [byType, total]
  return start
}

const processHandles = activeMetrics(
  'handles',
  'Number of active libuv handles grouped by handle type. Every handle type is C++ class name.',
  () => classNames(undocumented._getActiveHandles?.()),
)

const processRequests = activeMetrics(
  'requests',
  'Number of active libuv requests grouped by request type. Every request type is C++ class name.',
  () => classNames(undocumented._getActiveRequests?.()),
)

const processResources = activeMetrics(
  'resources',
  'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.',
  () => process.getActiveResourcesInfo?.(),
)

module.exports = { processHandles, processRequests, processResources }
