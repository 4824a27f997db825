'use strict'

// Sends one event to many readers, a few at a time: a write is a system call of some microseconds, and a thousand at once would block
// the event loop for tens of milliseconds.

// Captured at load, so that fake timers installed later do not stop a stream.
const { setImmediate } = require('node:timers')

const AT_A_TIME = 50

/**
 * @param {Iterable<import('./types').Reader>} readers the present readers; one that closes in the meantime ignores the event
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
