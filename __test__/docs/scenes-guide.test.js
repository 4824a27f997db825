'use strict'

// The programs of docs/scenes.md do what the guide says.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('docs/scenes.md')

test('the first program records as a scene', () => {
  const printed = run(programs[0])
  assert.match(printed, /scene\.renderAll\.calls'?"?: 1/)
  assert.match(printed, /scene\.renderAll\.reason\.loop'?"?: 1/)
})

test('a script in a vm context records into its host’s collector', () => {
  assert.match(run(programs[1]), /'?"?scene\.loopTicks'?"?: 1/)
})

test('every program of the guide is run here', () => assert.equal(programs.length, 2))
