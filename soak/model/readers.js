'use strict'

// What one reader must see: everything since its last reset, without removed series.

const { Counted, Distributed, VISIBLE } = require('./amounts')

/** @typedef {import('./types').Series} Series */
/** @typedef {Map<Series, InstanceType<typeof Counted>>} Counters */
/** @typedef {Map<Series, InstanceType<typeof Distributed>>} Distributions */

class Reader {
  /** @type {Counters} */
  counters = new Map()
  /** @type {Distributions} */
  distributions = new Map()
  /** how much was recorded in each flooded family, by name @type {Map<string, number>} */
  floods = new Map()
  /** values of trace events, as texts @type {string[]} */
  trace = []
  /** whether extremes are exact, because it was never reset */
  isExact = true

  /** @param {Series} series @param {number} value @param {number} times */
  record(series, value, times) {
    if (series.family.kind === 'counter') this.counter(series).add(value, times)
    else this.#distribution(series).add(value, times)
  }

  /** @param {Series} series */
  counter(series) {
    let counted = this.counters.get(series)
    if (counted === undefined) {
      counted = new Counted()
      this.counters.set(series, counted)
    }
    return counted
  }

  /** @param {Series} series */
  #distribution(series) {
    let distributed = this.distributions.get(series)
    if (distributed === undefined) {
      distributed = new Distributed()
      this.distributions.set(series, distributed)
    }
    return distributed
  }

  /** Whether a reading must contain a counter or distribution. @param {Series} series */
  shows(series) {
    return this.counters.get(series)?.visible === VISIBLE || this.distributions.has(series)
  }

  /** @param {Series} series */
  remove(series) {
    this.counters.delete(series)
    this.distributions.delete(series)
  }

  /** @param {string} name @param {number} count */
  flood(name, count) {
    this.floods.set(name, (this.floods.get(name) ?? 0) + count)
  }

  clear() {
    this.counters.clear()
    this.distributions.clear()
    this.floods.clear()
    this.trace = []
  }

  reset() {
    this.clear()
    this.isExact = false
  }

  copy() {
    const copy = new Reader()
    for (const [series, counted] of this.counters) copy.counters.set(series, counted.copy())
    for (const [series, distributed] of this.distributions) copy.distributions.set(series, distributed.copy())
    copy.floods = new Map(this.floods)
    copy.trace = [...this.trace]
    return copy
  }
}

/** The gauges of all threads, merged at a reading. */
class Gauges {
  /** @type {Map<Series, Map<number, { value: number, order: number }>>} by thread */
  #values = new Map()
  #sets = 0

  /** @param {Series} series @param {number} thread @param {number} value @param {boolean} isAdded to the thread's value */
  set(series, thread, value, isAdded) {
    let threads = this.#values.get(series)
    if (threads === undefined) {
      threads = new Map()
      this.#values.set(series, threads)
    }
    const before = isAdded ? (threads.get(thread)?.value ?? 0) : 0
    threads.set(thread, { value: before + value, order: ++this.#sets })
  }

  /** @param {Series} series @returns {number | undefined} */
  value(series) {
    const parts = [...(this.#values.get(series)?.values() ?? [])]
    if (parts.length === 0) return undefined
    const values = parts.map(({ value }) => value)
    if (series.family.merge === 'min') return Math.min(...values)
    if (series.family.merge === 'max') return Math.max(...values)
    if (series.family.merge === 'sum') return values.reduce((sum, value) => sum + value)
    return parts.reduce((latest, part) => (part.order > latest.order ? part : latest)).value
  }

  /** All gauges that are set. */
  visible() {
    return [...this.#values.keys()].filter((series) => this.value(series) !== undefined)
  }

  /** @param {Series} series */
  remove(series) {
    this.#values.delete(series)
  }

  clear() {
    this.#values.clear()
  }

  /** @param {number} thread */
  end(thread) {
    for (const threads of this.#values.values()) threads.delete(thread)
  }
}

module.exports = { Gauges, Reader }
