'use strict'

// Parses durations such as 250ms, 1s and 2m.

const MILLIS = { ms: 1, s: 1000, m: 60_000 }
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m)$/

/** The milliseconds of a text such as `250ms`, `1.5s` or `2m`; `undefined` for any other. */
function parseDuration(text) {
  const [, amount, unit] = DURATION.exec(text) ?? []
  return unit && Number(amount) * MILLIS[unit]
}

module.exports = { parseDuration }
