'use strict'

// A worker of workerpool. A thread is held by a gate; a process, which shares no memory with us, by a file that is not there yet.

const fs = require('node:fs')
const { packageOf } = require('../packages')
const holding = require('./holding')

packageOf('workerpool').worker({
  hold: holding,
  fail: () => {
    throw new Error('as it was told')
  },
  wait: (file) => {
    while (!fs.existsSync(file));
    return process.pid
  },
})
