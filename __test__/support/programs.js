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

/**
 * The output of a program. Its server uses any free port, and does not keep the process alive unless `keepAlive`.
 * @param {string} program
 * @param {{ prelude?: string, append?: string, keepAlive?: boolean, runtime?: string }} [options] what runs before and after the
 *   program in its process, and another runtime than this one
 */
function run(program, { prelude = '', append = '', keepAlive = false, runtime = process.execPath } = {}) {
  const listening = program.replace(/\.listen\(\d+\)/, keepAlive ? '.listen(0)' : '.listen(0).unref()')
  const source = [prelude, listening, append].join('\n')
  // a pipe for errors as well: they are in the message if the program fails
  return execFileSync(runtime, ['-e', source], { cwd: root, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 })
}

module.exports = { programsOf, run }
