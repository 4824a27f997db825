'use strict'

// Shared by all parts of a run: the collector, the tally, the time, and the recordings of this thread.

const { setTimeout } = require('node:timers/promises')
const { Collector, createMetrics } = require('..')
const { differences } = require('./comparison')
const { PREFIX } = require('./connections')
const { collectUntil } = require('../__test__/support/garbage')
const { Random } = require('./random')
const { Tally } = require('./tally')
const { Work } = require('./work')

/** @typedef {import('./options').Options} Options */

const DEFAULT_MINUTES = 10
const MILLIS_PER_MINUTE = 60_000
const PACE_MILLIS = 5
/** The names that are not compared with the tally. */
const UNTALLIED = [PREFIX, 'killed']

/** One run, with everything that its parts share. */
class Scenario {
  #ends
  #lives
  #failed = false

  /** not 0 when the run is over, for other threads */
  over = new Int32Array(new SharedArrayBuffer(4))

  /** seeds of the parts' own random numbers, so that they do not depend on each other's timing */
  random

  metrics = createMetrics(new Collector())
  tally = new Tally()

  /** the number of threads that have ended */
  livesEnded = 0

  /** @param {Options} options */
  constructor({ minutes = DEFAULT_MINUTES, lives, seed }) {
    this.random = new Random(seed)
    this.work = new Work(this.metrics, new Random(this.random.seed()), this.tally, 'main thread')
    this.began = performance.now()
    this.#ends = lives === undefined ? this.began + minutes * MILLIS_PER_MINUTE : Infinity
    this.#lives = lives ?? Infinity
    /** @type {Promise<unknown>} */
    this.threadsEnded = Promise.resolve()
  }

  get millisLeft() {
    return this.#failed || this.livesEnded >= this.#lives ? 0 : Math.max(0, this.#ends - performance.now())
  }

  get isOver() {
    return this.millisLeft === 0
  }

  /** Records in this thread too. */
  async run() {
    while (!this.isOver) {
      for (const id of this.work.round()) this.work.connections.removeLeft(id)
      await setTimeout(PACE_MILLIS)
    }
    Atomics.store(this.over, 0, 1)
  }

  /** Ends the other parts. */
  fail() {
    this.#failed = true
  }

  /** Everything since the collector was created. */
  wholeLife() {
    return this.metrics.collector.window().snapshot()
  }

  /** The series of a reading that are tallied. @param {import('..').Snapshot} snapshot */
  stable(snapshot) {
    const { counters, timings, histograms } = snapshot
    return { ...snapshot, counters: tallied(counters), timings: tallied(timings), histograms: tallied(histograms) }
  }

  /** @returns {string[]} the differences of the totals */
  check() {
    const snapshot = this.wholeLife()
    const { trace } = snapshot
    const last = trace.at(-1)?.seq ?? 0
    const wrong = differences('all in all', this.stable(snapshot), this.tally)
    if (last !== this.tally.traced) wrong.push(`the last trace event is number ${last} of ${this.tally.traced}`)
    if (trace.some(({ seq }, at) => seq !== last - trace.length + 1 + at)) wrong.push('trace events are missing')
    const left = Object.values(snapshot)
      .flatMap((group) => Object.keys(group))
      .filter((key) => key.startsWith(PREFIX))
    if (left.length > 0) wrong.push(`${left.length} connections are left, such as ${left[0]}`)
    return wrong
  }

  /** The gauges of ended threads disappear with their memory. */
  async gaugesAreOurs() {
    const ours = JSON.stringify(this.work.gauges, Object.keys(this.work.gauges).sort())
    const areOurs = () => JSON.stringify(this.metrics.snapshot().gauges) === ours
    await collectUntil(areOurs, `no gauge is left but ${ours}`)
  }
}

/** @template T @param {Record<string, T>} group */
function tallied(group) {
  const entries = Object.entries(group).filter(([key]) => !UNTALLIED.some((beginning) => key.startsWith(beginning)))
  return Object.fromEntries(entries)
}

module.exports = { Scenario }
