'use strict'

// Aggregators make reports. By default an aggregator is a window of the recorder's collector, and Rust makes the report: events are
// not emitted for it. If the user gives a function for a kind of event, that function alone handles the kind: it receives each event
// and keeps its own values in the aggregator's objects.

const { recursiveReport } = require('../errors/events')
const { notAFunction } = require('../errors/values')
const { readOptions } = require('../record/options')
const { numberOf } = require('../record/kinds')
const { checkedComposites, pairsOf } = require('./composites')
const { HiddenGauges } = require('./hidden-gauges')
const { checkedQuantiles } = require('./quantiles')
const { recordingOf } = require('./recording')
const { Reports, put } = require('./reports')
const { DEFAULT_STRATEGIES } = require('./strategies')

/** @typedef {import('../..').AggregatorConfig} AggregatorConfig */
/** @typedef {import('./hub').EventKind} EventKind */

/** The kinds of events, and the kinds of metric that their default strategies read. */
const KINDS = { counter: 'counter', gauge: 'gauge', histogram: 'histogram', timer: 'timing' }
const EVENTS = /** @type {EventKind[]} */ (Object.keys(KINDS))

class Aggregator {
  #recording
  #composites
  /** @type {InstanceType<typeof Reports> | undefined} none once it is closed */
  #reports
  #hidden
  /** @type {[EventKind, (event: any) => unknown][]} */
  #listeners
  /** The values that users' functions keep. */
  #counters = bare()
  #gauges = bare()
  #histograms = bare()
  #isReporting = false

  /** @param {import('../..').Recorder} recorder @param {AggregatorConfig | null} [config] */
  constructor(recorder, config) {
    this.#recording = recordingOf(recorder)
    const { quantiles, composites, strategies } = checkedConfig(config)
    this.#composites = composites
    this.#hidden = new HiddenGauges(this.#recording)
    this.#listeners = strategies.map(([kind, strategy]) => [kind, this.#listener(strategy)])
    const replaced = strategies.map(([kind]) => kind)
    const kinds = EVENTS.filter((kind) => !replaced.includes(kind)).map((kind) => numberOf(KINDS[kind]))
    this.#reports = new Reports(this.#recording.reference, kinds, quantiles)
    this.clearGauges()
    for (const [kind, listener] of this.#listeners) this.#recording.hub.on(kind, listener)
  }

  /** @param {(...args: any[]) => unknown} strategy */
  #listener(strategy) {
    return (/** @type {any} */ event) => strategy(event, this.#histograms, this.#counters, this.#gauges)
  }

  report() {
    return this.#report(false)
  }

  reportAndClear() {
    return this.#report(true)
  }

  /** @param {boolean} clears */
  #report(clears) {
    if (this.#isReporting) throw recursiveReport()
    this.#isReporting = true
    try {
      const merged = this.#merged(clears)
      if (clears) {
        this.#counters = bare()
        this.#histograms = bare()
      }
      return this.#composed(merged)
    } finally {
      this.#isReporting = false
    }
  }

  /** What was recorded, and what users' functions keep. @param {boolean} clears @returns {import('../..').Report<any, any, any>} */
  #merged(clears) {
    const { counters, gauges, histograms } = this.#recorded(clears)
    this.#hidden.removeFrom(gauges)
    for (const [name, value] of Object.entries(this.#counters)) put(counters, name, added(counters, name, value))
    for (const [name, value] of Object.entries(this.#gauges)) put(gauges, name, snapshotOf(value))
    for (const [name, value] of Object.entries(this.#histograms)) put(histograms, name, snapshotOf(value))
    return { counters, gauges, histograms }
  }

  /**
   * Adds the counters of composites, which receive objects without a prototype.
   * @param {import('../..').Report<any, any, any>} report
   */
  #composed(report) {
    if (this.#composites.length === 0) return report
    const [counters, gauges, histograms] = [bare(report.counters), bare(report.gauges), bare(report.histograms)]
    for (const composite of this.#composites) {
      for (const [name, value] of pairsOf(composite(counters, histograms, gauges))) counters[name] = value
    }
    return { counters: { ...counters }, gauges: { ...gauges }, histograms: { ...histograms } }
  }

  /** What the default strategies report. @param {boolean} [clears] @returns {import('../..').Report} */
  #recorded(clears = false) {
    return this.#reports?.read(this.#recording.families, clears) ?? { counters: {}, gauges: {}, histograms: {} }
  }

  clear() {
    this.clearCounters()
    this.clearHistograms()
  }

  clearCounters() {
    this.#counters = bare()
    this.#reports?.clearCounters()
  }

  clearHistograms() {
    this.#histograms = bare()
    this.#reports?.clearHistograms()
  }

  clearGauges() {
    this.#gauges = bare()
    this.#hidden.hide(this.#recorded().gauges)
  }

  close() {
    for (const [kind, listener] of this.#listeners) this.#recording.hub.off(kind, listener)
    this.#listeners = []
    this.#composites = []
    this.#reports = undefined
    this.#counters = bare()
    this.#gauges = bare()
    this.#histograms = bare()
  }
}

/**
 * An object for any names. Without a prototype, `__proto__` and `constructor` are ordinary names.
 * @param {Record<string, any>} [entries]
 * @returns {Record<string, any>}
 */
function bare(entries) {
  return Object.assign(Object.create(null), entries)
}

/**
 * Adds what a function counted to what was counted by default; any other value replaces it.
 * @param {Record<string, any>} counters
 * @param {string} name
 * @param {any} value
 */
function added(counters, name, value) {
  const recorded = Object.hasOwn(counters, name) ? counters[name] : undefined
  return typeof value === 'number' && typeof recorded === 'number' ? recorded + value : snapshotOf(value)
}

/** @param {any} value */
function snapshotOf(value) {
  return typeof value?.snapshot === 'function' ? value.snapshot() : value
}

const OPTIONS = ['quantiles', 'composites', ...EVENTS]

/** @param {any} config */
function checkedConfig(config) {
  const { quantiles, composites, ...given } = readOptions(config ?? {}, OPTIONS)
  return {
    quantiles: checkedQuantiles(quantiles),
    composites: checkedComposites(composites),
    strategies: strategiesOf(given),
  }
}

/** @param {any} given @returns {[EventKind, (...args: any[]) => unknown][]} */
function strategiesOf(given) {
  const isOwn = (/** @type {unknown} */ strategy, /** @type {EventKind} */ kind) =>
    strategy !== undefined && strategy !== null && strategy !== DEFAULT_STRATEGIES[kind]
  const kinds = EVENTS.filter((kind) => isOwn(given[kind], kind))
  return kinds.map((kind) => {
    if (typeof given[kind] !== 'function') throw notAFunction(`option ${kind}`, given[kind])
    return [kind, given[kind]]
  })
}

module.exports = { AGGREGATOR_OPTIONS: OPTIONS, Aggregator }
