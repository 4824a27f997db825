'use strict'

// Has no code for default metrics: it only loads the package. Answers each message, and spins for ever if it is asked to.

const { parentPort } = require('node:worker_threads')
const { metrics } = require('../..')

parentPort.on('message', (message) => {
  parentPort.postMessage(message)
  if (message === 'spin') for (;;);
})
parentPort.postMessage(typeof metrics)
