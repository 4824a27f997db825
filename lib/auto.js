'use strict'

// Measures an application without a line of its code: HTTP, the process and the runtime, and an endpoint where a port is set.

const { isMainThread } = require('node:worker_threads')
const tallystick = require('..')

/** Once in a thread, however many copies of this file it loads. */
const STARTED = Symbol.for('tallystick/1/auto')

function start() {
  const realm = /** @type {any} */ (globalThis)
  if (realm[STARTED] === true) return
  Object.defineProperty(realm, STARTED, { value: true })
  tallystick.instrument()
  const { collectDefaultMetrics } = /** @type {any} */ (tallystick)
  collectDefaultMetrics?.()
  if (realm.Bun !== undefined) {
    // loaded first, because it keeps Bun's own function
    const { serve } = require('./instrument/bun-serve')
    // the only function that is ever replaced: Bun has no other way, and this module is loaded for nothing else
    realm.Bun.serve = (/** @type {any} */ options) => serve(options)
  }
  const { TALLYSTICK_HOST, TALLYSTICK_PORT } = process.env
  if (isMainThread && TALLYSTICK_PORT !== undefined && TALLYSTICK_PORT !== '') {
    require('./metrics-server').serveMetrics(TALLYSTICK_PORT, TALLYSTICK_HOST)
  }
}

module.exports = { start }
