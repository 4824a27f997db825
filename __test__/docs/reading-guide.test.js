'use strict'

// The programs of docs/reading.md print what stands behind them, in the runtime of this test.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')

const root = path.resolve(__dirname, '..', '..')
const guide = readFileSync(path.join(root, 'docs', 'reading.md'), 'utf8')
const programs = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program)

/** What a program prints, and what its last comments say that it prints; runtimes differ in spaces, quotes and line ends. @param {string} text */
const comparable = (text) => text.replaceAll(/[\s,]+/g, '').replaceAll('"', "'")

for (const [at, program] of programs.entries()) {
  test(`program ${at + 1} of the guide prints what it says`, () => {
    const shown = [...program.matchAll(/(?<=^|\s)\/\/ (.*)/g)].map(([, comment]) => comment).join('\n')
    const printed = execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })
    assert.equal(comparable(printed), comparable(shown))
  })
}

test('every program of the guide is run here', () => {
  assert.equal(programs.length, 2)
})
