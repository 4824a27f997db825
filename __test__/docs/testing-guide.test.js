'use strict'

// The code of docs/testing.md is that of `types/testing.js`, which the `types` stage compiles strictly.

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')

const guide = readFileSync(path.join(__dirname, '..', '..', 'docs', 'testing.md'), 'utf8')

/** Lines without the indentation of a surrounding block. @param {string} code */
function lines(code) {
  return code.replaceAll(/^ +/gm, '')
}

const compiled = lines(readFileSync(path.join(__dirname, '..', 'types', 'testing.js'), 'utf8'))

test('every program of the guide is compiled', () => {
  const programs = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => lines(program))
  assert.equal(programs.length, 2)
  for (const program of programs) assert.ok(compiled.includes(program), program)
})

test('every call in its text is compiled', () => {
  const calls = [...guide.matchAll(/`([^`\n]*(?:metrics\.\w+\('|toThrow\(|decode\()[^`\n]*)`/g)].map(([, call]) => call)
  assert.ok(calls.length >= 4, String(calls))
  for (const call of calls) assert.ok(compiled.includes(call), call)
})
