'use strict'

// Scrapes over real HTTP: each must be well-formed, and its counts must not decrease.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http = require('node:http')
const { setTimeout } = require('node:timers/promises')

/** @typedef {InstanceType<typeof import('./scenario').Scenario>} Scenario */

const PACE_MILLIS = 20
const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{.*\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN|\+Inf|-Inf)$/
const COMMENT = /^# (HELP|TYPE) /
/** Families whose counts never decrease, whatever happens to threads. */
const WATCHED = ['jobs_total', 'requests_total', 'wait_seconds_count', 'bounded_count', 'killed_total']

class Scrapes {
  #scenario
  #agent = new http.Agent({ keepAlive: true })
  /** @type {Record<string, number>} */
  #last = {}

  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario
  }

  async run() {
    const server = http.createServer(this.#scenario.metrics.handle)
    // under load, a connection may be reused just when the server closes it
    server.keepAliveTimeout = 0
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    try {
      while (!this.#scenario.isOver) {
        this.#check(await this.#get(port))
        this.#scenario.tally.did('scrapes over HTTP')
        await setTimeout(PACE_MILLIS)
      }
    } finally {
      this.#agent.destroy()
      server.closeAllConnections()
      server.close()
    }
  }

  /** @param {number} port @returns {Promise<string>} */
  async #get(port) {
    const request = http.get({ host: '127.0.0.1', port, path: '/metrics', agent: this.#agent })
    const [response] = await once(request, 'response')
    assert.equal(response.statusCode, 200)
    const chunks = []
    for await (const chunk of response) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }

  /** @param {string} text */
  #check(text) {
    assert.ok(text.endsWith('\n'))
    /** @type {Record<string, number>} */
    const sums = {}
    for (const line of text.slice(0, -1).split('\n')) {
      if (COMMENT.test(line)) continue
      const [, name, , value] = SAMPLE.exec(line) ?? assert.fail(`not a line of an exposition: ${line}`)
      sums[name] = (sums[name] ?? 0) + Number(value)
    }
    for (const name of WATCHED) {
      const [before, now] = [this.#last[name] ?? 0, sums[name] ?? 0]
      assert.ok(now >= before, `${name} went from ${before} to ${now}`)
    }
    this.#last = sums
  }

  /** @returns {string[]} */
  check() {
    const { jobs } = this.#scenario.tally.counters
    const last = this.#last.jobs_total ?? 0
    return last <= jobs ? [] : [`the last scrape has ${last} jobs of ${jobs}`]
  }
}

module.exports = { Scrapes }
