'use strict'

// The yardstick of everything that fills buckets: one private array, one log-linear index, a count and a sum.

const NANOS_PER_MILLI = 1e6
const FLOAT = new Float64Array(1)
const WORDS = new Int32Array(FLOAT.buffer)

/** The powers of two that have buckets: 64, from this one. */
const POWERS = 64

class PlainArray {
  #counts
  #shift
  #first
  #buckets

  /** @param {{ bits: number, lowest: number }} options each power of two from 2^`lowest` has 2^`bits` buckets */
  constructor({ bits, lowest }) {
    this.#buckets = POWERS << bits
    this.#counts = new Float64Array(this.#buckets + 1)
    this.#shift = 20 - bits
    this.#first = (1023 + lowest) << bits
  }

  /** @param {number} value */
  record(value) {
    FLOAT[0] = value
    const at = (WORDS[1] >>> this.#shift) - this.#first
    if (at < 0 || at >= this.#buckets) return
    this.#counts[at + 1] += 1
    this.#counts[0] += value
  }

  /** @param {number} milliseconds */
  recordMillis(milliseconds) {
    this.record(Math.floor(milliseconds * NANOS_PER_MILLI + 0.5))
  }

  get count() {
    return this.#counts.subarray(1).reduce((sum, count) => sum + count, 0)
  }
}

/** Buckets by bounds that are searched in turn. */
class PlainBounds {
  #bounds
  #counts
  #sum = new Float64Array(1)

  /** @param {number[]} bounds */
  constructor(bounds) {
    this.#bounds = Float64Array.from(bounds)
    this.#counts = new Float64Array(bounds.length + 1)
  }

  /** @param {number} value */
  record(value) {
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && value > bounds[at]) at++
    this.#counts[at] += 1
    this.#sum[0] += value
  }

  get count() {
    return this.#counts.reduce((sum, count) => sum + count, 0)
  }
}

module.exports = { PlainArray, PlainBounds }
