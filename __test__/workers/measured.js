'use strict'

// Has no code for default metrics: it only loads the package. Answers each message, and spins or waits for ever if it is asked to.

const { parentPort } = require('node:worker_threads')
const { metrics } = require('../..')

parentPort.on('message', (message) => {
  parentPort.postMessage(message)
  if (message === 'spin') for (;;);
  if (message === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
parentPort.postMessage(typeof metrics)
