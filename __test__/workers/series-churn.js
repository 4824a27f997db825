'use strict'

// Counts one series that stays, among series that it creates and removes.

const { workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const metrics = createMetrics(Collector.attach(workerData.id))
const jobs = metrics.counter('jobs')
const open = metrics.gauge('open')

for (let at = 0; at < 20_000; at++) {
  const labels = { id: `${workerData.number} ${at}` }
  jobs.labels({ id: 'stays' }).inc()
  jobs.labels(labels).inc()
  open.labels(labels).set(1)
  jobs.remove(labels)
  open.remove(labels)
}
