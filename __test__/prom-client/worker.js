'use strict'

// Records into the default registry of all threads.

const { parentPort } = require('node:worker_threads')
const { Counter, Gauge, Histogram, WorkerRegistry, register } = require('../../prom-client')

const counter = new Counter({ name: 'shared_total', help: 'Of all threads', labelNames: ['thread'] })
const own = new Counter({ name: 'only_in_worker_total', help: 'Of the worker' })
const histogram = new Histogram({ name: 'shared_size', help: 'Of all threads', buckets: [1, 2] })
new Gauge({ name: 'shared_level', help: 'Of all threads' }).set(3)

counter.inc({ thread: 'worker' }, 2)
counter.inc({ thread: 'any' })
own.inc(7)
histogram.observe(1.5)
new WorkerRegistry().shutdown().then(async () => parentPort?.postMessage(await register.metrics()))
parentPort?.once('message', () => {
  // after the main thread has removed it
  own.inc()
  parentPort?.close()
})
