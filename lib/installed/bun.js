'use strict'

// Finds installed modules in Bun: each is a plugin's virtual module, for both `require` and `import`. Bun retries one that failed.

/** @typedef {import('./modules').Table} Table */
/** @typedef {{ module(name: string, load: () => { loader: 'object', exports: object }): void }} Builder */

/** @param {any} found */
function virtualModule(found) {
  // with __esModule, `require` returns the default export, which is the object that the loader returned
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
