'use strict'

// Default metrics under prom-client's names and in its order. `docs/default-metrics.md` has those of Tallystick itself, which measure
// all threads.

const { processHandles, processRequests, processResources } = require('./default-metrics/active')
const { eventLoopLag, eventLoopUtilization } = require('./default-metrics/event-loop')
const { heapSizeAndUsed, heapSpacesSizeAndUsed } = require('./default-metrics/heap')
const {
  osMemoryHeap,
  processCpuTotal,
  processMaxFileDescriptors,
  processOpenFileDescriptors,
  processStartTime,
} = require('./default-metrics/process')
const { gc, version } = require('./default-metrics/runtime')
const { isObject } = require('./labels')

const groups = {
  processCpuTotal,
  processStartTime,
  osMemoryHeap,
  processOpenFileDescriptors,
  processMaxFileDescriptors,
  eventLoopLag,
  eventLoopUtilization,
  processResources,
  processHandles,
  processRequests,
  heapSizeAndUsed,
  heapSpacesSizeAndUsed,
  version,
  gc,
}

/** @param {any} [config] */
function collectDefaultMetrics(config) {
  if (config !== null && config !== undefined && !isObject(config)) {
    throw new TypeError('config must be null, undefined, or an object')
  }
  const settings = { eventLoopMonitoringPrecision: 10, ...config }
  for (const start of Object.values(groups)) start(settings.register, settings)
}

collectDefaultMetrics.metricsList = Object.keys(groups)

module.exports = { collectDefaultMetrics }
