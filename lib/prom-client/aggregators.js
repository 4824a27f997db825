'use strict'

// How the metrics of several processes become one.

/** @typedef {{ value: number, labels: Record<string, any>, metricName?: string }} Sample */

/**
 * Aggregates metrics of one name, sample by sample.
 * @param {(samples: Sample[]) => number} aggregate
 * @returns {(metrics: any[]) => any}
 */
function AggregatorFactory(aggregate) {
  return (metrics) => {
    if (metrics.length === 0) return undefined
    const [{ help, name, type, aggregator }] = metrics
    /** @type {Map<string, Sample[]>} */
    const groups = new Map()
    for (const sample of metrics.flatMap((metric) => metric.values)) {
      const key = keyOf(sample)
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [sample])
      else group.push(sample)
    }
    const values = Array.from(groups.values(), (samples) => {
      const [{ labels, metricName }] = samples
      const value = { value: aggregate(samples), labels }
      return metricName === undefined ? value : { ...value, metricName }
    })
    return { help, name, type, values, aggregator }
  }
}

/** @param {Sample} sample */
function keyOf({ metricName, labels }) {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([metricName, ...sorted.map(([name, value]) => [name, String(value)])])
}

/** @type {Record<string, (metrics: any[]) => any>} */
const aggregators = {
  sum: AggregatorFactory((samples) => samples.reduce((sum, { value }) => sum + value, 0)),
  first: AggregatorFactory(([{ value }]) => value),
  omit: () => undefined,
  average: AggregatorFactory((samples) => samples.reduce((sum, { value }) => sum + value, 0) / samples.length),
  min: AggregatorFactory((samples) => samples.reduce((least, { value }) => Math.min(least, value), Infinity)),
  max: AggregatorFactory((samples) => samples.reduce((most, { value }) => Math.max(most, value), -Infinity)),
}

module.exports = { AggregatorFactory, aggregators }
