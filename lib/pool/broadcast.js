'use strict'

// One event to many readers, a few at a time: a write costs some microseconds of the system's, and a thousand of them at a stretch
// would hold the event loop for tens of milliseconds.

// Captured at load, so that fake timers installed later stop no stream.
const { setImmediate } = require('node:timers')

const AT_A_TIME = 50

/**
 * @param {Iterable<import('./types').Reader>} readers those that there are now; who has gone meanwhile takes no notice
 * @param {Uint8Array} bytes
 */
async function broadcast(readers, bytes) {
  let written = 0
  for (const reader of [...readers]) {
    if (written++ % AT_A_TIME === AT_A_TIME - 1) await new Promise((resolve) => setImmediate(resolve))
    reader.write(bytes)
  }
}

module.exports = { broadcast }
