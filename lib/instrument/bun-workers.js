'use strict'

// Worker threads of Bun, which do not inherit `--preload`: their constructors are replaced by ones that add a file to it.

const fs = require('node:fs')
const threads = require('node:worker_threads')

/** @param {string} file that the workers load before their own */
function preloadInWorkers(file) {
  // an executable that Bun compiled has no files
  if (!fs.existsSync(file)) return
  const realm = /** @type {any} */ (globalThis)
  realm.Worker = preloading(realm.Worker, file)
  /** @type {any} */ const module = threads
  module.Worker = preloading(module.Worker, file)
}

/** @param {any} Worker @param {string} file @returns {any} */
function preloading(Worker, file) {
  /** @type {any} */
  const proxy = new Proxy(Worker, {
    construct(target, [script, options, ...more], newTarget) {
      const changed = [script, withPreload(options, file), ...more]
      return Reflect.construct(target, changed, newTarget === proxy ? target : newTarget)
    },
  })
  return proxy
}

/** @param {any} options of a worker @param {string} file */
function withPreload(options = {}, file) {
  // Bun rejects what is not an object
  if (typeof options !== 'object' || options === null) return options
  const { preload = [] } = options
  return { ...options, preload: [file, ...(Array.isArray(preload) ? preload : [preload])] }
}

module.exports = { preloadInWorkers }
