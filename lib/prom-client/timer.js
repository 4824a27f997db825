'use strict'

// The timers of gauges, histograms and summaries.

const { merged } = require('./labels')

/** @typedef {import('./labels').Labels} Labels */

/**
 * Starts a timer: a function that records the seconds since then, and returns them.
 * @template More
 * @param {Labels | undefined} labels
 * @param {(labels: any, seconds: number, more: More | undefined) => void} record
 * @returns {(labels?: Labels, more?: More) => number}
 */
function startTimer(labels, record) {
  // not the captured clock: a test may have installed fake timers
  const start = performance.now()
  return (last, more) => {
    const seconds = (performance.now() - start) / 1000
    record(merged(labels, last), seconds, more)
    return seconds
  }
}

module.exports = { startTimer }
