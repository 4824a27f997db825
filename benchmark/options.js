'use strict'

// The options of the command line.

const { parseArgs } = require('node:util')

const USAGE = `npm run benchmark -- [options]

  --case <name>   only cases whose name begins with this; may be repeated
  --rounds <n>    rounds of each case (default: 1 to 15, by case)
  --quick         short rounds and fewer series: shows that it runs; the figures are rough
  --node <line>   in the newest Node.js of this line, fetched if necessary
                  (default: the one that runs this, or 22 if the peers do not support that)
  --bun           in the Bun of node_modules
  --list          prints the names of the cases
  --help`

/**
 * @typedef {object} Options
 * @property {string[]} cases beginnings of names; empty: all
 * @property {number | undefined} rounds
 * @property {boolean} quick
 * @property {string} [node] a line of Node.js
 * @property {boolean} bun
 * @property {boolean} list
 * @property {boolean} help
 */

/** @param {string[]} args @returns {Options} @throws Error for an unknown option, a wrong number or two runtimes */
function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      case: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      node: { type: 'string' },
      bun: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { case: cases, rounds, quick, node, bun, list, help } = values
  if (bun && node !== undefined) throw new Error('--bun and --node exclude each other')
  return { cases, rounds: rounds === undefined ? undefined : wholeNumber(rounds), quick, node, bun, list, help }
}

/** @param {string} text */
function wholeNumber(text) {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--rounds must be a whole number from 1 up, got ${text}`)
  return number
}

module.exports = { USAGE, readOptions }
