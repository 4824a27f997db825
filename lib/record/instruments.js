'use strict'

// The instruments of one collector in this thread, by kind and name: asking again gives the same one.

const binding = require('../native')
const { noteCopy } = require('../copies')
const { COUNTER, GAUGE, HISTOGRAM, TIMING } = require('./layout')
const { checkedName, checkedOptions } = require('./options')
const { parsedValue } = require('./parsing')
const { Shard } = require('./shard')

/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */
/** @typedef {import('./types').Family} FamilyType */

/**
 * What a family of a kind, its instrument, and one of its series with labels are made with. They know each other's private parts,
 * so they are loaded together: a test runner may have emptied the module cache since another kind was loaded.
 * @typedef {{ Family: typeof import('./family').Family, Class: any, Bound: any }} Classes
 */

/** The families of a kind. */
class Families {
  /** @type {Map<string, any>} what users have, by name */
  instruments = new Map()
  /** @type {Map<string, FamilyType>} */
  #families = new Map()
  #load
  /** @type {Classes | undefined} */
  #classes

  /** @param {number} number the kind's @param {() => Classes} load */
  constructor(number, load) {
    this.number = number
    this.#load = load
  }

  /** Loaded when the first is made: most processes have not all kinds. */
  get #loaded() {
    this.#classes ??= this.#load()
    return this.#classes
  }

  get Family() {
    return this.#loaded.Family
  }

  get Class() {
    return this.#loaded.Class
  }

  get Bound() {
    return this.#loaded.Bound
  }

  /** @param {string} name */
  get(name) {
    return this.#families.get(name)
  }

  /** @param {FamilyType} family */
  add(family) {
    this.#families.set(family.name, family)
    this.instruments.set(family.name, family.instrument)
  }

  /** @param {string} name */
  delete(name) {
    this.#families.delete(name)
    this.instruments.delete(name)
  }

  /** Forgets all cells. */
  clear() {
    for (const family of this.#families.values()) family.clear()
  }
}

/** What the first instrument needs: a program that only loads this package should not wait for it. */
const families = () => require('./family')
const labelTexts = () => require('./label-texts')

class Instruments {
  #shard
  #counters = new Families(COUNTER, () => {
    const { BoundCounter, Counter } = require('./counter')
    return { Family: families().Family, Class: Counter, Bound: BoundCounter }
  })
  #gauges = new Families(GAUGE, () => {
    const { BoundGauge, Gauge } = require('./gauge')
    return { Family: families().Family, Class: Gauge, Bound: BoundGauge }
  })
  #timings = new Families(TIMING, () => {
    const { BoundTiming, Timing } = require('./timing')
    return { Family: families().Family, Class: Timing, Bound: BoundTiming }
  })
  #histograms = new Families(HISTOGRAM, () => {
    const { BoundHistogram, Histogram } = require('./histogram')
    return { Family: families().Family, Class: Histogram, Bound: BoundHistogram }
  })
  /** by the kinds' numbers */
  #kinds = [this.#counters, this.#gauges, this.#timings, this.#histograms]

  /** @param {import('./types').Handle} handle */
  constructor(handle) {
    this.#shard = new Shard(handle, this)
    /** @type {WeakRef<import('../..').Collector> | undefined} the object that users have */
    this.collector = undefined
  }

  get handle() {
    return this.#shard.handle
  }

  /** The instruments by name, for the fast path of recording by name. */
  get counters() {
    return this.#counters.instruments
  }

  get timings() {
    return this.#timings.instruments
  }

  /** @param {any} options @returns {InstanceType<typeof import('./counter').Counter>} */
  counter(options) {
    return this.#ask(this.#counters, options)
  }

  /** @param {any} options @returns {InstanceType<typeof import('./gauge').Gauge>} */
  gauge(options) {
    return this.#ask(this.#gauges, options)
  }

  /** @param {any} options @returns {InstanceType<typeof import('./timing').Timing>} */
  timing(options) {
    return this.#ask(this.#timings, options)
  }

  /** @param {any} options @returns {InstanceType<typeof import('./histogram').Histogram>} */
  histogram(options) {
    return this.#ask(this.#histograms, options)
  }

  /** @param {Families} kind @param {any} options @returns {any} */
  #ask(kind, options) {
    const { name, request } = checkedOptions(kind.number, options)
    const known = kind.get(name)
    if (known !== undefined) {
      if (request !== undefined) known.ask(request)
      return known.instrument
    }
    noteCopy()
    const family = new kind.Family(this.#shard, kind, name, request)
    kind.add(family)
    return family.instrument
  }

  /** Adds to a labelled counter. @param {string} name @param {number} delta @param {import('../..').Labels} labels */
  count(name, delta, labels) {
    const counter = this.counters.get(name) ?? this.#newInstrument(this.#counters, name, labels)
    counter.labels(labels).inc(delta)
  }

  /** Records in a labelled timing. @param {string} name @param {number} nanos @param {import('../..').Labels} labels */
  time(name, nanos, labels) {
    const timing = this.timings.get(name) ?? this.#newInstrument(this.#timings, name, labels)
    timing.labels(labels).observeNanos(nanos)
  }

  /** An instrument that comes into being by a recording: only when its labels are valid. @param {Families} kind @param {string} name @param {any} labels */
  #newInstrument(kind, name, labels) {
    const checked = checkedName(name)
    labelTexts().flatLabels(labels)
    return this.#ask(kind, checked)
  }

  /** @param {string} name well-formed @param {any} labels */
  value(name, labels) {
    const texts = labelTexts().flatLabels(labels)
    for (const { number } of this.#kinds) {
      const json = binding.value(this.handle, number, name, texts)
      if (json !== null) return parsedValue(json)
    }
    return undefined
  }

  /** @param {string} name well-formed @param {FamilyRequest} description */
  describe(name, description) {
    const contradiction = binding.describe(this.handle, name, description)
    if (contradiction !== null) throw families().conflict('metric', name, contradiction, description)
  }

  /** Forgets the handles of what other threads have removed. @param {import('../../binding').RemovedNames[]} removed */
  forget(removed) {
    for (const { kind, name, labels } of removed) {
      const family = this.#kinds[kind].get(name)
      if (labels === undefined) family?.leave()
      else family?.forget(families().labelsOf(labels))
    }
  }

  /** Takes all series out of every reading. */
  clear() {
    for (const kind of this.#kinds) kind.clear()
    binding.clear(this.handle)
  }
}

module.exports = { Instruments }
