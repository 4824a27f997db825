'use strict'

// Compares a reading with the model, value by value.

const { HIDDEN, VISIBLE } = require('./amounts')
const { SERIES_BY_KEY } = require('./families')
const { differencesOfFloods, isFlooded } = require('./floods')

/** @typedef {import('./types').Series} Series */
/** @typedef {InstanceType<typeof import('./readers').Reader>} Reader */
/** @typedef {InstanceType<typeof import('./reference').Reference>} Reference */
/** @typedef {InstanceType<typeof import('./amounts').Counted>} Counted */
/** @typedef {InstanceType<typeof import('./amounts').Distributed>} Distributed */
/** @typedef {import('../..').Snapshot} Snapshot */

const NANOS_PER_MILLI = 1e6
/** The rounding error of decimals and of a division. */
const ROUNDING = 1e-12

/** @param {Reference} reference @param {Reader} reader @param {Snapshot} snapshot @returns {string[]} */
function differencesOfSnapshot(reference, reader, snapshot) {
  return [
    ...differencesOfCounters(reader, snapshot.counters),
    ...differencesOfGauges(reference, snapshot.gauges),
    ...differencesOfDistributions(reference, reader, { ...snapshot.timings, ...snapshot.histograms }),
    ...differencesOfFloods(reader.floods, countsOf(snapshot)),
    ...differencesOfTrace(reader, snapshot.trace),
  ]
}

/** @param {Reader} reader @param {Record<string, number>} read */
function differencesOfCounters(reader, read) {
  const wrong = unexpected(read, (series) => (reader.counters.get(series)?.visible ?? HIDDEN) !== HIDDEN)
  for (const [series, counted] of reader.counters)
    wrong.push(...differencesOfCounter(series, counted, read[series.key]))
  return wrong
}

/** @param {Series} series @param {Counted | undefined} counted @param {number | undefined} value */
function differencesOfCounter({ key }, counted, value) {
  if (value === undefined) return counted?.visible === VISIBLE ? [`${key} is absent, not ${counted.net}`] : []
  if (counted === undefined || counted.visible === HIDDEN) return [`${key} is ${value}, not absent`]
  return counted.isRight(value) ? [] : [`${key} is ${value}, not ${counted.net}`]
}

/** @param {Reference} reference @param {Record<string, number>} read */
function differencesOfGauges({ gauges }, read) {
  const wrong = unexpected(read, (series) => gauges.value(series) !== undefined)
  for (const series of gauges.visible()) {
    if (read[series.key] !== gauges.value(series)) {
      wrong.push(`${series.key} is ${read[series.key]}, not ${gauges.value(series)}`)
    }
  }
  return wrong
}

/** @param {Reference} reference @param {Reader} reader @param {Record<string, any>} read */
function differencesOfDistributions({ coarse }, { distributions, isExact }, read) {
  const wrong = unexpected(read, (series) => distributions.has(series))
  for (const [series, distributed] of distributions) {
    wrong.push(...differencesOfStats(series, distributed, isExact && !coarse.has(series), read[series.key]))
  }
  return wrong
}

/** The values of counters and the counts of distributions. @param {Snapshot} snapshot @returns {[key: string, count: number][]} */
function countsOf({ counters, timings, histograms }) {
  const distributions = Object.entries({ ...timings, ...histograms })
  return [
    ...Object.entries(counters),
    ...distributions.map(([key, { count }]) => /** @type {[string, number]} */ ([key, count])),
  ]
}

/** The unexpected keys of a reading. @param {object} read @param {(series: Series) => boolean} isExpected */
function unexpected(read, isExpected) {
  return Object.entries(read).flatMap(([key, value]) => {
    if (isFlooded(key)) return []
    const series = SERIES_BY_KEY.get(key)
    return series !== undefined && isExpected(series) ? [] : [`${key} is ${JSON.stringify(value)}, not absent`]
  })
}

