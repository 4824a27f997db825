'use strict'

// Records as often as it is told to, in series that all workers share and in one of its own, says so, and waits for the end.

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
