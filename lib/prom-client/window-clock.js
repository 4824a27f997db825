'use strict'

// Windows of summaries slide in real time, in Rust. prom-client's slide by `Date`, which fake timers move: a reading passes on how far it
// is ahead.

const { elapsed } = require('../record/clock')

/** Milliseconds. A smaller difference is drift between the clocks, not a fake timer. */
const LEAST = 50

/** When the latest window began, by both clocks. @type {{ date: number, elapsed: number } | undefined} */
let start

function startWindow() {
  start = { date: Date.now(), elapsed: elapsed() }
}

/** How far `Date` is ahead of the real clock since the latest window began, in milliseconds. */
function aheadMillis() {
  if (start === undefined) return 0
  const ahead = Math.round(Date.now() - start.date - (elapsed() - start.elapsed))
  return ahead < LEAST ? 0 : ahead
}

module.exports = { aheadMillis, startWindow }
