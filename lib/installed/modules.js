'use strict'

// The modules that `require` and `import` of this thread find by name. A thread has one table, for all registries and all loaded
// copies of this file, so that a name means one module. A finder connects the table to the runtime: bun.js, hooks.js (Node with
// synchronous hooks) or legacy.js (older Node).

const Module = require('node:module')
const { moduleNameTaken } = require('../errors/modules')
const { TABLE_KEY } = require('./source')

/** @typedef {InstalledModules} Table */
/** @typedef {(name: string) => unknown} Require */
/** @typedef {{ added(name: string): void, failed(name: string, failures: number): void }} Finder */
/** @typedef {{ require: Require, failures: number }} Entry */

class InstalledModules {
  /** @type {Map<string, Entry>} */ #entries = new Map()
  /** @type {Finder} */ #finder

  constructor() {
    this.#finder = createFinder(this)
  }

  /**
   * Adds all of the names or none.
   * @param {string[]} names
   * @param {Require} require
   */
  add(names, require) {
    for (const name of names) this.#refuseTaken(name)
    for (const name of names) {
      this.#entries.set(name, { require, failures: 0 })
      this.#finder.added(name)
    }
  }

  /** @param {string} name */
  has(name) {
    return this.#entries.has(name)
  }

  /**
   * How often loading this module has failed. It belongs in a module's URL: Node remembers a failure by URL, and a
   * module whose collector was missing must load once it is there.
   * @param {string} name
   */
  failures(name) {
    return this.#entries.get(name)?.failures ?? 0
  }

  /** @param {string} name */
  require(name) {
    const entry = /** @type {Entry} */ (this.#entries.get(name))
    try {
      return entry.require(name)
    } catch (error) {
      entry.failures += 1
      this.#finder.failed(name, entry.failures)
      throw error
    }
  }

  /** @param {string} name */
  #refuseTaken(name) {
    if (this.#entries.has(name)) throw moduleNameTaken(name, 'another installed registry')
    if (Module.isBuiltin(name)) throw moduleNameTaken(name, 'the runtime')
    // such a name would shadow files of other packages
    if (/^[./#]/.test(name)) throw moduleNameTaken(name, 'the files it is a path to')
  }
}

/** @param {Table} modules @returns {Finder} */
function createFinder(modules) {
  if (process.versions.bun !== undefined) return require('./bun').createFinder(modules)
  if ('registerHooks' in Module) return require('./hooks').createFinder(modules)
  return require('./legacy').createFinder(modules)
}

/** @returns {InstalledModules} */
function installedModules() {
  const shared = /** @type {Record<symbol, InstalledModules>} */ (/** @type {unknown} */ (globalThis))
  const key = Symbol.for(TABLE_KEY)
  shared[key] ??= new InstalledModules()
  return shared[key]
}

module.exports = { installedModules }
