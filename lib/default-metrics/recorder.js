'use strict'

// What one thread of one run records with: its series have the labels of the run and the thread.

/** @typedef {import('./types').ThreadFamily} ThreadFamily */
/** @typedef {import('./types').Series} Series */

/** prom-client's default bounds, in milliseconds. */
const DEFAULT_GC_BUCKETS = [1, 10, 100, 1000, 2000, 5000]

/** Of timings: quantiles are within 0.8 %. */
const PRECISION = 2

class ThreadRecorder {
  #instruments
  #prefix
  #labels
  /** @type {Map<string, { series: Series, remove: () => void }>} */
  #known = new Map()
  #isStopped
  gcBuckets

  /**
   * @param {import('../record/types').Instruments} instruments
   * @param {import('../../binding').DefaultMetricsRun} run
   * @param {Record<string, string>} labels of the run and the thread
   * @param {() => boolean} isStopped whether the run was stopped, by any thread
   */
  constructor(instruments, run, labels, isStopped) {
    this.#instruments = instruments
    this.#prefix = run.prefix
    this.#labels = labels
    this.#isStopped = isStopped
    this.gcBuckets = run.gcBuckets ?? DEFAULT_GC_BUCKETS
  }

  /** Whether nothing may be recorded any more. */
  get isStopped() {
    return this.#isStopped()
  }

  /** @type {import('./types').ThreadRecorder['series']} */
  series(family, labels) {
    const key = labels === undefined ? family.name : [family.name, ...Object.values(labels)].join('\0')
    const known = this.#known.get(key)
    if (known !== undefined) return known.series
    // what the group says of a series counts more than what the user does
    const all = { ...this.#labels, ...labels }
    const instrument = this.#instrument(family)
    const series = Object.keys(all).length > 0 ? instrument.labels(all) : instrument
    this.#known.set(key, { series, remove: () => instrument.remove(all) })
    return series
  }

  /** @param {ThreadFamily} family @returns {any} */
  #instrument({ kind, name, help, labelNames = [], buckets, quantiles }) {
    const common = { name: this.#prefix + name, help }
    if (kind === 'gauge') return this.#instruments.instrument('gauge', common)
    // a distribution whose series may have labels is not exposed before it has one
    const allowed = ['thread', ...Object.keys(this.#labels), ...labelNames]
    const options = { ...common, labelNames: allowed, buckets, quantiles }
    if (kind === 'histogram') return this.#instruments.instrument('histogram', options)
    return this.#instruments.instrument('timing', { ...common, labelNames: allowed, buckets, precision: PRECISION })
  }

  /** Removes all series that this thread has recorded. */
  remove() {
    for (const { remove } of this.#known.values()) remove()
    this.#known.clear()
  }
}

module.exports = { ThreadRecorder }
