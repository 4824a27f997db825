'use strict'

// Compares a reading with a tally: counts exactly, and sums as far as their order of addition allows.

/** @typedef {InstanceType<typeof import('./tally').Tally>} Tally */
/** @typedef {import('./tally').Samples} Samples */
/** @typedef {import('..').Snapshot} Snapshot */
/** @typedef {{ count: number, sum: number, min: number, max: number }} Stats */

/** Sums of floats depend on the order of addition. */
const SUM_ERROR = 1e-9
const NANOS_PER_MILLI = 1e6

/**
 * @param {string} reader for the messages
 * @param {Pick<Snapshot, 'counters' | 'timings' | 'histograms'>} snapshot of series that are tallied
 * @param {Tally} tally
 * @param {{ exactExtremes?: boolean }} [options] after a reset, a window's extremes are only as exact as its buckets
 * @returns {string[]} the differences
 */
function differences(reader, snapshot, tally, { exactExtremes = true } = {}) {
  const timings = Object.entries(snapshot.timings).map(([key, stats]) => /** @type {const} */ ([key, inNanos(stats)]))
  return [
    ...counterDifferences(snapshot.counters, tally.counters),
    ...distributionDifferences(Object.fromEntries(timings), tally.timings, exactExtremes),
    ...distributionDifferences(snapshot.histograms, tally.histograms, exactExtremes),
  ].map((difference) => `${reader}: ${difference}`)
}

/** @param {import('..').TimingStats} stats @returns {Stats} */
function inNanos({ count, total, min, max }) {
  return { count, sum: total * NANOS_PER_MILLI, min: min * NANOS_PER_MILLI, max: max * NANOS_PER_MILLI }
}

/** @param {Record<string, number>} read @param {Record<string, number>} tallied */
function counterDifferences(read, tallied) {
  return keysOf(read, tallied)
    .filter((key) => (read[key] ?? 0) !== (tallied[key] ?? 0))
    .map((key) => `counter ${key} is ${read[key]}, tallied ${tallied[key]}`)
}

/** @param {Record<string, Stats>} read @param {Record<string, Samples>} tallied @param {boolean} exactExtremes */
function distributionDifferences(read, tallied, exactExtremes) {
  return keysOf(read, tallied).flatMap((key) => {
    if (read[key] === undefined || tallied[key] === undefined)
      return [`${key} is only in the reading, or only in the tally`]
    const wrong = wrongParts(read[key], tallied[key], exactExtremes)
    return wrong.map((part) => `${part} of ${key} is ${read[key][part]}, tallied ${tallied[key][part]}`)
  })
}

/** @param {Stats} stats @param {Samples} samples @param {boolean} exactExtremes @returns {(keyof Stats)[]} */
function wrongParts(stats, samples, exactExtremes) {
  /** @type {(keyof Stats)[]} */
  const wrong = stats.count === samples.count ? [] : ['count']
  if (samples.sum === undefined) return wrong
  if (!isNear(stats.sum, samples.sum)) wrong.push('sum')
  if (!exactExtremes) return wrong
  const extremes = /** @type {const} */ (['min', 'max'])
  return [...wrong, ...extremes.filter((part) => !isNear(stats[part], samples[part]))]
}

/** @param {number} value @param {number} expected */
function isNear(value, expected) {
  return Math.abs(value - expected) <= Math.abs(expected) * SUM_ERROR
}

/** @param {object} one @param {object} other */
function keysOf(one, other) {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()
}

module.exports = { differences }
