'use strict'

// Aggregators at the same time: one of all threads that is never cleared, one of this thread that is cleared after each report, and
// one with functions.

const assert = require('node:assert/strict')
const { setTimeout } = require('node:timers/promises')
const { Aggregator, Recorder } = require('..')

/** @typedef {InstanceType<typeof import('./scenario').Scenario>} Scenario */

const PACE_MILLIS = 10
const BATCH = 50

class Events {
  #scenario
  #all
  #own = new Recorder()
  #cleared = new Aggregator(this.#own)
  #received = 0

  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario
    const recorder = new Recorder({ collector: scenario.metrics.collector })
    // in a shared collector, an aggregator reports the names that its recorder has created
    recorder.counter('events')
    recorder.scope('events').histogram('size')
    this.#all = new Aggregator(recorder)
  }

  async run() {
    while (!this.#scenario.isOver) {
      this.#reportAndClear()
      this.#hear()
      this.#all.report()
      this.#scenario.tally.did('reports of aggregators', 3)
      await setTimeout(PACE_MILLIS)
    }
    this.#cleared.close()
  }

  #reportAndClear() {
    const counter = this.#own.counter('own', null, { tag: 'x' })
    const histogram = this.#own.scope('own').histogram('size')
    for (let at = 1; at <= BATCH; at++) {
      counter.incr(at)
      histogram.add(at)
    }
    const { counters, histograms } = this.#cleared.report()
    assert.deepEqual(counters, { own: (BATCH * (BATCH + 1)) / 2 })
    assert.equal(histograms['own/size'].max, BATCH)
    this.#cleared.clear()
    assert.deepEqual(this.#cleared.report().counters, {})
  }

  /** An aggregator that receives each event, and is then closed. */
  #hear() {
    const counter = (/** @type {import('..').CounterEvent} */ event) => {
      this.#received += event.increment
    }
    const aggregator = new Aggregator(this.#own, { counter })
    const before = this.#received
    this.#own.counter('received').incr(5)
    aggregator.close()
    this.#own.counter('received').decr(5)
    assert.equal(this.#received - before, 5)
    this.#cleared.clear()
  }

  /** @returns {string[]} */
  check() {
    const { counters } = this.#all.report()
    const { events } = this.#scenario.tally.counters
    this.#all.close()
    return counters.events === events ? [] : [`the aggregator reports ${counters.events} events, tallied ${events}`]
  }
}

module.exports = { Events }
