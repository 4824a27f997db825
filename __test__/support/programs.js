'use strict'

// The programs of a Markdown file, run as they stand, each in a process of its own, in the runtime of this test.

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

/** What a program prints; a server of its own takes any free port and keeps it not alive. @param {string} program */
function run(program) {
  const source = program.replace(/\.listen\(\d+\)/, '.listen(0).unref()')
  return execFileSync(process.execPath, ['-e', source], { cwd: root, encoding: 'utf8' })
}

module.exports = { programsOf, run }
