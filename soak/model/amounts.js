'use strict'

// The recordings of a series in plain numbers: sums that know how exact they must be, and the values of a distribution.

/** Values from here on are huge: a sum with one of them may be rounded. */
const HUGE = 2 ** 52

/** A sum. All values except huge ones are multiples of 1/8, and few enough for an exact sum. */
class Amount {
  small = 0
  huge = 0
  parts = 0

  /** @param {number} value @param {number} [times] */
  add(value, times = 1) {
    if (Math.abs(value) >= HUGE) this.huge += value * times
    else this.small += value * times
    this.parts += times
  }

  get total() {
    return this.huge + this.small
  }

  /** The allowed error of a reading: none, or that of this many additions of floats. */
  get tolerance() {
    return this.huge === 0 ? 0 : (this.parts + 2) * this.huge * Number.EPSILON
  }

  /** @param {number} read @param {number} [scale] the divisor of `read` */
  isRight(read, scale = 1) {
    if (scale === 1) return this.huge === 0 ? read === this.small : Math.abs(read - this.total) <= this.tolerance
    return Math.abs(read * scale - this.total) <= this.tolerance + 4 * Math.abs(this.total) * Number.EPSILON
  }

  copy() {
    return Object.assign(new Amount(), this)
  }
}

/** Whether a reading must not, may or must contain a counter. */
const HIDDEN = 0
const MAYBE = 1
const VISIBLE = 2

class Counted {
  visible = HIDDEN
  ups = new Amount()
  downs = new Amount()

  /** @param {number} delta @param {number} times */
  add(delta, times) {
    this.visible = VISIBLE
    if (delta > 0) this.ups.add(delta, times)
    if (delta < 0) this.downs.add(-delta, times)
  }

  /** @param {number} visible at least */
  touch(visible) {
    this.visible = Math.max(this.visible, visible)
  }

  get net() {
    return this.ups.total - this.downs.total
  }

  /** @param {number} read */
  isRight(read) {
    const { ups, downs } = this
    if (ups.huge === 0 && downs.huge === 0) return read === ups.small - downs.small
    return Math.abs(read - this.net) <= ups.tolerance + downs.tolerance
  }

  copy() {
    const { visible, ups, downs } = this
    return Object.assign(new Counted(), { visible, ups: ups.copy(), downs: downs.copy() })
  }
}

class Distributed {
  sum = new Amount()
  min = Infinity
  max = -Infinity
  /** @type {Map<number, number>} values to their number */
  values = new Map()
  /** @type {number[] | undefined} the values, ascending */
  #sorted

  get count() {
    return this.sum.parts
  }

  /** @param {number} value @param {number} times */
  add(value, times) {
    this.sum.add(value, times)
    this.min = Math.min(this.min, value)
    this.max = Math.max(this.max, value)
    const before = this.values.get(value)
    if (before === undefined) this.#sorted = undefined
    this.values.set(value, (before ?? 0) + times)
  }

  /** The number of values up to `bound`. @param {number} bound */
  upTo(bound) {
    let count = 0
    for (const [value, times] of this.values) if (value <= bound) count += times
    return count
  }

  /** The value of rank `⌈q · count⌉`. @param {number} q */
  quantile(q) {
    let left = Math.max(1, Math.ceil(q * this.count))
    this.#sorted ??= [...this.values.keys()].sort((one, other) => one - other)
    for (const value of this.#sorted) {
      left -= this.values.get(value) ?? 0
      if (left <= 0) return value
    }
    return this.max
  }

  copy() {
    const { sum, min, max, values } = this
    return Object.assign(new Distributed(), { sum: sum.copy(), min, max, values: new Map(values) })
  }
}

module.exports = { Counted, Distributed, HIDDEN, MAYBE, VISIBLE }
