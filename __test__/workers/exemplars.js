'use strict'

// Records with exemplars into the collector of its parent, and with a function of its own.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const own = createMetrics(Collector.attach(workerData.id))
own
  .counter('jobs')
  .labels({ of: 'worker' })
  .inc(1, { exemplar: { trace_id: 'of the worker' } })
own.collector.setExemplars(() => ({ trace_id: 'by its function' }))
own.timing('run').observeMillis(3)
parentPort?.postMessage('recorded')
