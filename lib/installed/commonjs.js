'use strict'

// Resolves `require` in every Node, within the CommonJS loader, as Node resolves its own modules. hooks.js and legacy.js resolve
// `import`.

const Module = require('node:module')

/** @typedef {import('./modules').Table} Table */

/**
 * The ending of an addon. A CommonJS file whose source came out of a hook (in Node 22.15 to 22.22: every imported one) is given a
 * `require` that resolves a name with two arguments, not with three or four as others do, and imports the file of that path. Only
 * addons are passed on to `_load`.
 */
const ADDON = '.node'

/** @param {Table} modules */
function answerRequire(modules) {
  const commonjs = /** @type {any} */ (Module)
  const { _load: load, _resolveFilename: resolveFilename } = commonjs
  commonjs._load = function (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) {
    return modules.has(request) ? modules.require(request) : load.call(this, request, ...rest)
  }
  commonjs._resolveFilename = function (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) {
    if (!modules.has(request)) return resolveFilename.call(this, request, ...rest)
    return rest.length === 1 ? request + ADDON : request
  }
}

module.exports = { answerRequire }
