'use strict'

// The runtime: its version, and the durations of its garbage collections.

const { PerformanceObserver, constants } = require('node:perf_hooks')
const { Gauge } = require('../gauge')
const { Histogram } = require('../histogram')
const { settingsOf } = require('./settings')

/** @param {any} [registry] @param {any} [config] */
function version(registry, config) {
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const [major, minor, patch] = process.version.slice(1).split('.').map(Number)
  new Gauge({
    name: `${prefix}nodejs_version_info`,
    help: 'Node.js version info.',
    labelNames: ['version', 'major', 'minor', 'patch', ...labelNames],
    registers,
    aggregator: 'first',
    collect() {
      this.set({ version: process.version, major, minor, patch, ...labels }, 1)
    },
  })
}

const GC_BUCKETS = [0.001, 0.01, 0.1, 1, 2, 5]

/** @type {Map<unknown, string>} */
const GC_KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** @param {any} [registry] @param {any} [config] */
function gc(registry, config) {
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const histogram = new Histogram({
    name: `${prefix}nodejs_gc_duration_seconds`,
    help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
    labelNames: ['kind', ...labelNames],
    buckets: config?.gcDurationBuckets ?? GC_BUCKETS,
    registers,
  })
  const { supportedEntryTypes } = /** @type {any} */ (PerformanceObserver)
  if (!supportedEntryTypes?.includes('gc')) return
  const observer = new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      const kind = GC_KINDS.get(entry.detail?.kind)
      if (kind !== undefined) histogram.observe({ kind, ...labels }, entry.duration / 1000)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
}

version.metricNames = ['nodejs_version_info']
gc.metricNames = ['nodejs_gc_duration_seconds']

module.exports = { gc, version }
