'use strict'

// Finds installed modules in Bun: a plugin's virtual module each, for `require` and `import` alike. Bun asks again for
// one that failed.

/** @typedef {import('./modules').Table} Table */
/** @typedef {{ module(name: string, load: () => { loader: 'object', exports: object }): void }} Builder */

/** @param {any} found */
function virtualModule(found) {
  // With __esModule, `require` yields the default export, which is the very object that the loader made.
  return { loader: /** @type {const} */ ('object'), exports: { ...found, default: found, __esModule: true } }
}

/** @param {Table} modules @returns {import('./modules').Finder} */
function createFinder(modules) {
  const { plugin } = /** @type {any} */ (globalThis).Bun
  return {
    added(name) {
      const setup = (/** @type {Builder} */ build) => build.module(name, () => virtualModule(modules.require(name)))
      plugin({ name: `tallystick: ${name}`, setup })
    },
    failed() {},
  }
}

module.exports = { createFinder }
