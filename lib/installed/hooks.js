'use strict'

// Resolves `import` in Node with synchronous hooks (`registerHooks`), also in an ES module that is `require`d. They run in the
// importing thread. commonjs.js resolves `require` before Node calls a hook.

const Module = require('node:module')
const { answerRequire } = require('./commonjs')
const { esmSource, exportNames, nameOf, urlOf } = require('./source')

/** @typedef {import('./modules').Table} Table */

/** @param {Table} modules @param {string} name */
function loaded(modules, name) {
  return { format: 'module', source: esmSource(name, exportNames(modules.require(name))), shortCircuit: true }
}

/** @param {Table} modules @returns {import('./modules').Finder} */
function createFinder(modules) {
  answerRequire(modules)
  // The type declarations are those of the oldest supported Node, which has no registerHooks.
  const { registerHooks } = /** @type {any} */ (Module)
  registerHooks({
    resolve(/** @type {string} */ specifier, /** @type {object} */ context, /** @type {Function} */ nextResolve) {
      if (!modules.has(specifier)) return nextResolve(specifier, context)
      return { url: urlOf(specifier, modules.failures(specifier)), shortCircuit: true }
    },
    load(/** @type {string} */ url, /** @type {object} */ context, /** @type {Function} */ nextLoad) {
      const name = nameOf(url)
      return name !== undefined && modules.has(name) ? loaded(modules, name) : nextLoad(url, context)
    },
  })
  return { added() {}, failed() {} }
}

module.exports = { createFinder }
