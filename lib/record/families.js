'use strict'

// The families of one kind in this thread, by name.

/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */
/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Kind} Kind */

class Families {
  /** @type {Map<string, any>} what users have, by name */
  instruments = new Map()
  /** @type {Map<string, Family>} */
  #families = new Map()
  /** @type {Map<string, { fn: () => unknown, instrument: object, stop: () => void }>} the option `collect`, by name */
  #collects = new Map()
  #load
  /** @type {any} the series that stands for families that have no room, once there is one */
  overflow = undefined
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
    this.#loaded ??= { Family: require('./family').Family, kind: this.#load() }
    return this.#loaded
  }

  get kind() {
    return this.#classes.kind
  }

  get size() {
    return this.#families.size
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

  /**
   * Calls an instrument's `collect` before each reading, in place of an earlier one.
   * @param {any} instrument
   * @param {() => unknown} fn
   * @param {import('./types').Callbacks} callbacks
   */
  collect(instrument, fn, callbacks) {
    const { name } = instrument
    const known = this.#collects.get(name)
    if (known?.fn === fn && known.instrument === instrument) return
    known?.stop()
    const stop = callbacks.collect(fn, instrument)
    this.#collects.set(name, { fn, instrument, stop })
  }

  /** Drops the family of a name, which is free for another one. @param {string} name */
  unregister(name) {
    this.get(name)?.unregister()
    this.overflow = undefined
    this.#collects.get(name)?.stop()
    this.#collects.delete(name)
  }

  /** Notes in each handle whether the collector has a function for exemplars. */
  sample() {
    for (const family of this.#families.values()) family.sample()
  }

  /** Forgets all cells. */
  clear() {
    for (const family of this.#families.values()) family.clear()
  }
}

module.exports = { Families }
