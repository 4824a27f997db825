'use strict'

// Adds a callback to the collector that it is sent the id of, and reads the collector when it is asked to.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const { beforeRead, gauge, json } = createMetrics(Collector.attach(workerData.collector))
beforeRead(async () => gauge('worker').inc())

parentPort.on('message', async () => {
  parentPort.postMessage(JSON.parse(Buffer.from(await json())))
})
parentPort.postMessage('ready')
