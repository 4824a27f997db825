'use strict'

// Reads without end, and says when a reading is under way: it is ended from outside.

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
