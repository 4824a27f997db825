'use strict'

// Sets a gauge, drops all objects of its collector, and ends when it is asked to.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { collectFully } = require('../support/garbage')

function set() {
  createMetrics(Collector.attach(workerData.collector)).gauge('kept').set(5)
}

set()
collectFully().then(() => parentPort.postMessage('collected'))
parentPort.on('message', () => parentPort.close())
