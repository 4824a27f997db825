'use strict'

// Waiting for what another thread, a socket or a clock brings about.

const assert = require('node:assert/strict')
const { setImmediate } = require('node:timers/promises')
const { inspect } = require('node:util')

/** Only against tests that would hang. */
const MOST_MILLIS = 120_000

/**
 * Reads again until what was read is as expected, and returns it.
 * @template T
 * @param {() => T | Promise<T>} read
 * @param {(value: T) => unknown} isReached
 * @param {string} what is waited for, for the error
 * @param {() => Promise<unknown>} [pause] between two readings; otherwise a turn of the event loop
 * @returns {Promise<T>}
 */
async function until(read, isReached, what, pause = setImmediate) {
  const deadline = performance.now() + MOST_MILLIS
  for (;;) {
    const value = await read()
    if (isReached(value)) return value
    if (performance.now() > deadline) assert.fail(`still waiting until ${what}: ${inspect(value)}`)
    await pause()
  }
}

module.exports = { until }
