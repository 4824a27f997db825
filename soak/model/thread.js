'use strict'

// One of the model's threads: it runs the batches that the main thread sends, and ends in the requested way.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { Executor } = require('./executor')

// families are flooded on purpose
process.removeAllListeners('warning')

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
const { collector, options } = workerData
const executor = new Executor(createMetrics(Collector.attach(collector)), options)

port.on('message', async ({ batch, end }) => {
  if (end === 'exits') process.exit()
  if (end === 'returns') port.close()
  if (batch !== undefined) port.postMessage(await executor.run(batch))
})
port.postMessage('ready')
