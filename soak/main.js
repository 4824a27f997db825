'use strict'

// `npm run soak`: everything at once in Node or Bun, random programs compared with a model, then the Rust core under valgrind.
// Exits with 1 if anything was wrong.

const path = require('node:path')
const { bunPath } = require('../scripts/bun')
const { main, run } = require('../scripts/command')
const { soakCore } = require('./core')
const { soakModel } = require('./model')
const { USAGE, readOptions } = require('./options')

main(() => {
  const args = process.argv.slice(2)
  const options = readOptions(args)
  if (options.help) return console.log(USAGE)
  const all = !options.runtime && !options.model && !options.valgrind
  const outcomes = []
  if (all || options.runtime) outcomes.push(outcomeOf('runtime', () => soakRuntime(options, args)))
  if (all || options.model) outcomes.push(outcomeOf('model', () => inRuntime(options, soakModel)))
  if (all || options.valgrind) outcomes.push(outcomeOf('valgrind', () => soakCore(options.minutes)))
  for (const { text } of outcomes) console.log(text)
  if (outcomes.some(({ failed }) => failed)) process.exitCode = 1
})

/** Runs in a separate process, with its own memory. @param {import('./options').Options} options @param {string[]} args */
function soakRuntime(options, args) {
  const file = path.join(__dirname, 'runtime.js')
  return inRuntime(options, (runtime, flags) => run(runtime, [...flags, file, ...args]))
}

/**
 * @param {import('./options').Options} options
 * @param {(runtime: string, flags: string[], options: import('./options').Options) => unknown} action
 * @returns {string | void} why it was skipped
 */
function inRuntime(options, action) {
  const isBun = options.bun || process.versions.bun !== undefined
  const runtime = options.bun && !process.versions.bun ? bunPath() : process.execPath
  if (runtime === undefined) return 'there is no bun for this platform'
  action(runtime, isBun ? [] : ['--expose-gc'], options)
}

/** @param {string} what @param {() => string | void} action returns why it was skipped */
function outcomeOf(what, action) {
  try {
    const reason = action()
    return { failed: false, text: reason ? `${what}: skipped, ${reason}` : `${what}: passed` }
  } catch (error) {
    return { failed: true, text: `${what}: failed, ${error instanceof Error ? error.message : error}` }
  }
}
