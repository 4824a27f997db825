'use strict'

// The spaces of V8's heap. Bun's engine has none, though Bun has the function.

const v8 = require('node:v8')
const { isBun } = require('./runtime')

/** @param {string} what @returns {import('./types').ThreadFamily} */
function familyOf(what) {
  return {
    kind: 'gauge',
    name: `nodejs_heap_space_size_${what}_bytes`,
    help: `Process heap space size ${what} from Node.js in bytes.`,
    labelNames: ['space'],
  }
}

const TOTAL = familyOf('total')
const USED = familyOf('used')
const AVAILABLE = familyOf('available')

/** @param {import('./types').ThreadRecorder} recorder @returns {import('./types').Measurement | undefined} */
function start(recorder) {
  if (isBun) return undefined
  return {
    sample() {
      for (const { space_name: name, ...sizes } of v8.getHeapSpaceStatistics()) {
        const labels = { space: name.replace(/_space$/, '') }
        recorder.series(TOTAL, labels).set(sizes.space_size)
        recorder.series(USED, labels).set(sizes.space_used_size)
        recorder.series(AVAILABLE, labels).set(sizes.space_available_size)
      }
    },
  }
}

module.exports = { families: [TOTAL, USED, AVAILABLE], start }
