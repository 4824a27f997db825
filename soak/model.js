'use strict'

// The model of soak/model, for minutes: programs of random operations in processes of their own, in turn with the library's
// memory divided in tiny pieces, so that what is rare happens all the time, and as users have it.

const path = require('node:path')
const { run } = require('../scripts/command')
const { Random } = require('./random')

const DEFAULT_MINUTES = 1
/** As many as a minute has room for on a small machine. */
const PROCESSES_PER_MINUTE = 6
const PROGRAMS = 6

/**
 * @param {string} runtime the program that runs it
 * @param {string[]} flags of the runtime
 * @param {Pick<import('./options').Options, 'minutes' | 'seed'>} options
 * @throws Error when a reading differs from the model; what and with which seed is printed
 */
function soakModel(runtime, flags, { minutes = DEFAULT_MINUTES, seed }) {
  const random = new Random(seed)
  const file = path.join(__dirname, 'model', 'main.js')
  for (let number = 0; number < PROCESSES_PER_MINUTE * minutes; number++) {
    const env = { TALLYSTICK_TEST_SIZES: number % 2 === 0 ? 'tiny' : '' }
    run(runtime, [...flags, file, '--seed', String(random.seed()), '--programs', String(PROGRAMS)], { env })
  }
}

module.exports = { soakModel }
