'use strict'

// `npm run soak`: everything at once in Node or Bun, then the Rust core under valgrind. Ends with 1 when anything was wrong.

const path = require('node:path')
const { bunPath } = require('../scripts/bun')
const { main, run } = require('../scripts/command')
const { soakCore } = require('./core')
const { USAGE, readOptions } = require('./options')

main(() => {
  const args = process.argv.slice(2)
  const options = readOptions(args)
  if (options.help) return console.log(USAGE)
  const both = options.runtime === options.valgrind
  const outcomes = []
  if (both || options.runtime) outcomes.push(outcomeOf('runtime', () => soakRuntime(options, args)))
  if (both || options.valgrind) outcomes.push(outcomeOf('valgrind', () => soakCore(options.minutes)))
  for (const { text } of outcomes) console.log(text)
  if (outcomes.some(({ failed }) => failed)) process.exitCode = 1
})

/** In a process of its own, whose memory is its own. @param {import('./options').Options} options @param {string[]} args */
function soakRuntime({ bun }, args) {
  const file = path.join(__dirname, 'runtime.js')
  if (!bun && !process.versions.bun) return void run(process.execPath, ['--expose-gc', file, ...args])
  const program = process.versions.bun ? process.execPath : bunPath()
  if (program === undefined) return 'there is no bun for this platform'
  run(program, [file, ...args])
}

/** @param {string} what @param {() => string | void} action it returns why it was skipped */
function outcomeOf(what, action) {
  try {
    const reason = action()
    return { failed: false, text: reason ? `${what}: skipped, ${reason}` : `${what}: passed` }
  } catch (error) {
    return { failed: true, text: `${what}: failed, ${error instanceof Error ? error.message : error}` }
  }
}
