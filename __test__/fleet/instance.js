'use strict'

// One instance of the example's app, in a process of its own. It keeps its port when it is started again, as a target does.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { ended, printed } = require('../monitoring/prometheus-server')

const server = path.resolve(__dirname, '..', '..', 'examples', 'fleet', 'app', 'server.js')

class Instance {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  #port = '0'
  /** Settles while it runs. @type {Promise<void>} */
  running = Promise.resolve()
  #resume = () => {}

  get address() {
    return `127.0.0.1:${this.#port}`
  }

  async start() {
    const stdio = /** @type {const} */ (['ignore', 'pipe', 'inherit'])
    const child = spawn(process.execPath, [server], { stdio, env: { ...process.env, PORT: this.#port } })
    this.#child = child
    this.#port = await printed(child.stdout, /listening on port (\d+)\n/)
    this.#resume()
  }

  /** As a crash: at once, and whatever it does. */
  async kill() {
    this.running = new Promise((resolve) => {
      this.#resume = () => resolve()
    })
    if (this.#child) await ended(this.#child)
  }

  /** As a deployment ends it. Returns the exit code, or the signal that ended it. */
  async end() {
    const child = this.#child
    if (!child) throw new Error('the instance is not started')
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    const [code, signal] = await exit
    return signal ?? code
  }
}

module.exports = { Instance }
