'use strict'

// What each thread measures itself, in this order: a file each. What belongs to the whole process, and the lag of event loops, is
// measured by Rust (`src/process/source.rs`).

/** @type {import('./types').Group[]} */
const groups = [
  require('./event-loop-delay'),
  require('./event-loop-utilization'),
  require('./resources'),
  require('./handles'),
  require('./requests'),
  require('./heap'),
  require('./heap-spaces'),
  require('./garbage-collections'),
]

module.exports = { groups }
