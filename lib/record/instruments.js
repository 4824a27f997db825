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

/** @template Instrument */
class Kind {
  /** @type {Map<string, Instrument>} */
  instruments = new Map()
  /** @type {Map<string, FamilyType>} */
  families = new Map()

  #load
  /** @type {(new (family: FamilyType) => Instrument) | undefined} */
  #Class

  /** @param {number} number @param {() => new (family: FamilyType) => Instrument} load */
  constructor(number, load) {
    this.number = number
    this.#load = load
  }

  /** Loaded when the first is made: most processes have not all kinds. */
  get Class() {
    this.#Class ??= this.#load()
    return this.#Class
  }
}

/** What the first instrument needs: who only loads this package should not wait for it. */
const families = () => require('./family')
const labelSets = () => require('./labels')

class Instruments {
  #shard
  /** @type {import('./types').LabelTable | undefined} */
  #table
  #counters = new Kind(COUNTER, () => require('./counter').Counter)
  #gauges = new Kind(GAUGE, () => require('./gauge').Gauge)
  #timings = new Kind(TIMING, () => require('./timing').Timing)
  #histograms = new Kind(HISTOGRAM, () => require('./histogram').Histogram)

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

  /** @param {any} options */
  counter(options) {
    return this.#ask(this.#counters, options)
  }

  /** @param {any} options */
  gauge(options) {
    return this.#ask(this.#gauges, options)
  }

  /** @param {any} options */
  timing(options) {
    return this.#ask(this.#timings, options)
  }

  /** @param {any} options */
  histogram(options) {
    return this.#ask(this.#histograms, options)
  }

  /**
   * @template Instrument
   * @param {Kind<Instrument>} kind
   * @param {any} options
   * @returns {Instrument}
   */
  #ask(kind, options) {
    const { name, request } = checkedOptions(kind.number, options)
    const known = kind.families.get(name)
    if (known !== undefined) {
      if (request !== undefined) known.ask(request)
    } else {
      noteCopy()
      const { Class } = kind
      this.#table ??= new (labelSets().LabelTable)(this.#shard)
      const family = new (families().Family)(this.#shard, this.#table, kind.number, name, request)
      kind.families.set(name, family)
      kind.instruments.set(name, new Class(family))
    }
    return /** @type {Instrument} */ (kind.instruments.get(name))
  }

  /** Adds to a labelled counter. @param {string} name @param {number} delta @param {import('../..').Labels} labels */
  count(name, delta, labels) {
    const counter = this.#counters.instruments.get(name) ?? this.#newInstrument(this.#counters, name, labels)
    counter.labels(labels).inc(delta)
  }

  /** Records in a labelled timing. @param {string} name @param {number} nanos @param {import('../..').Labels} labels */
  time(name, nanos, labels) {
    const timing = this.#timings.instruments.get(name) ?? this.#newInstrument(this.#timings, name, labels)
    timing.labels(labels).observeNanos(nanos)
  }

  /** An instrument that comes into being by a recording: only when its labels are valid. @template Instrument @param {Kind<Instrument>} kind @param {string} name @param {any} labels */
  #newInstrument(kind, name, labels) {
    const checked = checkedName(name)
    labelSets().flatLabels(labels)
    return this.#ask(kind, checked)
  }

  /** @param {string} name well-formed @param {any} labels */
  value(name, labels) {
    const texts = labelSets().flatLabels(labels)
    for (const kind of [COUNTER, GAUGE, TIMING, HISTOGRAM]) {
      const json = binding.value(this.handle, kind, name, texts)
      if (json !== null) return parsedValue(json)
    }
    return undefined
  }

  /** @param {string} name well-formed @param {FamilyRequest} description */
  describe(name, description) {
    const contradiction = binding.describe(this.handle, name, description)
    if (contradiction !== null) throw families().conflict('metric', name, contradiction, description)
  }
}

module.exports = { Instruments }
