'use strict'

// Records into the default collector, without any setup.

const { parentPort } = require('node:worker_threads')
const { Collector, metrics } = require('../..')

metrics.inc('from.worker', 5)
metrics.inc('from.both', 1, { thread: 'worker' })
metrics.observeMillis('from.both', 2)
parentPort.postMessage({ id: Collector.default.id, main: metrics.value('from.main') })
