'use strict'

// A thread that a run measures. One timer is its heartbeat: it notes when it ran in cells that Rust reads, so that a thread that
// never returns to its event loop is seen as it is, and it samples what only this thread knows.

// Captured at load, so that fake timers installed later stop no heartbeat.
const { clearInterval, setInterval } = require('node:timers')
const binding = require('../native')
const { noExternalMemory } = require('../errors/binary')
const { elapsed } = require('../record/clock')
const { Collector, instrumentsOf } = require('../record/collector')
const { groups } = require('./groups')
const { DUE, LATENESS, STOPPED } = require('./layout')
const { ThreadRecorder } = require('./recorder')
const { threadLabel } = require('../thread-label')

/** @typedef {import('../../binding').DefaultMetricsRun} Run */

const SAMPLE_INTERVAL_MILLIS = 5000
/** Sampling takes at most this share of the time, however many handles there are. */
const SAMPLE_SHARE = 0.0005

class Membership {
  #run
  #cells
  #joined
  #recorder
  /** @type {import('./types').Measurement[]} */
  #measurements = []
  #timer
  #stopSampling
  /** when the latest sample was taken, and when the next one may be */
  #sampled = Number.NEGATIVE_INFINITY
  #sampleAllowed = Number.NEGATIVE_INFINITY

  /** @param {Run} run @param {Float64Array} cells @param {import('../..').Collector} collector @param {number} joined */
  constructor(run, cells, collector, joined) {
    this.#run = run
    this.#cells = cells
    this.#joined = joined
    this.#recorder = new ThreadRecorder(instrumentsOf(collector), run, labelsOf(run), () => this.isStopped)
    for (const group of groups) {
      const measurement = group.start(this.#recorder)
      if (measurement !== undefined) this.#measurements.push(measurement)
    }
    this.#sample()
    // the first sample also made the series
    this.#sampleAllowed = Number.NEGATIVE_INFINITY
    this.#timer = setInterval(() => this.#beat(), run.interval)
    this.#timer.unref()
    this.#stopSampling = collector.beforeRead(() => this.#sample())
  }

  get id() {
    return this.#run.id
  }

  get isStopped() {
    return this.#cells[STOPPED] !== 0
  }

  #beat() {
    if (this.isStopped) return leave(this)
    const now = elapsed() - this.#joined
    const lateness = Math.max(now - this.#cells[DUE], 0)
    this.#cells[LATENESS] = lateness
    this.#cells[DUE] = now + this.#run.interval
    for (const measurement of this.#measurements) measurement.beat?.(now, lateness)
    if (now - this.#sampled >= SAMPLE_INTERVAL_MILLIS) this.#sample()
  }

  #sample() {
    const began = elapsed() - this.#joined
    if (began < this.#sampleAllowed || this.isStopped) return
    for (const measurement of this.#measurements) measurement.sample?.()
    const now = elapsed() - this.#joined
    this.#sampled = now
    this.#sampleAllowed = now + (now - began) / SAMPLE_SHARE
  }

  end() {
    clearInterval(this.#timer)
    this.#stopSampling()
    for (const measurement of this.#measurements) measurement.stop?.()
    this.#measurements = []
    this.#recorder.remove()
  }
}

/** The labels of the series that this thread records. @param {Run} run @returns {Record<string, string>} */
function labelsOf({ labels, threads }) {
  /** @type {[string, string][]} */
  const pairs = []
  for (let at = 0; at < labels.length; at += 2) pairs.push([labels[at], labels[at + 1]])
  const thread = threadLabel(threads)
  return Object.fromEntries(thread === undefined ? pairs : [...pairs, ['thread', thread]])
}

/** By the ids of the runs. @type {Map<number, Membership>} */
const memberships = new Map()

/** Measures this thread in a run. @param {Run} run */
function join(run) {
  const collector = collectorOf(run)
  if (memberships.has(run.id) || collector === undefined) return
  const joined = elapsed()
  const cells = heartbeat(run)
  if (cells === null) return
  const membership = new Membership(run, cells, collector, joined)
  memberships.set(run.id, membership)
  // another thread may have stopped the run meanwhile
  if (membership.isStopped) leave(membership)
}

/** @param {Run} run */
function heartbeat({ id, threads }) {
  try {
    return binding.joinDefaultMetrics(id, threadLabel(threads))
  } catch (cause) {
    throw noExternalMemory(cause)
  }
}

/** None if nothing holds it any more. @param {Run} run */
function collectorOf({ collector }) {
  try {
    return Collector.attach(collector)
  } catch {
    return undefined
  }
}

/** @param {Membership | undefined} membership */
function leave(membership) {
  if (membership === undefined) return
  memberships.delete(membership.id)
  membership.end()
}

/** Leaves the runs that were stopped, and joins those that were started. */
function joinAll() {
  for (const membership of memberships.values()) if (membership.isStopped) leave(membership)
  for (const run of binding.defaultMetricsRuns()) if (run.threads) join(run)
}

/** @param {number} id */
function leaveRun(id) {
  leave(memberships.get(id))
}

module.exports = { join, joinAll, leaveRun }
