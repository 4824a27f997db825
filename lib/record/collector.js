'use strict'

// Collectors, as objects of one thread, and their windows.

const binding = require('../native')
const { callbacksOf } = require('./callbacks')
const { Instruments } = require('./instruments')
const { checkedFlag, checkedMaxSeries, checkedTtl, notInRange, readOptions } = require('./options')

/** @typedef {import('../..').Snapshot} Snapshot */
/** @typedef {import('./types').Reference} Reference */
/** @typedef {import('./types').Instruments} InstrumentsType */

const optionErrors = () => require('../errors/options')

const DEFAULT_TRACE_LIMIT = 500
const MAX_TRACE_LIMIT = 1_000_000
const OPTIONS = ['traceLimit', 'labels', 'exemplars', 'maxSeries', 'selfMetrics', 'ttl']
/** How many families `cardinality()` returns without `limit`. */
const DEFAULT_CARDINALITY_LIMIT = 10
const MAX_CARDINALITY_LIMIT = 1_000_000

/** What one reader has seen since it last reset. */
class Window {
  #window
  /** keeps the collector alive, which the window itself does not */
  #instruments

  /** @param {InstrumentsType} instruments */
  constructor(instruments) {
    this.#instruments = instruments
    this.#window = binding.openWindow(this.#instruments.reference)
  }

  /** @returns {Snapshot} */
  snapshot() {
    return this.#read(false)
  }

  /** @returns {Snapshot} */
  snapshotAndReset() {
    return this.#read(true)
  }

  /** @param {boolean} resets whether the window starts over afterwards @returns {Snapshot} */
  #read(resets) {
    callbacksOf(this.#instruments).runSync()
    return require('./parsing').parsedSnapshot((longest) => binding.windowSnapshot(this.#window, resets, longest))
  }

  /**
   * The binding's object for a window of this collector; undefined for anything else.
   * @param {any} window
   * @param {InstrumentsType} instruments
   */
  static referenceOf(window, instruments) {
    const isWindow = typeof window === 'object' && window !== null && #window in window
    return isWindow && window.#instruments === instruments ? window.#window : undefined
  }
}

const windowReferenceOf = Window.referenceOf
// not part of the public class
Reflect.deleteProperty(Window, 'referenceOf')

/** Loaded at the first `read()`: most processes use other readings. */
function structuredReading() {
  return require('../structured-reading')
}

/** What a `FinalizationRegistry` reports of an object that was garbage at once; collectors have ids from 1. */
const GARBAGE = 0
/** Passed to the constructor together with existing instruments. */
const ATTACHED = Symbol('attached')

class Collector {
  /** @type {Map<number, WeakRef<InstrumentsType>>} the instruments that this thread holds, by collector */
  static #held = new Map()
  /** @type {FinalizationRegistry<number>} */
  static #dropped = new FinalizationRegistry((id) => {
    if (id === GARBAGE) return Collector.#releaseAbandoned()
    if (Collector.#held.get(id)?.deref() === undefined) Collector.#held.delete(id)
  })
  /**
   * What this thread attached to and other threads hold: a gauge keeps its value even if this thread keeps no object of it.
   * @type {Set<InstrumentsType>}
   */
  static #attached = new Set()
  /** whether the next garbage collection leads to a look at them */
  static #isWatching = false
  /** @type {Collector | undefined} */
  static #default

  #instruments
  #id

  /**
   * @param {import('../..').CollectorOptions} [options]
   * @param {symbol} [attached]
   * @param {InstrumentsType} [instruments]
   */
  constructor(options, attached, instruments) {
    const held = attached === ATTACHED ? instruments : undefined
    this.#instruments = held ?? openNew(options)
    this.#instruments.collector = new WeakRef(this)
    this.#id = binding.collectorId(this.#instruments.reference)
    if (held === undefined) Collector.#hold(this.#id, this.#instruments)
  }

  /** @param {number} id @param {InstrumentsType} instruments */
  static #hold(id, instruments) {
    Collector.#held.set(id, new WeakRef(instruments))
    Collector.#dropped.register(instruments, id)
  }

