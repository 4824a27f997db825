'use strict'

// Records a series once with a kept handle, and again at each message.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const own = createMetrics(Collector.attach(workerData))
const kept = own.counter('jobs').labels({ id: 'worker' })
kept.inc(5)
parentPort.on('message', (message) => {
  if (message === 'end') return parentPort.close()
  kept.inc(2)
  own.inc('jobs', 1, { id: 'by labels' })
  parentPort.postMessage('recorded')
})
parentPort.postMessage('recorded')
