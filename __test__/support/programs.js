'use strict'

// Runs the programs of a Markdown file unchanged, each in its own process, in the runtime of this test.

const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const path = require('node:path')

const root = path.dirname(path.dirname(__dirname))

/** @param {string} file from the root @returns {string[]} */
function programsOf(file) {
  return [...readFileSync(path.join(root, file), 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(
    ([, program]) => program,
  )
}

/** The output of a program; its server uses any free port and does not keep it alive. @param {string} program */
function run(program) {
  const source = program.replace(/\.listen\(\d+\)/, '.listen(0).unref()')
  return execFileSync(process.execPath, ['-e', source], { cwd: root, encoding: 'utf8' })
}

module.exports = { programsOf, run }
