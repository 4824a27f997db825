'use strict'

// prom-client's interface over Tallystick's cells: the names of prom-client 15 and of @prometheus-io/client 0.16.

const { aggregators } = require('./aggregators')
const { exponentialBuckets, linearBuckets } = require('./buckets')
const { AggregatorRegistry, ClusterRegistry } = require('./cluster')
const { Counter } = require('./counter')
const { collectDefaultMetrics } = require('./default-metrics')
const { Gauge } = require('./gauge')
const { Histogram } = require('./histogram')
const { Pushgateway } = require('./pushgateway')
const { Registry, globalRegistry } = require('./registry')
const { Summary } = require('./summary')
const { validateMetricName } = require('./validation')
const { WorkerRegistry } = require('./worker')

module.exports = {
  AggregatorRegistry,
  ClusterRegistry,
  Counter,
  Gauge,
  Histogram,
  Pushgateway,
  Registry,
  Summary,
  WorkerRegistry,
  aggregators,
  collectDefaultMetrics,
  contentType: Registry.PROMETHEUS_CONTENT_TYPE,
  exponentialBuckets,
  linearBuckets,
  openMetricsContentType: Registry.OPENMETRICS_CONTENT_TYPE,
  prometheusContentType: Registry.PROMETHEUS_CONTENT_TYPE,
  register: globalRegistry,
  validateMetricName,
}

const names = module.exports
Object.defineProperty(names, 'contentType', {
  enumerable: true,
  get: () => globalRegistry.contentType,
  set: (type) => globalRegistry.setContentType(type),
})