  /** @param {Reference} reference */
  static #open(reference) {
    const instruments = new Instruments(reference)
    Collector.#hold(binding.collectorId(reference), instruments)
    return new Collector(undefined, ATTACHED, instruments)
  }

  static get default() {
    Collector.#default ??= Collector.#open(binding.openDefault())
    return Collector.#default
  }

  /** @param {number} id */
  static attach(id) {
    if (!Number.isInteger(id) || id < 1 || id > 0xffffffff) throw require('../errors/collectors').notACollectorId(id)
    const held = Collector.#held.get(id)?.deref()
    if (held !== undefined) return held.collector?.deref() ?? new Collector(undefined, ATTACHED, held)
    const reference = binding.openAttached(id)
    if (reference === null) throw require('../errors/collectors').unknownCollector(id)
    const collector = Collector.#open(reference)
    Collector.#attached.add(collector.#instruments)
    Collector.#watch()
    return collector
  }

  /** Looks after the next garbage collection which collectors their makers have dropped. */
  static #watch() {
    if (Collector.#isWatching) return
    Collector.#isWatching = true
    Collector.#dropped.register({}, GARBAGE)
  }

  /** From then on, those live as long as their objects here. */
  static #releaseAbandoned() {
    Collector.#isWatching = false
    for (const instruments of Collector.#attached) {
      if (binding.isAbandoned(instruments.reference)) Collector.#attached.delete(instruments)
    }
    if (Collector.#attached.size > 0) Collector.#watch()
  }

  get id() {
    return this.#id
  }

  /** @type {import('../..').Collector['beforeRead']} */
  beforeRead(fn, options) {
    return callbacksOf(this.#instruments).add(fn, options)
  }

  get callbackFailures() {
    return callbacksOf(this.#instruments).failures
  }

  /** @type {import('../..').Collector['setExemplars']} */
  setExemplars(source) {
    this.#instruments.setExemplars(checkedSource(source))
  }

  window() {
    return new Window(this.#instruments)
  }

  /** @type {import('../..').Collector['read']} */
  async read(options) {
    return await structuredReading().read(this.#instruments, windowReferenceOf, options)
  }

  /** @type {import('../..').Collector['readSync']} */
  readSync(options) {
    return structuredReading().readSync(this.#instruments, windowReferenceOf, options)
  }

  /** @param {import('../..').Labels} labels */
  setLabels(labels) {
    // nothing is probably a mistake, as `{}` removes them
    if (labels === undefined || labels === null) throw require('../errors/values').notLabels(labels)
    binding.setLabels(this.#instruments.reference, require('./label-strings').flatLabels(labels))
  }

  clear() {
    this.#instruments.clear()
  }

  /** @param {number} series */
  setMaxSeries(series) {
    const checked = checkedMaxSeries(series)
    if (checked === undefined)
      throw optionErrors().invalidOption('maxSeries', series, 'a whole number from 1, or Infinity')
    binding.setMaxSeries(this.#instruments.reference, checked)
  }

  /** @param {boolean} shown */
  setSelfMetrics(shown) {
    if (typeof shown !== 'boolean') throw optionErrors().invalidOption('selfMetrics', shown, 'true or false')
    binding.setSelfMetrics(this.#instruments.reference, shown)
  }

  /** @type {import('../..').Collector['cardinality']} */
  cardinality(options = {}) {
    const { limit = DEFAULT_CARDINALITY_LIMIT } = readOptions(options, ['limit'])
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_CARDINALITY_LIMIT) {
      throw notInRange('limit', limit, `a whole number from 1 to ${MAX_CARDINALITY_LIMIT}`)
    }
    const families = binding.cardinality(this.#instruments.reference, limit)
    return /** @type {import('../..').FamilyCardinality[]} */ (families)
  }

  /** For other files of this package. @param {unknown} collector @returns {InstrumentsType} */
  static instrumentsOf(collector) {
    if (typeof collector !== 'object' || collector === null || !(#instruments in collector))
      throw require('../errors/collectors').notACollector(collector)
    return collector.#instruments
  }
}

/** @param {unknown} collector */
const instrumentsOf = Collector.instrumentsOf
// not part of the public class
Reflect.deleteProperty(Collector, 'instrumentsOf')

/** @param {import('../..').CollectorOptions | undefined} options */
function openNew(options) {
  const given = options === undefined ? {} : options
  const {
    traceLimit = DEFAULT_TRACE_LIMIT,
    labels,
    exemplars,
    maxSeries,
    selfMetrics,
    ttl,
  } = readOptions(given, OPTIONS)
  if (!Number.isInteger(traceLimit) || traceLimit < 0 || traceLimit > MAX_TRACE_LIMIT) {
    throw optionErrors().optionOutOfRange('traceLimit', traceLimit, `a whole number from 0 to ${MAX_TRACE_LIMIT}`)
  }
  const shown = checkedFlag('selfMetrics', selfMetrics)
  const source = checkedSource(exemplars)
  const flat = require('./label-strings').flatLabels(labels)
  const instruments = new Instruments(binding.openNew(traceLimit, flat, checkedMaxSeries(maxSeries), checkedTtl(ttl)))
  if (shown !== undefined) binding.setSelfMetrics(instruments.reference, shown)
  if (source !== undefined) instruments.setExemplars(source)
  return instruments
}

/** @param {unknown} source @returns {import('../..').ExemplarSource | undefined} */
function checkedSource(source) {
  if (source === undefined || source === null) return undefined
  if (typeof source !== 'function') throw require('../errors/values').notAFunction('exemplars', source)
  return /** @type {import('../..').ExemplarSource} */ (source)
}

module.exports = { Collector, instrumentsOf }
