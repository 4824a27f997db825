'use strict'

// The JavaScript heap.

// biome-ignore lint/style/useNodejsImportProtocol: users' tests mock the name that prom-client requires
const v8 = require('v8')
const { Gauge } = require('../gauge')
const { settingsOf } = require('./settings')

const SIZES = ['nodejs_heap_size_total_bytes', 'nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes']
const SPACES = ['total', 'used', 'available']

/** @param {any} [registry] @param {any} [config] */
function heapSizeAndUsed(registry, config) {
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const helps = [
    'Process heap size from Node.js in bytes.',
    'Process heap size used from Node.js in bytes.',
    'Node.js external memory size in bytes.',
  ]
  const gauges = SIZES.map((name, at) => new Gauge({ name: prefix + name, help: helps[at], registers, labelNames }))
  gauges[0].collect = () => {
    const usage = memoryUsage()
    if (usage === undefined) return
    const { heapTotal, heapUsed, external } = usage
    for (const [at, size] of [heapTotal, heapUsed, external].entries()) {
      if (size !== undefined) gauges[at].set(labels, size)
    }
  }
}

/** It throws on some platforms. */
function memoryUsage() {
  try {
    return process.memoryUsage()
  } catch {
    return undefined
  }
}

/** @param {any} [registry] @param {any} [config] */
function heapSpacesSizeAndUsed(registry, config) {
  if (!hasSpaces()) return
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const gauges = SPACES.map(
    (what) =>
      new Gauge({
        name: `${prefix}nodejs_heap_space_size_${what}_bytes`,
        help: `Process heap space size ${what} from Node.js in bytes.`,
        labelNames: ['space', ...labelNames],
        registers,
      }),
  )
  gauges[0].collect = () => {
    for (const { space_name: name, ...sizes } of v8.getHeapSpaceStatistics()) {
      const values = [sizes.space_size, sizes.space_used_size, sizes.space_available_size]
      const space = { space: name.slice(0, name.indexOf('_space')), ...labels }
      for (const [at, value] of values.entries()) gauges[at].set(space, value)
    }
  }
}

function hasSpaces() {
  try {
    v8.getHeapSpaceStatistics()
    return true
  } catch (error) {
    if (/** @type {any} */ (error).code === 'ERR_NOT_IMPLEMENTED') return false
    throw error
  }
}

heapSizeAndUsed.metricNames = SIZES
heapSpacesSizeAndUsed.metricNames = SPACES.map((what) => `nodejs_heap_space_size_${what}_bytes`)

module.exports = { heapSizeAndUsed, heapSpacesSizeAndUsed }
