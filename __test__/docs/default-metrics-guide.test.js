'use strict'

// The programs of docs/default-metrics.md run as they are, in the runtime of this test, and end by themselves.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('docs/default-metrics.md')

for (const [at, program] of programs.entries()) {
  test(`program ${at + 1} of the guide finds what it says`, () => assert.equal(run(program), 'true\n'))
}

test('every program of the guide is run here', () => assert.equal(programs.length, 2))
