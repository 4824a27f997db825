'use strict'

// Scene metrics: the names that scenes share (`<prefix>.loopTicks`, `<prefix>.renderAll.calls` …) over one Metrics
// object. A scene keeps its instruments by the caller's own strings, because joining a name costs ten times what
// looking one up does. It makes none before its first use, so that a scene that did nothing has no series.

const { invalidName, notAFunction, notAString } = require('./errors/values')
const { instrumentsOf } = require('./record/collector')
const { checkedName } = require('./record/options')

/** @typedef {import('..').Metrics} Metrics */
/** @typedef {import('..').Counter} Counter */
/** @typedef {import('..').Timing} Timing */
/** @typedef {import('..').SceneMetrics} SceneMetrics */
/** @typedef {import('./record/types').Instruments} Instruments */
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

/** The instruments of the scenes with one prefix. */
class Kept {
  /** @type {Map<string, Counter>} by suffix */ counters = new Map()
  /** @type {Map<string, Timing>} by suffix */ timings = new Map()
  /** @type {Map<string, Timing>} by tile name */ tiles = new Map()
  /** @type {Map<string, Counter>} by category */ activationsBy = new Map()
  /** @type {Map<Reason, RebuildCounters>} by reason, also the absent ones */ rebuilds = new Map()
  /** @type {Counter | undefined} */ loopTicks
  /** @type {Counter | undefined} */ activations
  /** @type {Timing | undefined} */ renderAll

  clear() {
    for (const map of [this.counters, this.timings, this.tiles, this.activationsBy, this.rebuilds]) map.clear()
    this.loopTicks = undefined
    this.activations = undefined
    this.renderAll = undefined
  }
}

/** What a scene has before its first use. */
const NOTHING = new Kept()

/** By collector and prefix. @type {WeakMap<Instruments, Map<string, Kept>>} */
const keptBy = new WeakMap()

/** @param {Instruments} instruments @param {string} prefix */
function keptOf(instruments, prefix) {
  const byPrefix = keptBy.get(instruments) ?? newlyKept(instruments)
  const known = byPrefix.get(prefix)
  if (known !== undefined) return known
  const made = new Kept()
  byPrefix.set(prefix, made)
  return made
}

/**
 * Instruments of a collector are kept until a name is unregistered: they may be that name's, and record nothing any more.
 * @param {Instruments} instruments
 */
function newlyKept(instruments) {
  /** @type {Map<string, Kept>} */
  const byPrefix = new Map()
  keptBy.set(instruments, byPrefix)
  instruments.onUnregister(() => {
    for (const kept of byPrefix.values()) kept.clear()
  })
  return byPrefix
}

/**
 * The methods are bound, so that they may be destructured.
 * @implements {SceneMetrics}
 */
class Scene {
  /** @type {Metrics} */ #metrics
  #instruments
  /** @type {string} */ #prefix
  #kept = NOTHING
  /** @type {Map<string, string>} by suffix */ #traceNames = new Map()

  /** @param {Metrics} metrics @param {string} prefix */
  constructor(metrics, prefix) {
    this.#metrics = metrics
    this.#instruments = instrumentsOf(metrics.collector)
    this.#prefix = prefix
  }

  prefix = () => this.#prefix
  reasonCategory = reasonCategory

  /** @type {SceneMetrics['inc']} */
  inc = (suffix, delta) => {
    const counter = this.#kept.counters.get(suffix)
    if (counter !== undefined) counter.inc(delta)
    else this.#firstInc(suffix, delta)
  }

  /** @type {SceneMetrics['observeMillis']} */
  observeMillis = (suffix, milliseconds) => {
    const timing = this.#kept.timings.get(suffix)
    if (timing !== undefined) timing.observeMillis(milliseconds)
    else this.#firstObserveMillis(suffix, milliseconds)
  }

  /** @type {SceneMetrics['time']} */
  time = (suffix, fn) => {
    const timing = this.#kept.timings.get(suffix) ?? this.#keepTiming(suffix, fn)
    return timing.time(fn)
  }

  /** @type {SceneMetrics['timeTile']} */
  timeTile = (name, fn) => {
    const timing = this.#kept.tiles.get(name) ?? this.#keepTile(name, fn)
    return timing.time(fn)
  }

  /** @type {SceneMetrics['trace']} */
  trace = (suffix, fields) => {
    const name = this.#traceNames.get(suffix) ?? this.#keepTraceName(suffix)
    this.#metrics.trace(name, fields)
  }

  recordLoopTick = () => {
    const counter = this.#kept.loopTicks ?? this.#keepOne('loopTicks', this.#counter('loopTicks'))
    counter.inc()
  }

