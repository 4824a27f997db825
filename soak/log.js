'use strict'

// A stats log, whose lines must add up to everything that was counted.

const { setTimeout: delay } = require('node:timers/promises')
const { logStats } = require('..')
const { until } = require('../__test__/support/until')

/** @typedef {InstanceType<typeof import('./scenario').Scenario>} Scenario */

const INTERVAL_MILLIS = 100
const PACE_MILLIS = 2
const pause = () => delay(PACE_MILLIS)
const JOBS = /^jobs=(\d+)$/
const WAITS = /^wait count=(\d+) /

class Log {
  #scenario
  #jobs = 0
  #waits = 0

  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario
  }

  async run() {
    const { metrics, tally } = this.#scenario
    const log = (/** @type {string} */ line) => {
      this.#jobs += Number(JOBS.exec(line)?.[1] ?? 0)
      this.#waits += Number(WAITS.exec(line)?.[1] ?? 0)
      tally.did('lines of the stats log')
    }
    const stop = logStats({ interval: INTERVAL_MILLIS, collector: metrics.collector, log })
    await this.#scenario.threadsEnded
    // the rest is in the next line; if it never comes, the check fails
    const isComplete = () => this.#jobs >= Number(metrics.value('jobs') ?? 0)
    await until(isComplete, Boolean, 'the log has all jobs', pause).finally(stop)
  }

  /** @returns {string[]} */
  check() {
    const { counters, timings } = this.#scenario.tally
    const expected = { jobs: counters.jobs, waits: timings.wait.count }
    const reported = { jobs: this.#jobs, waits: this.#waits }
    if (reported.jobs === expected.jobs && reported.waits === expected.waits) return []
    return [`the stats log has ${JSON.stringify(reported)}, tallied ${JSON.stringify(expected)}`]
  }
}

module.exports = { Log }
