'use strict'

// The recorded values: mostly small numbers, often 0, negative ones, new powers of two, and sometimes numbers so large that a float
// loses what is added to them. All others are multiples of 1/8, so that sums are exact.

/** @typedef {InstanceType<typeof import('../random').Random>} Random */
/** @typedef {import('./types').Family} Family */

const HUGE = [1e16, 1e17]
const LARGEST_NANOS = Number.MAX_SAFE_INTEGER
/** Powers of two, and the values halfway between them. */
const POWERS = 40
/** Precision 3 has a thousand buckets for each power of two and is slow to read, so only every fifth value uses it. */
const FINEST = 1 / 1024
const FEW = 5

/**
 * @param {Family} family
 * @param {Random} random
 * @param {ReadonlySet<string>} without
 */
function drawnValue({ kind, bounds, merge, errors }, random, without) {
  const luck = random.below(100)
  if (luck < 3 && !without.has('huge') && merge !== 'sum') {
    if (kind === 'timing') return LARGEST_NANOS
    return kind === 'counter' && luck === 0 && !without.has('downs') ? -random.pick(HUGE) : random.pick(HUGE)
  }
  if (luck < 13 && !without.has('zeros')) return 0
  if (kind === 'counter') return counted(random, luck, without)
  // often the same value
  if (kind === 'gauge') return luck < 45 ? 1 : (random.below(80) - 20) / random.pick([1, 1, 8])
  if (bounds !== undefined) return random.pick([1, 10, 100, 1000, -5, 0.5, random.below(2000)])
  // a histogram also gets fractions
  const step = errors?.[1] === FINEST ? FEW : 1
  const power = step * random.below(POWERS / step) - (kind === 'timing' ? -1 : 2)
  return 2 ** power * random.pick([1, 1, 1.5])
}

/** @param {Random} random @param {number} luck @param {ReadonlySet<string>} without */
function counted(random, luck, without) {
  if (luck < 55) return 1
  const amount = random.below(100) / random.pick([1, 1, 8])
  return luck < 75 && !without.has('downs') ? -amount : amount
}

module.exports = { drawnValue }
