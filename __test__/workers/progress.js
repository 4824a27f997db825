'use strict'

// Records without end, and writes after each recording how many there were: it is ended from outside.

const { workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const { collector, progress } = workerData
const own = createMetrics(Collector.attach(collector))
const counts = new Int32Array(progress)

for (let count = 1; ; count++) {
  own.inc('progress')
  Atomics.store(counts, 0, count)
}
