'use strict'

// A task that holds its thread until its gate is opened, and tells which thread it was.

const { threadId } = require('node:worker_threads')

module.exports = (gate) => {
  Atomics.add(gate, 1, 1)
  Atomics.wait(gate, 0, 0)
  return threadId
}
