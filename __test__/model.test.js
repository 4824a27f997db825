'use strict'

// Random programs beside a model of them: what every reader must see while series, handles, windows and threads come and go.
// `npm run soak -- --model` does the same for longer. The programs run in processes of their own, because the sizes of the
// library's memory are read when it is loaded; a failure prints the seed and the smallest program that was found to fail.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { describe, test } = require('node:test')

const OPERATIONS = 15_000
/** Where a search for a smaller program must not take minutes. */
const RUNS = 150

/** @param {'tiny' | ''} sizes of the library's memory @param {(string | number)[]} args */
function runModel(sizes, ...args) {
  const program = path.join(__dirname, '..', 'soak', 'model', 'main.js')
  const flags = globalThis.Bun ? [] : ['--expose-gc']
  return spawnSync(process.execPath, [...flags, program, ...args.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, TALLYSTICK_TEST_SIZES: sizes },
  })
}

/** Two programs, which must not fail. @param {'tiny' | ''} sizes @param {number} seed @returns {string} what they printed */
function run(sizes, seed) {
  const args = ['--seed', seed, '--operations', OPERATIONS, '--programs', 2, '--runs', RUNS]
  const { status, signal, stdout, stderr } = runModel(sizes, ...args)
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, `seed ${seed}: ${stdout}${stderr}`)
  assert.match(stdout, /^model: \d+ operations as they should be/)
  return stdout.trim()
}

for (const [what, sizes] of /** @type {const} */ ([
  ['with memory in tiny pieces', 'tiny'],
  ['with memory as users have it', ''],
])) {
  describe(`every reading is what was recorded, ${what}`, () => {
    for (const seed of [1, 2]) test(`in programs of seed ${seed}`, () => void run(sizes, seed))

    test('in programs of a seed of now', (context) => {
      const seed = Date.now() % 2 ** 32
      context.diagnostic?.(run(sizes, seed))
    })
  })
}

test('a recording that is lost is found, with its seed and the one operation that loses it', () => {
  const few = ['--operations', 2000, '--without', 'foreign,clear,huge,inherited,same,touch,extremes,churn,ends']
  const { status, stdout, stderr } = runModel('', '--lose-one', '--seed', 5, ...few)
  assert.equal(status, 1, stdout + stderr)
  assert.match(stdout, /^model: wrong in epoch \d+, --seed 5 /)
  assert.match(stdout, /\nthe smallest program found, 2 lines:\nepoch 0\n {2}thread \d: .+\nwrong: /)
})
