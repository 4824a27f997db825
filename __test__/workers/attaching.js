'use strict'

// Attaches to the collector whose id it receives, reports the result, and keeps what `hold` names until it is asked to release it or
// to end.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { collectFully } = require('../support/garbage')

let held

async function attach() {
  try {
    const collector = Collector.attach(workerData.collector)
    held = workerData.hold === 'instrument' ? createMetrics(collector).counter('held') : collector
  } catch ({ name, code }) {
    return { name, code }
  }
  // so that only `held` holds it
  await collectFully()
  return 'attached'
}

async function release() {
  held = undefined
  await collectFully()
  return 'release'
}

attach().then((outcome) => parentPort.postMessage(outcome))
parentPort.on('message', async (message) => {
  if (message === 'end') return parentPort.close()
  if (message === 'release') return parentPort.postMessage(await release())
  held.inc(message)
  parentPort.postMessage('recorded')
})
