'use strict'

// The exemplars of a metric: of each series, or of each of its buckets, the latest.

const MAX_UNITS = 128

/** @typedef {{ labelSet: Record<string, any>, value: number, timestamp: number }} Exemplar in seconds since 1970 */

class Exemplars {
  /** by the handle of a series, which a removed series leaves @type {WeakMap<object, Map<unknown, Exemplar>>} */
  #known = new WeakMap()

  /** How much of a counter's series this thread has counted. @type {WeakMap<object, number>} */
  #totals = new WeakMap()

  /** Adds to the total that the exemplar of a counter has. @param {object} series @param {number} amount */
  count(series, amount) {
    const total = (this.#totals.get(series) ?? 0) + amount
    this.#totals.set(series, total)
    return total
  }

  /** @param {object} series @param {unknown} bucket @param {Record<string, any>} labelSet @param {number} value */
  set(series, bucket, labelSet, value) {
    const timestamp = Date.now() / 1000
    let ofSeries = this.#known.get(series)
    if (ofSeries === undefined) {
      ofSeries = new Map()
      this.#known.set(series, ofSeries)
    }
    ofSeries.set(bucket, { labelSet, value, timestamp })
  }

  /** @param {object | undefined} series @param {unknown} [bucket] */
  get(series, bucket) {
    return series === undefined ? undefined : this.#known.get(series)?.get(bucket)
  }

  clear() {
    this.#known = new WeakMap()
    this.#totals = new WeakMap()
  }

  /** @param {object | undefined} series */
  remove(series) {
    if (series !== undefined) this.#known.delete(series)
  }
}

/** @param {Record<string, any>} labelSet */
function checkExemplar(labelSet) {
  const text = Object.entries(labelSet).flat().join('')
  if (text.length > MAX_UNITS) throw new RangeError('Label set size must be smaller than 128 UTF-8 chars')
}

module.exports = { Exemplars, checkExemplar }
