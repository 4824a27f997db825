'use strict'

// Two incidents to look at on the page, at a button each: a route that becomes slow, and a thread that gets stuck and recovers.

const { setTimeout: wait } = require('node:timers/promises')
const { metrics } = require('tallystick')

/** How long the report takes, normally and while it is slow. */
const NORMAL_MILLIS = 8
const SLOW_MILLIS = 400
/** One in this many slow reports fails. */
const FAILS_ONE_IN = 20

/** Between two requests of one reader. */
const REST_MILLIS = 50
const READERS = 4

/** How long a thread is stuck. */
const STUCK_MILLIS = 10_000

const slow = metrics.gauge({ name: 'report.slow', help: 'Whether the report is slow: 1 or 0.' })

class Incidents {
  /** of the server, once it listens @type {string | undefined} */
  url
  #pool
  #load
  #reports = 0
  #readers = 0

  constructor(pool, load) {
    this.#pool = pool
    this.#load = load
    slow.set(0)
  }

  get isSlow() {
    return slow.value() === 1
  }

  set isSlow(isSlow) {
    if (isSlow === this.isSlow) return
    metrics.trace(isSlow ? 'slow.begin' : 'slow.end', {})
    slow.set(isSlow ? 1 : 0)
    this.wakeReaders()
  }

  /** Readers request the report during a load, and while it is slow. */
  wakeReaders() {
    while (this.#isWanted && this.#readers < READERS) {
      this.#readers++
      this.#read()
    }
  }

  /** Ends the slow report and its readers. */
  end() {
    this.url = undefined
  }

  get #isWanted() {
    return this.url !== undefined && (this.#load.isOn || this.isSlow)
  }

  async #read() {
    while (this.#isWanted) {
      await fetch(`${this.url}/report`)
        .then((response) => response.arrayBuffer())
        // a server that ends disconnects its readers
        .catch(() => {})
      await wait(REST_MILLIS, undefined, { ref: false })
    }
    this.#readers--
  }

  /** The report: a status and a text. */
  async report() {
    const number = ++this.#reports
    await wait((this.isSlow ? SLOW_MILLIS : NORMAL_MILLIS) * (0.75 + Math.random() / 2))
    const hasFailed = this.isSlow && number % FAILS_ONE_IN === 0
    return hasFailed ? { status: 503, text: 'the report is not available' } : { status: 200, text: `report ${number}` }
  }

  /** Makes a thread of the pool spin. Resolves when it has recovered. */
  stick() {
    metrics.trace('stuck.begin', { millis: STUCK_MILLIS })
    return this.#pool.spin(STUCK_MILLIS).then(() => metrics.trace('stuck.end', {}))
  }
}

module.exports = { Incidents }
