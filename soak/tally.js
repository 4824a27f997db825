'use strict'

// Everything that was recorded, counted in plain objects with the keys of a snapshot. Threads send their tallies as messages. A tally
// never reads a collector.

/** @typedef {{ count: number, sum: number | undefined, min: number, max: number }} Samples `sum` is unknown where values are */
/** @typedef {'timings' | 'histograms'} DistributionKind */
/** @typedef {Pick<InstanceType<typeof Tally>, 'counters' | 'timings' | 'histograms' | 'traced' | 'activity'>} TallyMessage */

class Tally {
  /** @type {Record<string, number>} */
  counters = {}
  /** @type {Record<string, Samples>} in nanoseconds */
  timings = {}
  /** @type {Record<string, Samples>} */
  histograms = {}
  /** trace events */
  traced = 0
  /** @type {Record<string, number>} what was done, for the summary */
  activity = {}

  /** @param {string} key @param {number} [delta] */
  count(key, delta = 1) {
    this.counters[key] = (this.counters[key] ?? 0) + delta
    this.did('recordings')
  }

  /**
   * @param {DistributionKind} kind
   * @param {string} key
   * @param {number} [value] absent for a duration that only the library knows
   */
  observe(kind, key, value) {
    const known = { sum: value, min: value ?? Infinity, max: value ?? -Infinity }
    merge(this[kind], key, { count: 1, ...known })
    this.did('recordings')
  }

  trace() {
    this.traced++
    this.did('trace events')
  }

  /** @param {string} what @param {number} [times] */
  did(what, times = 1) {
    this.activity[what] = (this.activity[what] ?? 0) + times
  }

  /** Adds the tally of another thread. @param {TallyMessage} other */
  add(other) {
    for (const [key, delta] of Object.entries(other.counters)) this.counters[key] = (this.counters[key] ?? 0) + delta
    for (const kind of /** @type {DistributionKind[]} */ (['timings', 'histograms'])) {
      for (const [key, samples] of Object.entries(other[kind])) merge(this[kind], key, samples)
    }
    this.traced += other.traced
    for (const [what, times] of Object.entries(other.activity)) this.did(what, times)
  }
}

/** @param {Record<string, Samples>} into @param {string} key @param {Samples} more */
function merge(into, key, more) {
  const known = into[key]
  if (known === undefined) {
    into[key] = { ...more }
    return
  }
  known.count += more.count
  known.sum = known.sum === undefined || more.sum === undefined ? undefined : known.sum + more.sum
  known.min = Math.min(known.min, more.min)
  known.max = Math.max(known.max, more.max)
}

module.exports = { Tally }
