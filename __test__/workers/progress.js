'use strict'

// Records endlessly, and stores the count after each recording, until it is terminated.

const { workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const { collector, progress } = workerData
const own = createMetrics(Collector.attach(collector))
const counts = new Int32Array(progress)

for (let count = 1; ; count++) {
  own.inc('progress')
  Atomics.store(counts, 0, count)
}
