'use strict'

// Records many label sets, some of which other workers record too, and reports how many recordings it has made.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const { collector, number, times } = workerData
const own = createMetrics(Collector.attach(collector))
const counter = own.counter('flooded')
const timing = own.timing('flooded')

for (let at = 0; at < times; at++) {
  const path = at % 2 === 0 ? `/shared/${at}` : `/${number}/${at}`
  counter.labels({ path, status: at % 10 === 0 ? 500 : 200 }).inc()
  timing.labels({ status: 200, path }).observeMillis(1)
  own.inc(`name ${number} ${at}`)
}
// what others have recorded is found, although there is no room
counter.labels({ path: '/known', status: 200 }).inc()
parentPort.postMessage(times)
