'use strict'

// Measures an application without a line of its code: HTTP, the process and the runtime, and an endpoint where a port is set. What
// cannot be measured is a warning, and the application goes on.

const { isMainThread } = require('node:worker_threads')
const { variable } = require('./environment')
const { messageOf } = require('./thrown')

const PORT = 'TALLYSTICK_PORT'

/** Once in a thread, however many copies of this file it loads. */
const STARTED = Symbol.for('tallystick/1/auto')

function start() {
  const realm = /** @type {any} */ (globalThis)
  if (realm[STARTED] === true) return
  Object.defineProperty(realm, STARTED, { value: true })
  // without a binary for this machine there is nothing
  const own = attempt(() => require('..'))
  if (own === undefined) return
  attempt(() => own.instrument())
  attempt(() => own.collectDefaultMetrics())
  if (realm.Bun !== undefined) attempt(() => replaceInBun(realm))
  // loaded where it is needed only
  if (isMainThread && variable(PORT) !== undefined) {
    require('./metrics-server').serveMetrics({ port: PORT, host: 'TALLYSTICK_HOST' })
  }
}

/** @template T @param {() => T} part @returns {T | undefined} */
function attempt(part) {
  try {
    return part()
  } catch (error) {
    process.emitWarning(`tallystick/auto does not measure everything: ${messageOf(error)}`, {
      type: 'TallystickWarning',
      code: 'TALLYSTICK_AUTO',
    })
    return undefined
  }
}

/**
 * The only functions that are ever replaced: Bun has no other way, and this module is loaded for nothing else.
 * @param {any} realm
 */
function replaceInBun(realm) {
  // loaded first, because it keeps Bun's own function
  const { serve } = require('./instrument/bun-serve')
  realm.Bun.serve = (/** @type {any} */ options) => serve(options)
  require('./instrument/bun-workers').preloadInWorkers(require.resolve('../auto.js'))
}

module.exports = { start }
