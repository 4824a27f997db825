'use strict'

// The targets that Prometheus scrapes in the tests: the real servers of examples/, and pools in the state that a test needs.

const { spawn } = require('node:child_process')
const { EventEmitter, once } = require('node:events')
const http = require('node:http')
const path = require('node:path')
const { createPoolMetrics } = require('../..')
const { ended, printed } = require('./prometheus-server')

const root = path.resolve(__dirname, '..', '..')

/** One of our programs in a new process, which prints the address that it listens at. */
class Program {
  #child

  /** @param {string} file @param {string[]} args @param {Record<string, string>} [env] @param {string[]} [options] of Node.js */
  constructor(file, args = [], env = {}, options = []) {
    const stdio = /** @type {const} */ (['ignore', 'pipe', 'inherit'])
    const command = [...options, path.join(root, file), ...args]
    this.#child = spawn(process.execPath, command, { cwd: root, stdio, env: { ...process.env, ...env } })
  }

  /** Host and port, from its output. @param {RegExp} port its first group is the port */
  async address(port) {
    return `127.0.0.1:${await printed(this.#child.stdout, port)}`
  }

  stop() {
    return ended(this.#child)
  }
}

/** A pool with fixed workers, served here. It emits `scraped` after each scrape. */
class Pool extends EventEmitter {
  scrapes = 0
  #service
  #server = http.createServer(async (_req, res) => {
    const { body, contentType } = await this.#service.prometheus()
    res.setHeader('Content-Type', contentType)
    res.end(this.#shown(Buffer.from(body).toString(), this.scrapes++))
    this.emit('scraped')
  })
  #shown

  /**
   * @param {number} size
   * @param {string[]} states of its workers
   * @param {object} [options]
   * @param {string} [options.namespace]
   * @param {(text: string, scrapes: number) => string} [options.shown] the exposition, changed
   */
  constructor(size, states, { namespace, shown = (text) => text } = {}) {
    super()
    this.#shown = shown
    this.#service = createPoolMetrics({ namespace })
    this.#service.setPool({ size, workers: states.map((state, id) => ({ id, state })) })
  }

  async address() {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return `127.0.0.1:${this.#server.address().port}`
  }

  stop() {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

module.exports = { Pool, Program }