  /** @type {SceneMetrics['recordActivation']} */
  recordActivation = (reason) => {
    const category = reasonCategory(reason)
    const byCategory = this.#kept.activationsBy.get(category) ?? this.#keepActivation(category)
    const activations = this.#kept.activations ?? this.#keepOne('activations', this.#counter('activations'))
    activations.inc()
    byCategory.inc()
  }

  /** @param {Reason} [reason] @param {any} [fn] @returns {any} */
  recordRebuild = (reason, fn) => {
    if (fn !== undefined) checkFunction(fn)
    const { calls, category, exact } = this.#kept.rebuilds.get(reason) ?? this.#keepRebuild(reason)
    calls.inc()
    category.inc()
    exact.inc()
    if (fn === undefined) return undefined
    const timing = this.#kept.renderAll ?? this.#keepOne('renderAll', this.#timing('renderAll'))
    return timing.time(fn)
  }

  /** Where it keeps its instruments. A scene that does nothing leaves nothing behind. */
  #own() {
    if (this.#kept === NOTHING) this.#kept = keptOf(this.#instruments, this.#prefix)
    return this.#kept
  }

  /** @param {string} suffix */
  #name(suffix) {
    if (typeof suffix !== 'string') throw notAString('a suffix', suffix)
    return suffix === '' ? this.#prefix : `${this.#prefix}.${suffix}`
  }

  // Names may come from outside the program. Those for which the collector has no room share a series, which is looked up each time.

  /** @param {string} suffix @returns {Counter} */
  #counter(suffix) {
    return this.#instruments.named('counter', checkedName(this.#name(suffix)))
  }

  /** @param {string} suffix @returns {Timing} */
  #timing(suffix) {
    return this.#instruments.named('timing', checkedName(this.#name(suffix)))
  }

  // First uses go by name and keep an instrument afterwards, so that a bad one leaves nothing behind.

  /** @param {string} suffix @param {number | null} [delta] */
  #firstInc(suffix, delta) {
    const name = this.#name(suffix)
    this.#metrics.inc(name, delta)
    keep(this.#own().counters, suffix, this.#instruments.counters.get(name))
  }

  /** @param {string} suffix @param {number} milliseconds */
  #firstObserveMillis(suffix, milliseconds) {
    const name = this.#name(suffix)
    this.#metrics.observeMillis(name, milliseconds)
    keep(this.#own().timings, suffix, this.#instruments.timings.get(name))
  }

  /** @param {string} suffix @param {unknown} fn */
  #keepTiming(suffix, fn) {
    checkFunction(fn)
    return keep(this.#own().timings, suffix, this.#timing(suffix))
  }

  /** @param {string} name @param {unknown} fn */
  #keepTile(name, fn) {
    if (typeof name !== 'string' || name === '') throw invalidName(name, 'a tile name')
    checkFunction(fn)
    return keep(this.#own().tiles, name, this.#timing(`tile.${name}`))
  }

  /** @template {Counter | Timing} Value @param {'loopTicks' | 'activations' | 'renderAll'} field @param {Value} value */
  #keepOne(field, value) {
    if (isInstrument(value)) Object.assign(this.#own(), { [field]: value })
    return value
  }

  /** @param {string} category */
  #keepActivation(category) {
    return keep(this.#own().activationsBy, category, this.#counter(`activations.${category}`))
  }

  /** @param {Reason} reason */
  #keepRebuild(reason) {
    const category = reasonCategory(reason)
    const counters = {
      calls: this.#counter('renderAll.calls'),
      category: this.#counter(`renderAll.reason.${category}`),
      exact: this.#counter(`renderAll.reasonExact.${reason || 'unknown'}`),
    }
    if (Object.values(counters).every(isInstrument)) this.#own().rebuilds.set(reason, counters)
    return counters
  }

  /** @param {string} suffix */
  #keepTraceName(suffix) {
    const name = this.#name(suffix)
    if (this.#traceNames.size === KEPT_TRACE_NAMES) this.#traceNames.clear()
    this.#traceNames.set(suffix, name)
    return name
  }
}

/** @param {unknown} fn */
function checkFunction(fn) {
  if (typeof fn !== 'function') throw notAFunction('fn', fn)
}

/**
 * Keeps an instrument.
 * @template {Counter | Timing | undefined} Value
 * @param {Map<string, NonNullable<Value>>} map
 * @param {string} key
 * @param {Value} value
 */
function keep(map, key, value) {
  if (value !== undefined && isInstrument(value)) map.set(key, value)
  return value
}

/** Whether it is that of its name, and not the series of names without room. @param {Counter | Timing} value */
function isInstrument(value) {
  return value.name !== undefined
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
