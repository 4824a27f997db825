'use strict'

// Concurrent readers of all kinds, with windows that reset or without a window: those that reset must have seen everything in total.

const assert = require('node:assert/strict')
const { setTimeout } = require('node:timers/promises')
const { HdrHistogram } = require('..')
const { differences } = require('./comparison')
const { Tally } = require('./tally')

/** @typedef {InstanceType<typeof import('./scenario').Scenario>} Scenario */
/** @typedef {import('..').Snapshot} Snapshot */

const PACE_MILLIS = 15

class Windows {
  #scenario
  #window
  #ownSeen = new Tally()
  #commonSeen = new Tally()
  #lastJobs = 0

  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario
    this.#window = scenario.metrics.collector.window()
  }

  async run() {
    const { metrics, tally } = this.#scenario
    while (!this.#scenario.isOver) {
      this.#reset()
      const { counters } = JSON.parse(new TextDecoder().decode(await metrics.json()))
      assert.ok((counters.jobs ?? 0) <= this.#jobs(), 'the common window has no more than there was in all')
      this.#readDirectly()
      tally.did('other readings: json, snapshot, value, prometheusSync, HdrHistogram', 6)
      await setTimeout(PACE_MILLIS)
    }
  }

  /** Reads and resets both windows. */
  #reset() {
    const { metrics, tally } = this.#scenario
    see(this.#ownSeen, this.#scenario.stable(this.#window.snapshotAndReset()))
    see(this.#commonSeen, this.#scenario.stable(metrics.snapshotAndReset()))
    tally.did('windows read and reset', 2)
  }

  /** All jobs so far, from a new window. */
  #jobs() {
    const jobs = this.#scenario.wholeLife().counters.jobs ?? 0
    assert.ok(jobs >= this.#lastJobs, `jobs went from ${this.#lastJobs} to ${jobs}`)
    this.#lastJobs = jobs
    return jobs
  }

  #readDirectly() {
    const { metrics } = this.#scenario
    const read = metrics.value('jobs')
    assert.ok(typeof read === 'number' && read >= this.#lastJobs)
    assert.ok(Object.keys(metrics.snapshot().gauges).length > 0)
    assert.ok(metrics.prometheusSync().body.length > 0)
    const before = HdrHistogram.from(metrics.timing('wait')).count
    assert.ok(HdrHistogram.from(metrics.timing('wait')).count >= before)
  }

  /** @returns {string[]} */
  check() {
    this.#reset()
    const { tally } = this.#scenario
    return [
      ...differences('the window', asSnapshot(this.#ownSeen), tally, { exactExtremes: false }),
      ...differences('the common window', asSnapshot(this.#commonSeen), tally, { exactExtremes: false }),
    ]
  }
}

/** @param {InstanceType<typeof Tally>} seen @param {Snapshot} snapshot */
function see(seen, { counters, timings, histograms }) {
  const samplesOf = (/** @type {{ count: number, sum: number }} */ { count, sum }) => ({ count, sum, min: 0, max: 0 })
  const entries = Object.entries(timings).map(([key, { count, total }]) => [key, { count, sum: total }])
  seen.add({
    counters,
    timings: mapped(Object.fromEntries(entries), samplesOf),
    histograms: mapped(histograms, samplesOf),
    traced: 0,
    activity: {},
  })
}

/** Everything that was seen, as one reading. @param {InstanceType<typeof Tally>} seen @returns {any} */
function asSnapshot({ counters, timings, histograms }) {
  return {
    counters,
    timings: mapped(timings, ({ count, sum = 0 }) => ({ count, total: sum, min: 0, max: 0 })),
    histograms,
  }
}

/** @template From, To @param {Record<string, From>} record @param {(value: From) => To} change @returns {Record<string, To>} */
function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

module.exports = { Windows }
