'use strict'

const { instrumentsOf } = require('../record/collector')

/**
 * Makes the metrics of HTTP once for each collector: all its observers share the gauges, and the limits hold for all of them.
 * @template Made
 * @param {new (metrics: import('../..').Metrics, options: { buckets?: readonly number[] }) => Made} Metrics
 */
function perCollector(Metrics) {
  /** @type {WeakMap<object, Made>} by the instruments of a collector */
  const known = new WeakMap()
  return (/** @type {import('../..').Metrics} */ metrics, /** @type {{ buckets?: readonly number[] }} */ options) => {
    const instruments = instrumentsOf(metrics.collector)
    const made = known.get(instruments)
    if (made !== undefined && options.buckets === undefined) return made
    // throws where other buckets are in use
    const own = new Metrics(metrics, options)
    if (made === undefined) known.set(instruments, own)
    return made ?? own
  }
}

module.exports = { perCollector }
