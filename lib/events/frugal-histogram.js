'use strict'

// A histogram of a few words for each quantile: Frugal-2U, from Ma, Muthukrishnan and Sandler, "Frugal Streaming for Estimating
// Quantiles" (2013). Each estimate moves towards the values that come, up with the probability of its quantile and down with the
// rest of it, by a step that grows while it goes on in one direction. It follows a distribution that changes, and is not exact:
// docs/histograms.md says how far off it is.

const { notMergeable } = require('../errors/histogram-objects')
const { notANumber, outOfRange } = require('../errors/values')
const { checkNumber, checkedOptions, isPositive } = require('./histogram-options')
const { checkedQuantiles } = require('./quantiles')

/** The last two are options of BucketedHistogram, so that programs can choose between the two kinds with the same options. */
const OPTIONS = ['quantiles', 'seed', 'step', 'error', 'max']
const DEFAULT_STEP = 1
const WORD = 2 ** 32

/** What there is for each quantile: the estimate, */
const ESTIMATE = 0
/** how far it goes next, */
const STEP = 1
/** which way it went last (1 or -1), */
const DIRECTION = 2
/** and how likely it follows a value that is below or above it. */
const DOWN = 3
const UP = 4
const WIDTH = 5

class FrugalHistogram {
  #quantiles
  #step
  #seed
  /** the last random number, never 0 */
  #random = 0
  #count = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  /** of all quantiles, one after the other */
  #state

  /** @param {import('../..').FrugalHistogramOptions | null} [options] */
  constructor(options) {
    const { quantiles, step = DEFAULT_STEP, seed = anySeed() } = checkedOptions(options ?? undefined, OPTIONS)
    checkNumber('step', step, isPositive, 'finite and above 0')
    checkNumber('seed', seed, isSeed, 'whole, from 1 to 4294967295')
    this.#quantiles = checkedQuantiles(quantiles)
    this.#step = step
    this.#seed = seed
    this.#state = fractions(WIDTH * this.#quantiles.length)
    this.clear()
  }

  get count() {
    return this.#count
  }

  /** @param {number} value */
  add(value) {
    if (!Number.isFinite(value)) throw wrongValue(value)
    if (this.#count === 0) this.#begin(value)
    else this.#move(value)
    this.#count += 1
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  /** @param {number} value the first one */
  #begin(value) {
    const state = this.#state
    for (let at = 0; at < state.length; at += WIDTH) {
      const share = this.#quantiles.shareAt(at / WIDTH)
      // the paper's chances are the shares; only their ratio matters, and this way the likelier one needs no luck
      const likelier = Math.max(share, 1 - share)
      state[at + ESTIMATE] = value
      state[at + STEP] = this.#step
      state[at + DIRECTION] = 1
      state[at + DOWN] = (1 - share) / likelier
      state[at + UP] = share / likelier
    }
  }

  /**
   * Moves the estimates, all by one random number: each of them moves as it would alone. Written without branches where it can
   * be, because which way a value leads is what a processor cannot foresee.
   * @param {number} value
   */
  #move(value) {
    const state = this.#state
    const unit = this.#step
    const random = this.#next()
    for (let at = 0; at < state.length; at += WIDTH) {
      const difference = value - state[at + ESTIMATE]
      if (difference === 0) continue
      const up = difference > 0 ? 1 : 0
      if (random >= state[at + DOWN + up]) continue
      const direction = 2 * up - 1
      // 1 when it goes on, -1 when it turns
      const course = direction * state[at + DIRECTION]
      const step = state[at + STEP] + course * unit
      const wish = step > 0 ? step : unit
      // not beyond the value
      const way = Math.min(wish, direction * difference)
      const next = step + way - wish
      state[at + ESTIMATE] += direction * way
      state[at + STEP] = course < 0 ? Math.min(next, unit) : next
      state[at + DIRECTION] = direction
    }
  }

  /** Above 0 and below 1, by xorshift32 (Marsaglia, 2003). */
  #next() {
    let random = this.#random
    random ^= random << 13
    random ^= random >>> 17
    random ^= random << 5
    this.#random = random
    return (random >>> 0) / WORD
  }

  snapshot() {
    if (this.#count === 0) return {}
    return this.#quantiles.snapshot({ min: this.#min, max: this.#max }, (_shares, values) => {
      for (let at = 0; at < values.length; at++) values[at] = this.#state[WIDTH * at + ESTIMATE]
    })
  }

  clear() {
    this.#count = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = Number.NEGATIVE_INFINITY
    this.#random = this.#seed | 0
  }

  /** @param {unknown} other @returns {never} */
  merge(other) {
    throw notMergeable(
      'FrugalHistogram',
      other,
      'its estimates are no counts; use a BucketedHistogram or an HdrHistogram',
    )
  }
}

/**
 * An array that holds nothing but fractions from its first element on: V8 and JavaScriptCore keep such numbers bare, and V8 reads
 * them in fewer steps than a typed array's, whose memory might have been detached.
 * @param {number} length
 */
function fractions(length) {
  const all = []
  for (let at = 0; at < length; at++) all.push(0.5)
  return all
}

/** @param {unknown} value */
function wrongValue(value) {
  return typeof value === 'number'
    ? outOfRange('histogram value', value, 'finite')
    : notANumber('histogram value', value)
}

function anySeed() {
  return 1 + Math.floor(Math.random() * (WORD - 1))
}

/** @param {number} value */
function isSeed(value) {
  return Number.isInteger(value) && value > 0 && value < WORD
}

module.exports = { FRUGAL_OPTIONS: OPTIONS, FrugalHistogram }
