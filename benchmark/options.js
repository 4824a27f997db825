'use strict'

// What the command line asks for.

const { parseArgs } = require('node:util')

const USAGE = `npm run benchmark -- [options]

  --case <name>   only cases whose name begins so; may be given several times
  --rounds <n>    rounds of each case (default: each case's own, 3 to 41)
  --quick         short rounds and fewer series: to see that it runs, not for a table
  --bun           under the bun of node_modules
  --list          the names of the cases
  --help`

/**
 * @typedef {object} Options
 * @property {string[]} cases beginnings of names; none: all
 * @property {number | undefined} rounds
 * @property {boolean} quick
 * @property {boolean} bun
 * @property {boolean} list
 * @property {boolean} help
 */

/** @param {string[]} args @returns {Options} @throws Error for an unknown option or a wrong number */
function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      case: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      bun: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { case: cases, rounds, quick, bun, list, help } = values
  return { cases, rounds: rounds === undefined ? undefined : wholeNumber(rounds), quick, bun, list, help }
}

/** @param {string} text */
function wholeNumber(text) {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--rounds must be a whole number from 1 up, got ${text}`)
  return number
}

module.exports = { USAGE, readOptions }
