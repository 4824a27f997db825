'use strict'

// A task that holds its thread until its gate is opened, and returns the thread's id.

const { threadId } = require('node:worker_threads')

module.exports = (gate) => {
  Atomics.add(gate, 1, 1)
  Atomics.wait(gate, 0, 0)
  return threadId
}
