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
    const groups = new Groups()
    for (const metric of metrics) for (const sample of metric.values) groups.add(sample)
    const values = groups.all.map((samples) => {
      const [{ labels, metricName }] = samples
      const value = { value: aggregate(samples), labels }
      return metricName === undefined ? value : { ...value, metricName }
    })
    return { help, name, type, values, aggregator }
  }
}

/** Samples by name and labels: by a Map of Maps for all that have the same label names. */
class Groups {
  /** @type {Sample[][]} in the order of their first samples */
  all = []
  /** @type {Map<string, Map<unknown, any>>} by sorted label names, as JSON */
  #roots = new Map()
  /** @type {string[] | undefined} the label names of the latest sample, in its order */
  #names
  /** @type {string[]} the same, sorted */
  #sorted = []
  /** @type {Map<unknown, any>} */
  #root = new Map()

  /** @param {Sample} sample */
  add(sample) {
    const { labels, metricName } = sample
    const names = Object.keys(labels)
    if (this.#names === undefined || !isSame(names, this.#names)) this.#open(names)
    let node = this.#root
    /** @type {string | undefined} */
    let key = metricName
    for (const name of this.#sorted) {
      let next = node.get(key)
      if (next === undefined) {
        next = new Map()
        node.set(key, next)
      }
      node = next
      key = String(labels[name])
    }
    const group = node.get(key)
    if (group !== undefined) {
      group.push(sample)
      return
    }
    const samples = [sample]
    node.set(key, samples)
    this.all.push(samples)
  }

  /** @param {string[]} names */
  #open(names) {
    this.#names = names
    this.#sorted = [...names].sort()
    const id = JSON.stringify(this.#sorted)
    this.#root = this.#roots.get(id) ?? new Map()
    this.#roots.set(id, this.#root)
  }
}

/** @param {string[]} one @param {string[]} other */
function isSame(one, other) {
  return one.length === other.length && one.every((name, at) => name === other[at])
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
