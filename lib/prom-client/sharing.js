'use strict'

// Whether the default registry of this copy is shared: by all threads, and with the instruments of `tallystick` itself. Test runners
// load modules once more for each file and expect an empty registry, as they get it with prom-client.

const LOADED = Symbol.for('tallystick/prom-client')

/** @type {{ [LOADED]?: Set<string> }} */
const realm = /** @type {any} */ (globalThis)

/** Jest and Vitest, whose files may share a process or a thread. */
const isTestRunner = process.env.JEST_WORKER_ID !== undefined || process.env.VITEST !== undefined

function load() {
  if (realm[LOADED] === undefined) Object.defineProperty(realm, LOADED, { value: new Set() })
  const files = /** @type {Set<string>} */ (realm[LOADED])
  const isReloaded = files.has(__filename)
  files.add(__filename)
  return isReloaded || isTestRunner
}

module.exports = { isAlone: load(), isTestRunner }
