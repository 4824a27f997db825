'use strict'

// Reads endlessly, and reports when a reading is in progress, until it is terminated.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const own = createMetrics(Collector.attach(workerData.collector))

async function read() {
  for (;;) {
    const pending = [own.prometheus(), own.json(), own.prometheus()]
    parentPort.postMessage('reading')
    await Promise.all(pending)
  }
}

read()
