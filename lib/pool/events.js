'use strict'

// Server-sent events as bytes.

const HEARTBEAT = Buffer.from(': still here\n\n')

/** How long a client waits before it reconnects: at least a second, so that a thousand clients do not flood the server. */
const SHORTEST_RETRY_MILLIS = 1000

/**
 * One event. JSON has no line breaks, so that its data is one line.
 * @param {string | Uint8Array} json
 * @param {number | string} id
 */
function eventOf(json, id) {
  return Buffer.concat([Buffer.from(`id: ${id}\ndata: `), Buffer.from(json), Buffer.from('\n\n')])
}

/** @param {number} interval between events, in milliseconds */
function retryLine(interval) {
  return Buffer.from(`retry: ${Math.max(SHORTEST_RETRY_MILLIS, Math.round(interval))}\n\n`)
}

module.exports = { HEARTBEAT, eventOf, retryLine }
