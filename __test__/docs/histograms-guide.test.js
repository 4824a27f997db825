'use strict'

// The programs of docs/histograms.md run unchanged, each in its own process, in the runtime of this test.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('docs/histograms.md')

/** What a program prints, on one line. @param {string} program */
function printedBy(program) {
  return run(program).replaceAll(/\s+/g, ' ')
}

test('the first program prints a snapshot, and an empty one after clear()', () => {
  const [, shown] = /snapshot\(\)\) \/\/ (\d[^\n]*)/.exec(programs[0])
  const printed = printedBy(programs[0]).replaceAll('"', "'").replaceAll(', }', ' }')
  assert.equal(printed.trim(), `${shown} {}`)
})

test('the second program records whole numbers', () => {
  // 1, another one 10 times, and 5 from the correction
  assert.match(printedBy(programs[1]), /^16 1500000 50000000 [\d.]+ [\d.]+ 50000000 $/)
})

test('the third program transfers a timing', () => {
  const [, shown] = /console\.log\(all[^\n]*\/\/ ([\d. ]+) \(/.exec(programs[2])
  assert.equal(printedBy(programs[2]).trim(), shown)
})

test('every program of the guide is run here', () => {
  assert.equal(programs.length, 3)
})
