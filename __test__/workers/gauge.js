'use strict'

// Sets a gauge to each number that it receives, and confirms it; ends at `null`.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const gauge = createMetrics(Collector.attach(workerData.collector)).gauge(workerData.gauge)

parentPort.on('message', (value) => {
  if (value === null) return parentPort.close()
  gauge.set(value)
  parentPort.postMessage('set')
})
