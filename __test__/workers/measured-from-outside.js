'use strict'

// A process that measures itself, and a worker of its own, and has nothing else to do.

const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { collectDefaultMetrics, metrics } = require('../..')

collectDefaultMetrics({ eventLoopMonitoringPrecision: 1 })
const worker = new Worker(path.join(__dirname, 'measured.js'))
once(worker, 'message').then(async () => {
  const { body } = await metrics.prometheus()
  process.stdout.write(body)
  worker.unref()
})
