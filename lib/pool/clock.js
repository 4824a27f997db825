'use strict'

// Times in responses.

function timestamp() {
  return new Date().toISOString()
}

/** Of the process, in seconds: no finer than a millisecond. */
function uptime() {
  return Math.round(process.uptime() * 1000) / 1000
}

module.exports = { timestamp, uptime }
