'use strict'

// Random programs compared with a model: what every reader must see while series, handles, windows and threads come and go.
// `npm run soak -- --model` does the same for longer. The programs run in new processes, because the sizes of the library's memory
// are read when it is loaded. A failure prints the seed and the smallest failing program that was found.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { describe, test } = require('node:test')

const OPERATIONS = 15_000
/** Keeps the search for a smaller program short. */
const RUNS = 150

/** @param {'tiny' | ''} sizes of the library's memory @param {(string | number)[]} args */
function runModel(sizes, ...args) {
  const program = path.join(__dirname, '..', '..', 'soak', 'model', 'main.js')
  const flags = globalThis.Bun ? [] : ['--expose-gc']
  return spawnSync(process.execPath, [...flags, program, ...args.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, TALLYSTICK_TEST_SIZES: sizes },
  })
}

/** Runs two programs, which must not fail. @param {'tiny' | ''} sizes @param {number} seed @returns {string} what they printed */
function run(sizes, seed) {
  const args = ['--seed', seed, '--operations', OPERATIONS, '--programs', 2, '--runs', RUNS]
  const { status, signal, stdout, stderr } = runModel(sizes, ...args)
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, `seed ${seed}: ${stdout}${stderr}`)
  assert.match(stdout, /^model: \d+ operations correct/)
  return stdout.trim()
}

for (const [what, sizes] of /** @type {const} */ ([
  ['with memory in tiny pieces', 'tiny'],
  ['with memory as users have it', ''],
])) {
  describe(`every reading is what was recorded, ${what}`, () => {
    for (const seed of [1, 2]) test(`in programs of seed ${seed}`, () => void run(sizes, seed))

    test('in programs of a new seed', (context) => {
      const seed = Date.now() % 2 ** 32
      context.diagnostic?.(run(sizes, seed))
    })
  })
}

test('a lost recording is found, with its seed and the operation that loses it', () => {
  const few = ['--operations', 2000, '--without', 'foreign,clear,huge,inherited,same,touch,extremes,churn,ends']
  const { status, stdout, stderr } = runModel('', '--lose-one', '--seed', 5, ...few)
  assert.equal(status, 1, stdout + stderr)
  assert.match(stdout, /^model: wrong in epoch \d+, --seed 5 /)
  assert.match(stdout, /\nthe smallest program found, 2 lines:\nepoch 0\n {2}thread \d: .+\nwrong: /)
})
