'use strict'

// Modules under a prefix, for hosts that run other people's scripts. A registry is the `require` of a sandbox, or is installed into
// the process. It knows names and loaders only; lib/installed makes `require` and `import` find them.

const { missingCollector, moduleNameTaken, notALoader, notARegistry, unknownModule } = require('./errors/modules')
const { invalidName, notAString } = require('./errors/values')
const { createMetrics } = require('./metrics')
const { Collector } = require('./record/collector')
const { readOptions } = require('./record/options')
const { scriptMetrics } = require('./scripts/metrics')

/** @typedef {import('..').ModuleRegistry} Registry */
/** @typedef {import('..').ModuleLoader} ModuleLoader */
/** @typedef {import('..').RegisterModulesOptions} RegisterModulesOptions */

/** Loaded when first needed: most processes install nothing. */
function installed() {
  return require('./installed/modules').installedModules()
}

/** @implements {Registry} */
class ModuleRegistry {
  /** @type {Map<string, ModuleLoader>} */ #loaders = new Map()
  /** @type {Map<string, unknown>} what loaders returned; a loader that threw is called again */ #exports = new Map()
  #installed = false

  /** @type {(name: string) => any} */
  require = (name) => {
    if (this.#exports.has(name)) return this.#exports.get(name)
    const loader = this.#loaders.get(name)
    if (loader === undefined) throw unknownModule(name)
    const exports = loader()
    this.#exports.set(name, exports)
    return exports
  }

  /**
   * A name is registered once: scripts that hold one module must not meet scripts that hold another of the same name.
   * @param {string} name
   * @param {ModuleLoader} loader
   */
  register(name, loader) {
    if (typeof name !== 'string' || name === '') throw invalidName(name, 'a module name')
    if (typeof loader !== 'function') throw notALoader(name, loader)
    if (this.#loaders.has(name)) throw moduleNameTaken(name, 'an earlier registration')
    if (this.#installed) installed().add([name], this.require)
    this.#loaders.set(name, loader)
  }

  install() {
    if (this.#installed) return
    installed().add([...this.#loaders.keys()], this.require)
    this.#installed = true
  }
}

/** Loaded when a script first requires it. @param {import('..').Metrics} metrics @param {string} module */
function scenesOf(metrics, module) {
  const { createSceneMetrics } = require('./scene-metrics')
  return require('./scripts/scene-metrics').scriptSceneMetrics(createSceneMetrics(metrics), module)
}

const AROUND_A_PREFIX = /[\s/]/

/** @param {string | null} [prefix] */
function trimmed(prefix) {
  if (prefix === undefined || prefix === null) return ''
  if (typeof prefix !== 'string') throw notAString('a module prefix', prefix)
  let start = 0
  let end = prefix.length
  while (start < end && AROUND_A_PREFIX.test(prefix[start])) start += 1
  while (end > start && AROUND_A_PREFIX.test(prefix[end - 1])) end -= 1
  return prefix.slice(start, end)
}

/**
 * @param {RegisterModulesOptions} options
 * @returns {(module: string) => import('..').Metrics} the metrics for a module, called when that module is first required
 */
function binder({ collector }) {
  if (collector === undefined) return () => createMetrics(Collector.default)
  if (typeof collector !== 'function') {
    const metrics = createMetrics(collector)
    return () => metrics
  }
  return (module) => {
    const found = collector()
    if (found === undefined || found === null) throw missingCollector(module)
    return createMetrics(found)
  }
}

/** @param {any} value */
function isRegistry(value) {
  try {
    return typeof value?.register === 'function'
  } catch {
    return false
  }
}

/**
 * @param {ModuleRegistry} registry
 * @param {string | null} [prefix]
 * @param {RegisterModulesOptions} [options]
 */
function registerModules(registry, prefix, options = {}) {
  // Not instanceof: the registry may come from another loaded copy of this file.
  if (!isRegistry(registry)) throw notARegistry(registry)
  const root = trimmed(prefix)
  const under = root === '' ? '' : `${root}/`
  const metricsFor = binder(readOptions(options, ['collector']))
  const [metrics, scenes] = [`${under}metrics`, `${under}scene-metrics`]
  registry.register(metrics, () => scriptMetrics(metricsFor('metrics'), metrics))
  registry.register(scenes, () => scenesOf(metricsFor('scene-metrics'), scenes))
}

module.exports = { ModuleRegistry, registerModules }
