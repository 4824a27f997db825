'use strict'

// Sets gauges to the same values again on each request, and replies with what it reads itself.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const metrics = createMetrics(Collector.attach(workerData.id))
const up = metrics.gauge('up')
const labelled = metrics.gauge('labelled').labels({ a: 1 })
const last = metrics.gauge({ name: 'last', merge: 'last' })
const pending = metrics.gauge('pending')

parentPort.on('message', (message) => {
  if (message === 'end') return parentPort.close()
  for (const gauge of [up, labelled, last]) gauge.set(1)
  pending.inc()
  parentPort.postMessage([up, labelled, last, pending].map((gauge) => gauge.value()))
})
