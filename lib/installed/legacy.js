'use strict'

// Resolves `import` in Node before 22.15, which has no synchronous hooks, in a loader thread (legacy-thread.js). That thread receives
// new names through a port, so that it waits for this thread only for the names of a module's exports. In these versions `require`
// of an ES module bypasses the loader thread, so the installed modules that it imports are not found.

const Module = require('node:module')
const { pathToFileURL } = require('node:url')
const { MessageChannel } = require('node:worker_threads')
const { answerRequire } = require('./commonjs')
const { exportNames } = require('./source')

/** @typedef {import('./modules').Table} Table */
/** @typedef {{ type: string, message: string, code: string | undefined }} Failure an error on its way to that thread */
/** @typedef {{ name: string, failures: number }} Installed */
/** @typedef {{ name: string, names: string[] } | { name: string, failure: Failure }} Answer */

/** @param {any} error @returns {Failure} */
function failureOf(error) {
  const code = typeof error?.code === 'string' ? error.code : undefined
  return { type: String(error?.name), message: String(error?.message ?? error), code }
}

/** @param {Table} modules @param {string} name @returns {Answer} */
function exportNamesOf(modules, name) {
  try {
    return { name, names: exportNames(modules.require(name)) }
  } catch (error) {
    return { name, failure: failureOf(error) }
  }
}

/** @param {Table} modules */
function answerImport(modules) {
  // Node before 20.6 has no way to resolve `import`
  if (typeof Module.register !== 'function') return undefined
  const { port1: port, port2 } = new MessageChannel()
  // Node 20.6 and 20.7 take the parent only as this argument, and only as a string
  const parentURL = pathToFileURL(__filename).href
  Module.register('./legacy-thread.js', parentURL, { data: { port: port2 }, transferList: [port2] })
  port.on('message', (name) => port.postMessage(exportNamesOf(modules, name)))
  port.unref()
  return port
}

/** @param {Table} modules @returns {import('./modules').Finder} */
function createFinder(modules) {
  answerRequire(modules)
  const port = answerImport(modules)
  return {
    added: (name) => port?.postMessage({ name, failures: 0 }),
    failed: (name, failures) => port?.postMessage({ name, failures }),
  }
}

module.exports = { createFinder }
