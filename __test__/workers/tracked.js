'use strict'

// A tracked worker that follows commands: it works synchronously, then spins forever if requested; `app` is its script's name.

const { parentPort, workerData } = require('node:worker_threads')
const { trackWorker } = require('../..')

const worker = trackWorker({ id: workerData.id, app: 'tracked@1.0.0' })

parentPort.on('message', ({ times, spin, leave }) => {
  for (let at = 0; at < times; at++) worker.run(() => at)
  parentPort.postMessage('done')
  if (spin) {
    worker.run(() => {
      for (;;);
    })
  }
  if (leave) parentPort.close()
})
parentPort.postMessage('ready')
