'use strict'

// The end of a run, as text: what was done how often, what memory did, and what went wrong.

const { boundOf, inMB, judge } = require('./memory')

/** @typedef {import('./memory').Sample} Sample */

/** Differences that are shown: the first of many tell as much. */
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
    const verdict = judged ? `at most ${inMB(boundOf(part, first[part]))} allowed` : 'too short a run to judge'
    return `${part} memory, medians of the halves: ${inMB(first[part])}, then ${inMB(second[part])} (${verdict})`
  })
}

module.exports = { summary }
