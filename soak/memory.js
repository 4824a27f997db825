'use strict'

// The memory of the process during a run, and whether it is stable.

const { setTimeout } = require('node:timers/promises')
const { collect } = require('../__test__/support/garbage')

/** @typedef {InstanceType<typeof import('./scenario').Scenario>} Scenario */
/** @typedef {{ resident: number, heap: number }} Sample in bytes */
/** @typedef {{ first: Sample, second: Sample, judged: boolean, failures: string[] }} Verdict */

const PACE_MILLIS = 1000
const MB = 1e6
/** The growth that is allowed in the second half, in addition to a tenth, because threads are at different stages. */
const SLACK = { resident: 16 * MB, heap: 4 * MB }
const SHARE = 1.1
/** The first part is ignored: it loads and compiles code, and the allocator builds its reserves. */
const WARM_UP = 0.2
/** Fewer samples are not conclusive. */
const LEAST = 40

class Memory {
  #scenario
  /** @type {Sample[]} */
  samples = []

  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario
  }

  async run() {
    while (!this.#scenario.isOver) {
      await setTimeout(Math.min(PACE_MILLIS, this.#scenario.millisLeft))
      collect()
      this.#scenario.tally.did('collections of garbage')
      const { rss, heapUsed } = process.memoryUsage()
      this.samples.push({ resident: rss, heap: heapUsed })
    }
  }

  /** @returns {string[]} */
  check() {
    return judge(this.samples).failures
  }
}

/** The second half against the first, by their medians. @param {Sample[]} samples @returns {Verdict} */
function judge(samples) {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP))
  const half = Math.floor(warm.length / 2)
  const [first, second] = [medians(warm.slice(0, half)), medians(warm.slice(half))]
  const judged = samples.length >= LEAST
  const grown = /** @type {const} */ (['resident', 'heap']).filter((part) => second[part] > boundOf(part, first[part]))
  const failures = grown.map((part) => {
    const bound = boundOf(part, first[part])
    return `${part} memory grew from ${inMB(first[part])} to ${inMB(second[part])}, more than ${inMB(bound)}`
  })
  return { first, second, judged, failures: judged ? failures : [] }
}

/** What the second half may take at most. @param {keyof Sample} part @param {number} first */
function boundOf(part, first) {
  return first * SHARE + SLACK[part]
}

/** @param {Sample[]} samples @returns {Sample} */
function medians(samples) {
  const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
  return { resident: median(samples.map(({ resident }) => resident)), heap: median(samples.map(({ heap }) => heap)) }
}

/** @param {number} bytes */
function inMB(bytes) {
  return `${(bytes / MB).toFixed(1)} MB`
}

module.exports = { Memory, boundOf, inMB, judge }
