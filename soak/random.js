'use strict'

// Random numbers that are the same for the same seed (mulberry32), so that a run can be repeated.

class Random {
  #state

  /** @param {number} seed a whole number */
  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 up and below `limit`. @param {number} limit */
  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  pick(list) {
    return list[this.below(list.length)]
  }

  /** A seed for another generator. */
  seed() {
    return this.below(2 ** 32)
  }
}

module.exports = { Random }
