'use strict'

// Records the requested number of times, into series that all workers share and into its own, confirms it, and waits to be terminated.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const { collector, times, number } = workerData
const own = createMetrics(Collector.attach(collector))
const bound = own.counter('work').labels({ worker: number })

for (let at = 0; at < times; at++) {
  own.inc('work')
  bound.inc()
  own.observeNanos('work', at)
}
parentPort.once('message', () => parentPort.close())
parentPort.postMessage('recorded')
