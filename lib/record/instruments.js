'use strict'

// The instruments of one collector in this thread, by kind and name. The same name returns the same instrument.

const binding = require('../native')
const { noteCopy } = require('../copies')
const { KINDS } = require('./kinds')
const { checkedName, checkedOptions } = require('./options')
const { parsedValue } = require('./parsing')
const { Shard } = require('./shard')

/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */
/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Kind} Kind */
/** @typedef {import('../..').FamilyReading['kind']} Word the kinds' names */

/** Loaded with the first instrument: a program that only loads this package should not wait for them. */
const families = () => require('./family')
const labelTexts = () => require('./label-texts')

/** The families of a kind. */
class Families {
  /** @type {Map<string, any>} what users have, by name */
  instruments = new Map()
  /** @type {Map<string, Family>} */
  #families = new Map()
  #load
  /** @type {{ Family: typeof import('./family').Family, kind: Kind } | undefined} */
  #loaded

  /** @param {string} word @param {number} number @param {() => Kind} load */
  constructor(word, number, load) {
    this.word = word
    this.number = number
    this.#load = load
  }

  /**
   * The classes use each other's private fields, so they are loaded together: a test runner may have emptied the module cache
   * since another kind was loaded.
   */
  get #classes() {
    this.#loaded ??= { Family: families().Family, kind: this.#load() }
    return this.#loaded
  }

  get kind() {
    return this.#classes.kind
  }

  /** @param {string} name */
  get(name) {
    return this.#families.get(name)
  }

  /** @param {import('./types').Shard} shard @param {string} name @param {FamilyRequest} [request] */
  make(shard, name, request) {
    const family = new this.#classes.Family(shard, this, name, request)
    this.add(family)
    return family
  }

  /** @param {Family} family */
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

class Instruments {
  #shard
  /** by the kinds' numbers */
  #kinds = Object.entries(KINDS).map(([word, load], number) => new Families(word, number, load))
  #counters = this.#families('counter')
  #timings = this.#families('timing')

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

  /** A function for each kind, which returns the instrument of a name. */
  factories() {
    const factory = (/** @type {Families} */ kind) => (/** @type {any} */ options) => this.#instrument(kind, options)
    const factories = Object.fromEntries(this.#kinds.map((kind) => [kind.word, factory(kind)]))
    return /** @type {Pick<import('../..').Metrics, Word>} */ (factories)
  }

  /**
   * @template {Word} Of
   * @param {Of} word
   * @param {any} options
   * @returns {ReturnType<import('../..').Metrics[Of]>}
   */
  instrument(word, options) {
    return this.#instrument(this.#families(word), options)
  }

  /**
   * An instrument that another part of this package declares, with options that users do not have.
   * @param {string} word
   * @param {string} name not empty
   * @param {FamilyRequest} [request]
   */
  declared(word, name, request) {
    return this.#made(this.#families(/** @type {Word} */ (word)), checkedName(name), request)
  }

  /** @param {Word} word */
  #families(word) {
    return /** @type {Families} */ (this.#kinds.find((kind) => kind.word === word))
  }

  /** @param {Families} kind @param {any} options @returns {any} */
  #instrument(kind, options) {
    const { name, request } = checkedOptions(kind, options)
    return this.#made(kind, name, request)
  }

  /** @param {Families} kind @param {string} name @param {FamilyRequest} [request] */
  #made(kind, name, request) {
    const known = kind.get(name)
    if (known !== undefined) {
      if (request !== undefined) known.request(request)
      return known.instrument
    }
    noteCopy()
    return kind.make(this.#shard, name, request).instrument
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

  /** The instrument of a first recording by name: made only if the labels are valid. @param {Families} kind @param {string} name @param {any} labels */
  #newInstrument(kind, name, labels) {
    const checked = checkedName(name)
    labelTexts().flatLabels(labels)
    return this.#instrument(kind, checked)
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
    const conflicting = binding.describe(this.handle, name, description)
    if (conflicting !== null) throw families().conflict('metric', name, conflicting, description)
  }

  /** Resets the handles of series that other threads have removed. @param {import('../../binding').RemovedNames[]} removed */
  forget(removed) {
    for (const { kind, name, labels } of removed) {
      const family = this.#kinds[kind].get(name)
      if (labels === undefined) family?.leave()
      else family?.forget(families().labelsOf(labels))
    }
  }

  /** Removes all series from all readings. */
  clear() {
    for (const kind of this.#kinds) kind.clear()
    binding.clear(this.handle)
  }
}

module.exports = { Instruments }
