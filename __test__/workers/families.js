'use strict'

// Runs what it is sent, with the metrics of a collector and the handles that it keeps, and replies with the result.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const metrics = createMetrics(Collector.attach(workerData.id))
const held = {}

parentPort.on('message', (source) => {
  if (source === 'end') return parentPort.close()
  parentPort.postMessage(new Function('metrics', 'held', source)(metrics, held))
})
