'use strict'

// The JavaScript heap of a thread.

const v8 = require('node:v8')
const { isBun } = require('./runtime')

/** @typedef {import('./types').ThreadFamily} ThreadFamily */

/** @type {ThreadFamily} */
const TOTAL = { kind: 'gauge', name: 'nodejs_heap_size_total_bytes', help: 'Process heap size from Node.js in bytes.' }
/** @type {ThreadFamily} */
const USED = {
  kind: 'gauge',
  name: 'nodejs_heap_size_used_bytes',
  help: 'Process heap size used from Node.js in bytes.',
}
/** @type {ThreadFamily} */
const EXTERNAL = { kind: 'gauge', name: 'nodejs_external_memory_bytes', help: 'Node.js external memory size in bytes.' }

/** The same numbers, each from the function that is fast in its runtime. */
const read = isBun ? () => process.memoryUsage() : readOfV8

function readOfV8() {
  const { total_heap_size: heapTotal, used_heap_size: heapUsed, external_memory: external } = v8.getHeapStatistics()
  return { heapTotal, heapUsed, external }
}

/** @param {import('./types').ThreadRecorder} recorder @returns {import('./types').Measurement} */
function start(recorder) {
  return {
    sample() {
      const { heapTotal, heapUsed, external } = read()
      recorder.series(TOTAL).set(heapTotal)
      recorder.series(USED).set(heapUsed)
      recorder.series(EXTERNAL).set(external)
    },
  }
}

module.exports = { families: [TOTAL, USED, EXTERNAL], start }
