'use strict'

// A VictoriaMetrics for the tests, in a folder that is removed at the end.

const { execFileSync, spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { QueryApi } = require('../monitoring/query-api')
const { ended, printed } = require('../monitoring/prometheus-server')

const program = () => String(process.env.TALLYSTICK_VICTORIA_METRICS)
const ATTEMPTS = 5

class VictoriaMetrics {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-victoria-metrics-'))
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  /** @type {QueryApi | undefined} */
  #api

  get api() {
    if (!this.#api) throw new Error('VictoriaMetrics is not started')
    return this.#api
  }

  get pid() {
    return this.#child?.pid
  }

  /**
   * It does not report which port it got for 0, so it gets one that was free. Another program may be faster, hence the attempts.
   */
  async start() {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#startAt(await freePort())
      } catch (error) {
        if (attempt === ATTEMPTS) throw error
      }
    }
  }

  async stop() {
    if (this.#child) await ended(this.#child)
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  /** @param {number} port */
  async #startAt(port) {
    const args = [`-storageDataPath=${path.join(this.#folder, 'data')}`, `-httpListenAddr=127.0.0.1:${port}`]
    const child = spawn(program(), args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    // it writes this line once it listens; it ends when it cannot
    await printed(child.stderr, /(pprof handlers are exposed)/)
    child.stderr.resume()
    this.#api = new QueryApi(`http://127.0.0.1:${port}`)
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  await once(server.close(), 'close')
  return port
}

/** Throws unless VictoriaMetrics accepts every field of a scrape config. @param {string} file */
function checkScrapeConfig(file) {
  execFileSync(program(), ['-dryRun', `-promscrape.config=${file}`], { stdio: ['ignore', 'ignore', 'pipe'] })
}

module.exports = { VictoriaMetrics, checkScrapeConfig }
