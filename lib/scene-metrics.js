'use strict'

// Scene metrics: the names that scenes share (`<prefix>.loopTicks`, `<prefix>.renderAll.calls` …) over one Metrics
// object. A scene keeps its instruments by the caller's own strings, because joining a name costs ten times what
// looking one up does. It makes none before its first use, so that a scene that did nothing has no series.

const { invalidName, notAFunction, notAString } = require('./errors/values')

/** @typedef {import('..').Metrics} Metrics */
/** @typedef {import('..').Counter} Counter */
/** @typedef {import('..').Timing} Timing */
/** @typedef {import('..').SceneMetrics} SceneMetrics */
/** @typedef {string | null | undefined} Reason */
/** @typedef {{ calls: Counter, category: Counter, exact: Counter }} RebuildCounters */

// Trace names are not series, so nothing else bounds them: at this many, a scene drops those that it has cached.
const KEPT_TRACE_NAMES = 1000

/** @type {SceneMetrics['reasonCategory']} */
function reasonCategory(reason) {
  if (reason === undefined || reason === null || reason === '' || reason === 'unknown') return 'unknown'
  if (reason === 'initial' || reason === 'loop') return reason
  if (typeof reason !== 'string') throw notAString('a reason', reason)
  if (reason[0] === 'T') return 'touch'
  if (reason[0] === 'B') return 'button'
  return 'other'
}

/**
 * The methods are bound, so that they may be destructured.
 * @implements {SceneMetrics}
 */
class Scene {
  /** @type {Metrics} */ #metrics
  /** @type {string} */ #prefix
  /** @type {Map<string, Counter>} by suffix */ #counters = new Map()
  /** @type {Map<string, Timing>} by suffix */ #timings = new Map()
  /** @type {Map<string, Timing>} by tile name */ #tiles = new Map()
  /** @type {Map<string, Counter>} by category */ #activationsBy = new Map()
  /** @type {Map<Reason, RebuildCounters>} by reason, also the absent ones */ #rebuilds = new Map()
  /** @type {Map<string, string>} by suffix */ #traceNames = new Map()
  /** @type {Counter | undefined} */ #loopTicks
  /** @type {Counter | undefined} */ #activations
  /** @type {Timing | undefined} */ #renderAll

  /** @param {Metrics} metrics @param {string} prefix */
  constructor(metrics, prefix) {
    this.#metrics = metrics
    this.#prefix = prefix
  }

  prefix = () => this.#prefix
  reasonCategory = reasonCategory

  /** @type {SceneMetrics['inc']} */
  inc = (suffix, delta) => {
    const counter = this.#counters.get(suffix)
    if (counter !== undefined) counter.inc(delta)
    else this.#firstInc(suffix, delta)
  }

  /** @type {SceneMetrics['observeMillis']} */
  observeMillis = (suffix, milliseconds) => {
    const timing = this.#timings.get(suffix)
    if (timing !== undefined) timing.observeMillis(milliseconds)
    else this.#firstObserveMillis(suffix, milliseconds)
  }

  /** @type {SceneMetrics['time']} */
  time = (suffix, fn) => {
    const timing = this.#timings.get(suffix) ?? this.#keepTiming(suffix, fn)
    return timing.time(fn)
  }

  /** @type {SceneMetrics['timeTile']} */
  timeTile = (name, fn) => {
    const timing = this.#tiles.get(name) ?? this.#keepTile(name, fn)
    return timing.time(fn)
  }

  /** @type {SceneMetrics['trace']} */
  trace = (suffix, fields) => {
    const name = this.#traceNames.get(suffix) ?? this.#keepTraceName(suffix)
    this.#metrics.trace(name, fields)
  }

