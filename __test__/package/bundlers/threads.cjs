'use strict'

const assert = require('node:assert/strict')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { metrics } = require('tallystick')

metrics.inc('jobs.done')
process.on('warning', (warning) => assert.fail(warning))
// bundled separately, so with its own copy of the package
const worker = new Worker(path.join(__dirname, 'worker.js'))
worker.on('exit', () => {
  assert.equal(metrics.value('jobs.done'), 2)
  console.log('recorded and read')
})
