'use strict'

// A worker that reports its own state, in cells that its thread writes and any thread reads. No messages are sent, so a worker that is
// stuck in a loop is still reported, and one that has ended, in any way, is not.

const binding = require('../native')
const { threadLabel } = require('../thread-label')
const { noExternalMemory } = require('../errors/binary')
const { unknownState } = require('../errors/pool')
const { invalidName, notAFunction, notAString } = require('../errors/values')
const { elapsed } = require('../record/clock')
const { untilEnded } = require('../record/ending')
const { readOptions, wellFormed } = require('../record/options')
const { BEGAN, BUSY, ENDED, HEAP_USED, REQUESTS, RSS, STATE, STATES, TASK } = require('./tracked-layout')

const READY = STATES.indexOf('ready')
const ACTIVE = STATES.indexOf('active')
const IDLE = STATES.indexOf('idle')

/** Memory is measured at most this often, because that takes longer than everything else. */
const MEMORY_INTERVAL_SECONDS = 1

/** The busy time of a worker that is busy from its first moment. It can be negative. */
const LEAST_NEGATIVE = -1e-9

/** Numbers of the names of requests, of which Rust accepts a limited number. @type {Map<string, number>} */
const taskNumbers = new Map()

/** The workers of this thread, so that they stay listed if the user keeps no reference. @type {Set<TrackedWorker>} */
const held = new Set()

class TrackedWorker {
  #born = elapsed()
  #cells
  #running = 0
  #memoryDue = 0

  /** @param {string} id @param {string | undefined} app */
  constructor(id, app) {
    this.#cells = cellsOf(id, app)
    this.#cells[STATE] = READY
    this.#noteMemory()
  }

  /**
   * @template T
   * @param {() => T} fn
   * @param {string} [name]
   * @returns {T}
   */
  run = (fn, name) => {
    if (typeof fn !== 'function') throw notAFunction('fn', fn)
    if (name !== undefined && typeof name !== 'string') throw notAString('the name of a request', name)
    this.#begin(name)
    return untilEnded(fn, () => this.#finish())
  }

  /** @param {import('../..').WorkerState} state */
  setState = (state) => {
    const number = STATES.indexOf(state)
    if (number < 0) throw unknownState(state, STATES)
    if (!this.#isEnded) this.#cells[STATE] = number
  }

  end = () => {
    this.#cells[STATE] = ENDED
    held.delete(this)
  }

  get #isEnded() {
    return this.#cells[STATE] === ENDED
  }

  /** Seconds since it was tracked. */
  get #age() {
    return (elapsed() - this.#born) / 1000
  }

  /** @param {string | undefined} name */
  #begin(name) {
    if (this.#running++ > 0 || this.#isEnded) return
    const age = this.#age
    this.#cells[TASK] = name === undefined ? 0 : taskNumber(name)
    this.#cells[BEGAN] = age
    this.#cells[BUSY] = Math.min(this.#cells[BUSY] - age, LEAST_NEGATIVE)
    this.#cells[STATE] = ACTIVE
  }

  #finish() {
    this.#running--
    if (this.#isEnded) return
    this.#cells[REQUESTS] += 1
    if (this.#running === 0) this.#rest()
    this.#noteMemory()
  }

  #rest() {
    // not negative even if the clock stood still: that would be busy
    this.#cells[BUSY] = Math.max(this.#cells[BUSY] + this.#age, 0)
    // a state that was set during the request stays
    if (this.#cells[STATE] === ACTIVE) this.#cells[STATE] = IDLE
  }

  #noteMemory() {
    if (this.#age < this.#memoryDue) return
    this.#memoryDue = this.#age + MEMORY_INTERVAL_SECONDS
    const { rss, heapUsed } = process.memoryUsage()
    this.#cells[RSS] = rss
    this.#cells[HEAP_USED] = heapUsed
  }
}

/** @param {string} id @param {string | undefined} app */
function cellsOf(id, app) {
  try {
    return binding.trackWorker(id, app, threadLabel(true) ?? '')
  } catch (cause) {
    throw noExternalMemory(cause)
  }
}

/** @param {string} name */
function taskNumber(name) {
  const known = taskNumbers.get(name)
  if (known !== undefined) return known
  const number = binding.requestName(wellFormed(name))
  // names beyond the limit must not fill the map either
  if (number !== 0) taskNumbers.set(name, number)
  return number
}

/** @param {import('../..').TrackWorkerOptions} options @returns {import('../..').TrackedWorker} */
function trackWorker(options) {
  const { id, app } = readOptions(options, ['id', 'app'])
  if (typeof id !== 'string' || id === '') throw invalidName(id, 'the id of a worker')
  if (app !== undefined && typeof app !== 'string') throw notAString('the app of a worker', app)
  const worker = new TrackedWorker(wellFormed(id), app === undefined ? undefined : wellFormed(app))
  held.add(worker)
  return worker
}

/**
 * The same object for all callers: if it is a pool's `workers`, the pool is read in Rust (see reading.js).
 * @type {Iterable<import('../..').TrackedWorkerMetrics>}
 */
const tracked = Object.freeze({ [Symbol.iterator]: () => JSON.parse(binding.trackedWorkers()).values() })

function trackedWorkers() {
  return tracked
}

module.exports = { trackWorker, tracked, trackedWorkers }
