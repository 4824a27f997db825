'use strict'

// The summary of a run: activities, memory, and failures.

const { boundOf, inMB, judge } = require('./memory')

/** @typedef {import('./memory').Sample} Sample */

/** The number of differences that are shown. */
const SHOWN = 20

/**
 * @param {InstanceType<typeof import('./tally').Tally>} tally
 * @param {Sample[]} samples
 * @param {import('./options').Options} options
 * @param {string[]} failures
 */
function summary(tally, samples, { seed }, failures) {
  const runtime = process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.version}`
  return [
    `\nsoak under ${runtime}, --seed ${seed}`,
    ...Object.keys(tally.activity)
      .sort()
      .map((what) => `${String(tally.activity[what]).padStart(12)}  ${what}`),
    ...memoryLines(samples),
    ...failures.slice(0, SHOWN).map((failure) => `wrong: ${failure}`),
    failures.length === 0 ? 'soak passed: all totals are exact' : `soak failed: ${failures.length} wrong`,
  ].join('\n')
}

/** @param {Sample[]} samples */
function memoryLines(samples) {
  const { first, second, judged } = judge(samples)
  const parts = /** @type {const} */ (['resident', 'heap'])
  return parts.map((part) => {
    const verdict = judged ? `at most ${inMB(boundOf(part, first[part]))} allowed` : 'the run is too short to check'
    return `${part} memory, medians of the halves: ${inMB(first[part])}, then ${inMB(second[part])} (${verdict})`
  })
}

module.exports = { summary }
