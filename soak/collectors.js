'use strict'

// Collectors that are created, used, cleared, read and dropped, which must leave nothing behind.

const assert = require('node:assert/strict')
const { setTimeout } = require('node:timers/promises')
const { Collector, createMetrics } = require('..')

/** @typedef {InstanceType<typeof import('./scenario').Scenario>} Scenario */

const PACE_MILLIS = 25

class Collectors {
  #scenario

  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario
  }

  async run() {
    while (!this.#scenario.isOver) {
      await this.#live()
      this.#scenario.tally.did('collectors made and dropped')
      await setTimeout(PACE_MILLIS)
    }
  }

  async #live() {
    const metrics = createMetrics(new Collector({ labels: { of: 'a short life' } }))
    const counter = metrics.counter('short')
    const handle = counter.labels({ kept: true })
    for (const times of [1, 2]) {
      for (let at = 0; at < times; at++) handle.inc()
      metrics.gauge('short').set(times)
      metrics.timing({ name: 'short', precision: 3 }).observeMillis(times)
      metrics.trace('short', { times })
      const { counters, gauges, timings } = metrics.snapshotAndReset()
      assert.deepEqual([counters, gauges], [{ 'short{kept="true"}': times }, { short: times }])
      assert.equal(timings.short.count, 1)
      metrics.collector.clear()
    }
    // dropped while readings are in progress
    metrics.prometheus()
    const read = JSON.parse(new TextDecoder().decode(await metrics.json()))
    assert.deepEqual(read.counters, {})
  }
}

module.exports = { Collectors }
