'use strict'

// Compares the Prometheus exposition with the model. Every sample must be expected.

const { VISIBLE } = require('./amounts')
const { SERIES } = require('./families')
const { differencesOfFloods, isFlooded } = require('./floods')
const { samplesOf } = require('./watching')

/** @typedef {import('./types').Series} Series */
/** @typedef {InstanceType<typeof import('./reference').Reference>} Reference */
/** @typedef {InstanceType<typeof import('./amounts').Distributed>} Distributed */

const NANOS_PER_SECOND = 1e9
/** The default buckets of an exposition, in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const QUANTILES = [0.5, 0.9, 0.99]
const ROUNDING = 1e-12

class Exposition {
  #reference
  #samples
  /** @type {string[]} */
  #wrong = []

  /** @param {Reference} reference @param {Uint8Array} body */
  constructor(reference, body) {
    this.#reference = reference
    this.#samples = samplesOf(body)
  }

  /** @returns {string[]} */
  differences() {
    for (const series of SERIES) {
      const { kind } = series.family
      if (kind === 'counter') this.#counter(series)
      else if (kind === 'gauge') this.#gauge(series)
      else this.#distribution(series)
    }
    this.#floods()
    // a collector reports on itself once something has no room
    const others = [...this.#samples].filter(([key]) => !key.startsWith('tallystick_'))
    for (const [key, value] of others) this.#wrong.push(`${key} is ${value}, not absent`)
    return this.#wrong.map((difference) => `exposition: ${difference}`)
  }

  #floods() {
    const samples = [...this.#samples].filter(([key]) => isFlooded(key))
    for (const [key] of samples) this.#samples.delete(key)
    const keyOf = (/** @type {string} */ name) => (name === 'flood_wait' ? `${name}_seconds_count` : `${name}_total`)
    this.#wrong.push(...differencesOfFloods(this.#reference.whole.floods, samples, keyOf))
  }

  /** @param {Series} series */
  #counter(series) {
    const counted = this.#reference.whole.counters.get(series)
    const ups = this.#take(series, '_total')
    // after a decrement there is also the net value
    const net = this.#take(series, '')
    if (counted === undefined || (counted.visible !== VISIBLE && ups === undefined)) {
      // a family is exposed at 0 before its first recording
      const isAwaited = series.labels.length === 0 && ups === 0 && net === undefined
      if (isAwaited) return
      if (ups !== undefined || net !== undefined) this.#wrong.push(`${series.key} is ${ups} (${net}), not absent`)
      return
    }
    if (ups === undefined || !counted.ups.isRight(ups)) {
      this.#wrong.push(`${series.key}: increments are ${ups}, not ${counted.ups.total}`)
    }
    if (net === undefined ? counted.downs.parts > 0 : !counted.isRight(net)) {
      this.#wrong.push(`${series.key}: net is ${net}, not ${counted.net}`)
    }
  }

  /** @param {Series} series */
  #gauge(series) {
    const [read, expected] = [this.#take(series, ''), this.#reference.gauges.value(series)]
    if (read !== expected) this.#wrong.push(`${series.key} is ${read}, not ${expected}`)
  }

  /** @param {Series} series */
  #distribution(series) {
    const { kind, bounds } = series.family
    const distributed = this.#reference.whole.distributions.get(series)
    const [unit, scale] = kind === 'timing' ? ['_seconds', NANOS_PER_SECOND] : ['', 1]
    const count = this.#take(series, `${unit}_count`)
    const sum = this.#take(series, `${unit}_sum`)
    // one without a value may be present, as 0
    if (count !== (distributed?.count ?? (count === undefined ? undefined : 0))) {
      this.#wrong.push(`count of ${series.key} is ${count}, not ${distributed?.count}`)
    }
    if (distributed === undefined ? (sum ?? 0) !== 0 : !distributed.sum.isRight(sum ?? Number.NaN, scale)) {
      this.#wrong.push(`sum of ${series.key} is ${sum}, not ${distributed?.sum.total} / ${scale}`)
    }
    if (kind === 'timing') this.#buckets(series, unit, BOUNDS, distributed, scale)
    else if (bounds !== undefined) this.#buckets(series, '', bounds, distributed, 1)
    else this.#quantiles(series, distributed)
  }

  /**
   * @param {Series} series
   * @param {string} unit
   * @param {readonly number[]} bounds
   * @param {Distributed | undefined} distributed
   * @param {number} scale
   */
  #buckets(series, unit, bounds, distributed, scale) {
    const { family, labels } = series
    const error = family.errors?.[labels.length === 0 ? 0 : 1] ?? 0
    for (const bound of [...bounds, Infinity]) {
      const name = `le="${bound === Infinity ? '+Inf' : bound}"`
      const count = this.#take(series, `${unit}_bucket`, name)
      if (count === undefined && distributed === undefined) continue
      const [least, most] = [bound / (1 + error), bound * (1 + error)].map((at) => distributed?.upTo(at * scale) ?? 0)
      if (count === undefined || count < least || count > most) {
        this.#wrong.push(`bucket ${name} of ${series.key} is ${count}, not from ${least} to ${most}`)
      }
    }
  }

  /** @param {Series} series @param {Distributed | undefined} distributed */
  #quantiles(series, distributed) {
    const { family, labels } = series
    const error = (family.errors?.[labels.length === 0 ? 0 : 1] ?? 0) + ROUNDING
    for (const q of QUANTILES) {
      const read = this.#take(series, '', `quantile="${q}"`)
      if (distributed === undefined) continue
      const value = distributed.quantile(q)
      if (read === undefined || !(Math.abs(read - value) <= value * error)) {
        this.#wrong.push(`quantile ${q} of ${series.key} is ${read}, not ${value}`)
      }
    }
  }

  /** @param {Series} series @param {string} suffix @param {string} [extra] label */
  #take({ family, text }, suffix, extra) {
    const labels = [text, extra].filter(Boolean).join(',')
    const key = `${family.name}${suffix}${labels && `{${labels}}`}`
    const value = this.#samples.get(key)
    this.#samples.delete(key)
    return value
  }
}

module.exports = { Exposition }
