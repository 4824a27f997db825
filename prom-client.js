'use strict'

// The entry `tallystick/prom-client`: what a program that requires prom-client requires instead.

const client = require('./lib/prom-client')

module.exports = {
  AggregatorRegistry: client.AggregatorRegistry,
  ClusterRegistry: client.ClusterRegistry,
  Counter: client.Counter,
  Gauge: client.Gauge,
  Histogram: client.Histogram,
  Pushgateway: client.Pushgateway,
  Registry: client.Registry,
  Summary: client.Summary,
  WorkerRegistry: client.WorkerRegistry,
  aggregators: client.aggregators,
  collectDefaultMetrics: client.collectDefaultMetrics,
  contentType: client.contentType,
  exponentialBuckets: client.exponentialBuckets,
  linearBuckets: client.linearBuckets,
  openMetricsContentType: client.openMetricsContentType,
  prometheusContentType: client.prometheusContentType,
  register: client.register,
  validateMetricName: client.validateMetricName,
}

Object.defineProperty(module.exports, 'contentType', {
  enumerable: true,
  get: () => client.contentType,
  set: (type) => {
    client.contentType = type
  },
})
