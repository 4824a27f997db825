'use strict'

// The series of an asynchronous instrument's stream: which callbacks observe each, and what becomes of those that none does.

const { writerOf } = require('./instruments')

/** @typedef {import('./types').Stream} Stream */

/**
 * The series that readings leave out, by their handles: several providers may have instruments of one family.
 * @type {WeakSet<object>}
 */
const hidden = new WeakSet()

/** A series, and the latest values of its observers. */
class Observed {
  /** @type {Map<object, number>} the latest values of those who observe it, the first of them first */
  values = new Map()
  /** how many calls under way have observed it */
  pending = 0
  /** of a counter: the total of the series */
  total = 0
  /** of a counter that nobody observes: the last observed value, from which the next observer goes on */
  left = 0

  /**
   * @param {any} handle
   * @param {object} options
   * @param {Record<string, string>} options.labels as strings
   * @param {boolean} options.addsUp whether it has several sets of attributes, whose values are added up
   * @param {boolean} options.isOverflow whether these are the sets that have no room, which may change
   */
  constructor(handle, { labels, addsUp, isOverflow }) {
    this.handle = handle
    this.labels = labels
    this.addsUp = addsUp
    this.isOverflow = isOverflow
  }

  /** Whether nobody observes it. */
  get isLeft() {
    return this.values.size === 0 && this.pending === 0
  }
}

class ObservedSeries {
  #stream
  #isSet
  #isSum
  /** @type {Map<any, Observed>} by handle: those that are observed, and counters that were, the latest last */
  #known = new Map()

  /** @param {Stream} stream @param {{ type: string }} descriptor */
  constructor(stream, { type }) {
    this.#stream = stream
    this.isCounter = stream.kind === 'counter'
    this.#isSet = stream.kind === 'gauge'
    this.#isSum = type !== 'OBSERVABLE_GAUGE'
    stream.makeRoomBy(() => this.#removeOldest())
  }

  /** The series of attributes, for a call under way. @param {any} attributes */
  find(attributes) {
    const handle = this.#stream.find(attributes)
    let observed = this.#known.get(handle)
    if (observed === undefined) {
      const isOverflow = this.#stream.isOverflow(handle)
      observed = new Observed(handle, {
        labels: this.#stream.labelsOf(handle, attributes),
        addsUp: this.#isSum && (this.#stream.isFiltered || isOverflow),
        isOverflow,
      })
      this.#known.set(handle, observed)
    }
    return observed
  }

  /** @param {Observed} observed @param {object} observer @param {number} value */
  write(observed, observer, value) {
    const { handle, values } = observed
    if (this.isCounter) {
      this.#add(observed, observer, value)
      values.set(observer, value)
      handle.setTotal(observed.total)
    } else if (this.#isSet) {
      values.set(observer, value)
      handle.set(observed.addsUp ? sumOf(values) : value)
    } else {
      // first, because it throws what its view cannot record
      writerOf(this.#stream)(handle, value)
      values.set(observer, value)
    }
    if (hidden.delete(handle)) this.#stream.setHidden(observed.labels, false)
  }

  /**
   * Where several observe a counter, all of them or the first one counts.
   * @param {Observed} observed
   * @param {object} observer
   * @param {number} value
   */
  #add(observed, observer, value) {
    const { values } = observed
    const isFirst = values.size === 0 || values.keys().next().value === observer
    if (!isFirst && !observed.addsUp) return
    const before = values.get(observer) ?? (values.size === 0 ? observed.left : 0)
    // a lower total is that of a source that has started over, or of fewer sets without room
    if (value < before) observed.total += observed.isOverflow ? 0 : value
    // without other observers it is the total itself, unrounded
    else observed.total = observed.total === before ? value : observed.total + (value - before)
  }

  /** @param {Observed} observed @param {object} observer who does not observe it any more */
  forget(observed, observer) {
    const last = observed.values.get(observer)
    if (observed.values.delete(observer) && observed.values.size === 0) observed.left = last ?? 0
    this.release(observed)
  }

  /** Lets a series leave that nobody observes: one that was never written, or a gauge, for good. @param {Observed} observed */
  release(observed) {
    const { handle, labels } = observed
    if (!observed.isLeft || this.#known.get(handle) !== observed) return
    this.#known.delete(handle)
    if (!this.isCounter || observed.left === 0) return this.#stream.remove(labels)
    this.#known.set(handle, observed)
    hidden.add(handle)
    this.#stream.setHidden(labels, true)
  }

  /** Makes room for another set of attributes: of those that nobody observes, the one that was left first goes. */
  #removeOldest() {
    for (const [handle, observed] of this.#known) {
      // that of the sets without room takes none
      if (!observed.isLeft || observed.isOverflow) continue
      this.#known.delete(handle)
      hidden.delete(handle)
      return this.#stream.remove(observed.labels)
    }
  }
}

/** @param {Map<object, number>} values */
function sumOf(values) {
  let sum = 0
  for (const value of values.values()) sum += value
  return sum
}

module.exports = { ObservedSeries }
