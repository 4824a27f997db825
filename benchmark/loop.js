'use strict'

// The cost of one recording: batches of calls in a loop, long enough for the clock, and a check that each call was recorded.

const WARM_UP_MILLIS = 300
/** Batches are multiples of this, so that every series and every value occurs equally often. */
const TURNS = 4096

/**
 * @typedef {object} Recording what a contender gives to a loop
 * @property {(turn: number) => unknown} record one recording
 * @property {() => unknown[] | Promise<unknown[]>} recorded what was recorded, read after the last call
 * @property {(calls: number) => number[]} [expected] what should have been; default: one number, the calls
 */

/**
 * @param {Recording} recording
 * @param {{ batchMillis: number, warmUpMillis?: number }} parameters
 */
async function openLoop(
  { record, recorded, expected = (calls) => [calls] },
  { batchMillis, warmUpMillis = WARM_UP_MILLIS },
) {
  let calls = 0

  /** @param {number} count @returns {number} milliseconds */
  function run(count) {
    const began = performance.now()
    for (let turn = 0; turn < count; turn++) record(turn)
    const took = performance.now() - began
    calls += count
    return took
  }

  for (let spent = 0; spent < warmUpMillis; ) spent += run(TURNS)
  const count = TURNS * Math.max(1, Math.round((batchMillis * 4) / (run(TURNS) + run(TURNS) + run(TURNS) + run(TURNS))))
  run(count)

  return {
    /** @returns {number} nanoseconds for one call */
    measure: () => (run(count) / count) * 1e6,
    check: async () => compare(await recorded(), expected(calls)),
  }
}

/** @param {unknown[]} recorded in any order @param {number[]} expected @throws Error */
function compare(recorded, expected) {
  const got = sorted(recorded)
  const wanted = sorted(expected)
  const isSame = got.length === wanted.length && got.every((value, at) => isNear(value, wanted[at]))
  if (!isSame) throw new Error(`recorded ${shortened(got)} where ${shortened(wanted)} was expected`)
}

/** @param {unknown[]} values */
function sorted(values) {
  return values.map(Number).sort((one, other) => one - other)
}

/** Sums of fractions may differ by rounding; counts must be equal. @param {number} got @param {number} wanted */
function isNear(got, wanted) {
  return Number.isInteger(wanted) ? got === wanted : Math.abs(got - wanted) <= 1e-6 * wanted
}

/** @param {number[]} values */
function shortened(values) {
  return values.length > 4 ? `${values.slice(0, 4).join(', ')}, … (${values.length})` : values.join(', ')
}

/** An equal share of the calls for each series. @param {number} series */
function evenly(series) {
  return (/** @type {number} */ calls) => Array(series).fill(calls / series)
}

/**
 * A case of loops: its contenders open recordings.
 * @param {{ contenders: Record<string, (parameters: any) => Recording | Promise<Recording>> }} loopCase
 */
function loopCase({ contenders, ...rest }) {
  const open = Object.entries(contenders).map(([name, contender]) => [
    name,
    async (/** @type {any} */ parameters) => openLoop(await contender(parameters), parameters),
  ])
  return { unit: 'ns', rounds: 15, processes: 5, contenders: Object.fromEntries(open), ...rest }
}

module.exports = { compare, evenly, loopCase, openLoop }
