'use strict'

// Runs programs from a seed, one after the other, in this process, until one fails. It then prints the seed, the smallest failing
// program that was found, and the differences. `node --expose-gc soak/model/main.js --seed 7`; `--help` lists the options.

const { parseArgs } = require('node:util')
const { Random } = require('../random')
const { logOf } = require('./log')
const { FEATURES, programOf } = require('./program')
const { runProgram } = require('./run')
const { Shrinking } = require('./shrinking')

const USAGE = `node --expose-gc soak/model/main.js [options]

  --seed <n>        seed of the first program, from which the others derive (default: the time)
  --programs <n>    number of programs (default 1)
  --operations <n>  minimum number of operations in each (default 20000)
  --without <list>  features to leave out: ${Object.keys(FEATURES).join(', ')}
  --lose-one        omit one recording in fifty that the model has; the run must fail
  --runs <n>        maximum number of runs to find a smaller failing program (default 300, and a million operations)

With TALLYSTICK_TEST_SIZES=tiny the library uses tiny sizes, so that rare events become common.`

// families are flooded on purpose
process.removeAllListeners('warning')

/** The number of differences and lines that are shown. */
const SHOWN = 12
const LINES = 400
/** The maximum of operations in the search for a smaller program. */
const SEARCHED = 1e6

function readOptions() {
  const text = /** @type {const} */ ({ type: 'string' })
  const { values } = parseArgs({
    options: {
      seed: text,
      programs: text,
      operations: text,
      without: text,
      runs: text,
      'lose-one': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const without = new Set(values.without?.split(',').filter(Boolean))
  for (const name of without)
    if (!Object.hasOwn(FEATURES, name)) throw new Error(`--without has an unknown feature: ${name}`)
  return {
    help: values.help,
    seed: Number(values.seed ?? Date.now() % 2 ** 32),
    programs: Number(values.programs ?? 1),
    operations: Number(values.operations ?? 20_000),
    runs: Number(values.runs ?? 300),
    without,
    losesOne: values['lose-one'],
  }
}

/** @typedef {ReturnType<typeof readOptions>} Options */

async function main() {
  const options = readOptions()
  if (options.help) return console.log(USAGE)
  const began = performance.now()
  const random = new Random(options.seed)
  let operations = 0
  for (let number = 0; number < options.programs; number++) {
    const seed = number === 0 ? options.seed : random.seed()
    const outcome = await runSeed(seed, options)
    operations += outcome.operations
    if (outcome.failed) {
      process.exitCode = 1
      return
    }
  }
  const rate = Math.round((1000 * operations) / (performance.now() - began))
  console.log(`model: ${operations} operations correct, ${rate} per second, ${argsOf(options.seed, options)}`)
}

/** @param {number} seed @param {Options} options */
async function runSeed(seed, options) {
  const { operations, without, losesOne } = options
  const tiny = process.env.TALLYSTICK_TEST_SIZES === 'tiny'
  const program = programOf({ seed, operations, tiny, without })
  const run = (/** @type {import('./types').Program} */ candidate) => runProgram(candidate, { without, losesOne })
  const outcome = await run(program)
  if (outcome.wrong.length === 0) return { failed: false, operations: outcome.operations }
  console.log(`model: wrong in epoch ${outcome.epoch}, ${argsOf(seed, { ...options, programs: 1 })}`)
  show(outcome.wrong)
  const beginning = { epochs: program.epochs.slice(0, outcome.epoch) }
  let searched = 0
  const fails = async (/** @type {import('./types').Program} */ candidate) => {
    if (searched > SEARCHED) return false
    const again = await run(candidate)
    searched += again.operations
    return isAlike(again.wrong, outcome.wrong)
  }
  const shrinking = new Shrinking(fails, options.runs)
  const smallest = await shrinking.smallest(beginning)
  const log = logOf(smallest)
  console.log(`the smallest program found, ${log.length} lines:`)
  for (const line of log.slice(0, LINES)) console.log(line)
  show((await run(smallest)).wrong)
  return { failed: true, operations: 0 }
}

/**
 * Whether two runs have failed in the same way, so that the smaller program shows the same defect.
 * @param {string[]} one
 * @param {string[]} other
 */
function isAlike(one, other) {
  const known = new Set(other.map(shapeOf))
  return one.some((difference) => known.has(shapeOf(difference)))
}

/** A difference without numbers, labels and reader. @param {string} difference */
function shapeOf(difference) {
  const [line] = difference.split('\n', 1)
  return line.replace(/\{[^}]*\}|[-\d.e+]+/g, '').replace(/^.*: /, '')
}

/** @param {string[]} wrong */
function show(wrong) {
  for (const difference of wrong.slice(0, SHOWN)) console.log(`wrong: ${difference.slice(0, 1000)}`)
  if (wrong.length > SHOWN) console.log(`and ${wrong.length - SHOWN} more`)
}

/** The arguments that repeat a run. @param {number} seed @param {Options} options */
function argsOf(seed, { programs, operations, without }) {
  const tiny = process.env.TALLYSTICK_TEST_SIZES === 'tiny' ? ' in tiny pieces' : ''
  const rest = without.size === 0 ? '' : ` --without ${[...without].join()}`
  return `--seed ${seed} --programs ${programs} --operations ${operations}${rest}${tiny}`
}

main()
