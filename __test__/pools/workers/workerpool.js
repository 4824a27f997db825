'use strict'

// A worker of workerpool. A gate holds a thread; a process, which shares no memory with us, waits for a file.

const fs = require('node:fs')
const { packageOf } = require('../packages')
const holding = require('./holding')

packageOf('workerpool').worker({
  hold: holding,
  fail: () => {
    throw new Error('rejected on request')
  },
  wait: (file) => {
    while (!fs.existsSync(file));
    return process.pid
  },
})