  recordLoopTick = () => {
    const counter = (this.#loopTicks ??= this.#counter('loopTicks'))
    counter.inc()
  }

  /** @type {SceneMetrics['recordActivation']} */
  recordActivation = (reason) => {
    const category = reasonCategory(reason)
    const byCategory = this.#activationsBy.get(category) ?? this.#keepActivation(category)
    const activations = (this.#activations ??= this.#counter('activations'))
    activations.inc()
    byCategory.inc()
  }

  /** @param {Reason} [reason] @param {any} [fn] @returns {any} */
  recordRebuild = (reason, fn) => {
    if (fn !== undefined) checkFunction(fn)
    const { calls, category, exact } = this.#rebuilds.get(reason) ?? this.#keepRebuild(reason)
    calls.inc()
    category.inc()
    exact.inc()
    if (fn === undefined) return undefined
    const timing = (this.#renderAll ??= this.#timing('renderAll'))
    return timing.time(fn)
  }

  /** @param {string} suffix */
  #name(suffix) {
    if (typeof suffix !== 'string') throw notAString('a suffix', suffix)
    return suffix === '' ? this.#prefix : `${this.#prefix}.${suffix}`
  }

  /** @param {string} suffix */
  #counter(suffix) {
    return this.#metrics.counter(this.#name(suffix))
  }

  /** @param {string} suffix */
  #timing(suffix) {
    return this.#metrics.timing(this.#name(suffix))
  }

  // First uses go by name and keep an instrument afterwards, so that a bad one leaves nothing behind.

  /** @param {string} suffix @param {number | null} [delta] */
  #firstInc(suffix, delta) {
    this.#metrics.inc(this.#name(suffix), delta)
    this.#counters.set(suffix, this.#counter(suffix))
  }

  /** @param {string} suffix @param {number} milliseconds */
  #firstObserveMillis(suffix, milliseconds) {
    this.#metrics.observeMillis(this.#name(suffix), milliseconds)
    this.#timings.set(suffix, this.#timing(suffix))
  }

  /** @param {string} suffix @param {unknown} fn */
  #keepTiming(suffix, fn) {
    checkFunction(fn)
    return kept(this.#timings, suffix, this.#timing(suffix))
  }

  /** @param {string} name @param {unknown} fn */
  #keepTile(name, fn) {
    if (typeof name !== 'string' || name === '') throw invalidName(name, 'a tile name')
    checkFunction(fn)
    return kept(this.#tiles, name, this.#timing(`tile.${name}`))
  }

  /** @param {string} category */
  #keepActivation(category) {
    return kept(this.#activationsBy, category, this.#counter(`activations.${category}`))
  }

  /** @param {Reason} reason */
  #keepRebuild(reason) {
    const category = reasonCategory(reason)
    return kept(this.#rebuilds, reason, {
      calls: this.#counter('renderAll.calls'),
      category: this.#counter(`renderAll.reason.${category}`),
      exact: this.#counter(`renderAll.reasonExact.${reason || 'unknown'}`),
    })
  }

  /** @param {string} suffix */
  #keepTraceName(suffix) {
    const name = this.#name(suffix)
    if (this.#traceNames.size === KEPT_TRACE_NAMES) this.#traceNames.clear()
    return kept(this.#traceNames, suffix, name)
  }
}

/** @param {unknown} fn */
function checkFunction(fn) {
  if (typeof fn !== 'function') throw notAFunction('fn', fn)
}

/** @template K, V @param {Map<K, V>} map @param {K} key @param {V} value */
function kept(map, key, value) {
  map.set(key, value)
  return value
}

/** @param {string | null} [prefix] */
function scenePrefix(prefix) {
  if (prefix === undefined || prefix === null || prefix === '') return 'scene'
  if (typeof prefix !== 'string') throw notAString('a scene prefix', prefix)
  return prefix
}

/**
 * Scenes that record with `metrics`.
 * @param {Metrics} metrics
 * @returns {import('..').SceneMetricsFactory}
 */
function createSceneMetrics(metrics) {
  return { create: (prefix) => new Scene(metrics, scenePrefix(prefix)), reasonCategory }
}

module.exports = { createSceneMetrics }
