'use strict'

// Finds installed modules in Node ≥ 22.15, whose hooks run in this thread and serve `require` and `import` alike.

const Module = require('node:module')
const { commonjsSource, esmSource, exportNames, nameOf, urlOf } = require('./source')

/** @typedef {import('./modules').Table} Table */
/** @typedef {{ conditions: string[] }} Context */

/**
 * @param {Table} modules
 * @param {string} name
 * @param {Context} context
 */
function loaded(modules, name, { conditions }) {
  if (conditions.includes('require')) return { format: 'commonjs', source: commonjsSource(name), shortCircuit: true }
  const names = exportNames(modules.require(name))
  return { format: 'module', source: esmSource(name, names), shortCircuit: true }
}

/** @param {Table} modules @returns {import('./modules').Finder} */
function createFinder(modules) {
  // The type declarations are those of the oldest supported Node, which has no registerHooks.
  const { registerHooks } = /** @type {any} */ (Module)
  registerHooks({
    resolve(/** @type {string} */ specifier, /** @type {Context} */ context, /** @type {Function} */ nextResolve) {
      if (!modules.has(specifier)) return nextResolve(specifier, context)
      return { url: urlOf(specifier, modules.failures(specifier)), shortCircuit: true }
    },
    load(/** @type {string} */ url, /** @type {Context} */ context, /** @type {Function} */ nextLoad) {
      const name = nameOf(url)
      if (name === undefined || !modules.has(name)) return nextLoad(url, context)
      return loaded(modules, name, context)
    },
  })
  return { added() {}, failed() {} }
}

module.exports = { createFinder }
