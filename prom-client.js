'use strict'

// The entry `tallystick/prom-client`: what a program that requires prom-client requires instead.

const client = require('./lib/prom-client')

const { AggregatorRegistry, ClusterRegistry, Registry, WorkerRegistry, aggregators, contentType, register } = client
const { Counter, Gauge, Histogram, Pushgateway, Summary, collectDefaultMetrics } = client
const { exponentialBuckets, linearBuckets, openMetricsContentType, prometheusContentType, validateMetricName } = client

// spelled out, so that `import { … }` finds the names without running the file
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
  contentType,
  exponentialBuckets,
  linearBuckets,
  openMetricsContentType,
  prometheusContentType,
  register,
  validateMetricName,
}

/** As a variable, so that Node.js still finds the name above without running the file. */
const CHANGEABLE = 'contentType'

Object.defineProperty(module.exports, CHANGEABLE, {
  enumerable: true,
  get: () => client.contentType,
  set: (type) => {
    client.contentType = type
  },
})