/** @param {Series} series @param {Distributed | undefined} distributed @param {boolean} isExact @param {any} stats */
function differencesOfStats(series, distributed, isExact, stats) {
  const { key, family } = series
  if (distributed === undefined) return stats === undefined ? [] : [`${key} is ${JSON.stringify(stats)}, not absent`]
  if (stats === undefined) return [`${key} is absent, not a distribution of ${distributed.count}`]
  const scale = family.kind === 'timing' ? NANOS_PER_MILLI : 1
  const { count, sum, min, max } = distributed
  const wrong = []
  if (stats.count !== count) wrong.push(`count of ${key} is ${stats.count}, not ${count}`)
  const read = family.kind === 'timing' ? stats.total : stats.sum
  if (!sum.isRight(read, scale)) wrong.push(`sum of ${key} is ${read * scale}, not ${sum.total}`)
  if (Math.abs(stats.mean * scale * count - sum.total) > 1e-9 * Math.abs(sum.total) + sum.tolerance) {
    wrong.push(`mean of ${key} is ${stats.mean * scale}, not ${sum.total / count}`)
  }
  for (const [name, value] of /** @type {const} */ ([
    ['min', min],
    ['max', max],
  ])) {
    const isRight = isExact
      ? isNear(stats[name] * scale, value, ROUNDING)
      : isInBucket(series, stats[name] * scale, value)
    if (!isRight) wrong.push(`${name} of ${key} is ${stats[name] * scale}, not ${value}`)
  }
  for (const [name, q] of /** @type {const} */ ([
    ['p50', 0.5],
    ['p90', 0.9],
    ['p99', 0.99],
  ])) {
    const value = distributed.quantile(q)
    if (!isInBucket(series, stats[name] * scale, value))
      wrong.push(`${name} of ${key} is ${stats[name] * scale}, not ${value}`)
  }
  return [...wrong, ...differencesOfBuckets(series, distributed, stats.buckets)]
}

/** @param {Series} series @param {Distributed} distributed @param {[number, number][] | undefined} buckets */
function differencesOfBuckets({ key, family }, distributed, buckets) {
  const expected = family.bounds?.map((bound) => [bound, distributed.upTo(bound)])
  if (JSON.stringify(buckets) === JSON.stringify(expected)) return []
  return [`buckets of ${key} are ${JSON.stringify(buckets)}, not ${JSON.stringify(expected)}`]
}

/**
 * Whether a reading is within the bucket width of a distribution.
 * @param {Series} series
 * @param {number} read
 * @param {number} value
 */
function isInBucket({ family: { bounds, errors = [0, 0] }, labels }, read, value) {
  if (bounds === undefined) return isNear(read, value, errors[labels.length === 0 ? 0 : 1] + ROUNDING)
  const upper = bounds.find((bound) => value <= bound) ?? Infinity
  const lower = bounds.findLast((bound) => value > bound) ?? -Infinity
  return read >= lower && read <= upper
}

/** @param {number} read @param {number} value @param {number} error relative */
function isNear(read, value, error) {
  return Math.abs(read - value) <= error * Math.abs(value)
}

/** @param {Reader} reader @param {Snapshot['trace']} trace */
function differencesOfTrace(reader, trace) {
  const [read, expected] = [trace.map(({ fields }) => fields.value).join(), reader.trace.join()]
  const wrong = trace.some(({ seq }, at) => at > 0 && seq !== trace[at - 1].seq + 1) ? ['trace events are missing'] : []
  return read === expected ? wrong : [...wrong, `the trace is ${read}, not ${expected}`]
}

/** One value over all threads. @param {Reference} reference @param {Series} series @param {any} value @returns {string[]} */
function differencesOfValue({ whole, gauges, coarse }, series, value) {
  const { kind } = series.family
  const wrong =
    kind === 'gauge'
      ? value === gauges.value(series)
        ? []
        : [`${series.key} is ${value}, not ${gauges.value(series)}`]
      : kind === 'counter'
        ? differencesOfCounter(series, whole.counters.get(series), value)
        : differencesOfStats(series, whole.distributions.get(series), !coarse.has(series), value)
  return wrong.map((difference) => `value(): ${difference}`)
}

module.exports = { countsOf, differencesOfSnapshot, differencesOfValue }
