'use strict'

// The options of the command line.

const { parseArgs } = require('node:util')

const USAGE = `npm run soak -- [options]

  --minutes <n>   duration, may be a fraction (default: 10 for the runtime, 1 for the model and for the core)
  --lives <n>     run the runtime part until this many threads have ended, instead of for a time
  --seed <n>      seed of the random choices, to repeat a run (default: the time)
  --bun           run under the bun of node_modules
  --runtime       only everything at once, in this runtime
  --model         only random programs compared with the model
  --valgrind      only the Rust core under valgrind
  --lose-one      tally one job that is not recorded; the run must fail
  --help`

/**
 * @typedef {{
 *   minutes: number | undefined,
 *   lives: number | undefined,
 *   seed: number,
 *   bun: boolean,
 *   runtime: boolean,
 *   model: boolean,
 *   valgrind: boolean,
 *   loseOne: boolean,
 *   help: boolean,
 * }} Options
 */

/** @param {string[]} args @returns {Options} @throws Error for an unknown option or an invalid number */
function readOptions(args) {
  const flag = /** @type {const} */ ({ type: 'boolean', default: false })
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string' },
      lives: { type: 'string' },
      seed: { type: 'string' },
      bun: flag,
      runtime: flag,
      model: flag,
      valgrind: flag,
      'lose-one': flag,
      help: flag,
    },
  })
  const { minutes, lives, seed, bun, runtime, model, valgrind, 'lose-one': loseOne, help } = values
  return {
    minutes: minutes === undefined ? undefined : positive('minutes', minutes),
    lives: lives === undefined ? undefined : positive('lives', lives),
    seed: seed === undefined ? Date.now() % 2 ** 32 : positive('seed', seed),
    bun,
    runtime,
    model,
    valgrind,
    loseOne,
    help,
  }
}

/** @param {string} name @param {string} text */
function positive(name, text) {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw new Error(`--${name} must be a number above 0, got ${text}`)
}

module.exports = { USAGE, readOptions }
