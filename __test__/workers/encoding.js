'use strict'

// A process that records in two threads, and prints its series as HdrHistogram encodings.

const { once } = require('node:events')
const { Worker, isMainThread } = require('node:worker_threads')
const { HdrHistogram, metrics } = require('../..')

const timing = metrics.timing('latency')
const bytes = metrics.histogram('bytes')

function record(from, to) {
  for (let at = from; at < to; at++) {
    timing.observeNanos(at * 1000)
    timing.labels({ route: '/' }).observeNanos(at)
    bytes.observe(at / 8)
  }
}

async function main() {
  record(1, 500)
  await once(new Worker(__filename), 'exit')
  const encodings = {
    latency: HdrHistogram.from(timing).encode(),
    labelled: HdrHistogram.from(timing.labels({ route: '/' })).encode(),
    bytes: HdrHistogram.from(bytes).encode(),
  }
  console.log(JSON.stringify(encodings))
}

if (isMainThread) main()
else record(500, 1001)
