'use strict'

// The programs of docs/reading.md print what stands behind them, in the runtime of this test.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('docs/reading.md')

/**
 * What a program prints, and what its last comments say that it prints; runtimes differ in spaces, quotes and line ends.
 * @param {string} text
 */
const comparable = (text) => text.replaceAll(/[\s,]+/g, '').replaceAll('"', "'")

for (const [at, program] of programs.entries()) {
  test(`program ${at + 1} of the guide prints what it says`, () => {
    const shown = [...program.matchAll(/(?<=^|\s)\/\/ (.*)/g)].map(([, comment]) => comment).join('\n')
    assert.equal(comparable(run(program)), comparable(shown))
  })
}

test('every program of the guide is run here', () => {
  assert.equal(programs.length, 2)
})
