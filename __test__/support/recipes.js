'use strict'

// The programs of docs/recipes.md, and how they are run: unchanged but for their ports, which are any free ones.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { createInterface } = require('node:readline')

const root = path.dirname(path.dirname(__dirname))

/**
 * The files of a recipe, whose first lines are comments with their names.
 * @param {string} recipe a heading @param {string} [file] from the root
 * @returns {Record<string, string>}
 */
function filesOf(recipe, file = path.join('docs', 'recipes.md')) {
  const sections = fs.readFileSync(path.join(root, file), 'utf8').split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${recipe}\n`)) ?? sections[0]
  const programs = [...section.matchAll(/```[jt]s\n(\/\/ ([\w./[\]-]+)[\s\S]*?)```/g)]
  return Object.fromEntries(programs.map(([, text, name]) => [name, text]))
}

/** Prints the ports of servers. Loaded before the program. */
const PRINT_PORTS = `const net = require('node:net')
const { listen } = net.Server.prototype
net.Server.prototype.listen = function (...args) {
  this.once('listening', () => console.log('port', this.address().port))
  return listen.apply(this, args)
}
if (globalThis.Bun) {
  const { serve } = Bun
  Bun.serve = (options) => {
    const server = serve(options)
    console.log('port', server.port)
    return server
  }
}
`

/** A program of a user's project, in a process of its own. */
class Program {
  /** What it printed. @type {string[]} */
  lines = []
  #process
  #ended

  /**
   * @param {string} folder
   * @param {string} runtime the path of a program
   * @param {string[]} args
   * @param {Record<string, string>} [env]
   */
  constructor(folder, runtime, args, env = {}) {
    const { NODE_TEST_CONTEXT: _context, ...own } = process.env
    this.#process = spawn(runtime, args, { cwd: folder, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#ended = once(this.#process, 'close')
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      createInterface(output).on('line', (line) => this.lines.push(line))
    }
  }

  /** The first group of the first line that matches. @param {RegExp} pattern */
  async printed(pattern) {
    for (const until = performance.now() + 60_000; performance.now() < until; ) {
      const found = this.lines.map((line) => pattern.exec(line)?.[1]).find((text) => text !== undefined)
      if (found !== undefined) return found
      if (this.#process.exitCode !== null) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error(`it did not print ${pattern}:\n${this.lines.join('\n')}`)
  }

  /** When it has ended by itself. */
  async exitCode() {
    const [code] = await this.#ended
    return code
  }

  async stop() {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}

module.exports = { PRINT_PORTS, Program, filesOf }
