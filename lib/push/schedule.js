'use strict'

// Pushes at an interval, at the end of the process, and on demand; never twice at a time.

// Captured at load, so that fake timers installed later do not stop pushing.
const { clearInterval, setInterval } = require('node:timers')
const { LONGEST_TIMER } = require('../record/options')

/** All that push, which share a listener: Node.js warns of many. @type {Set<Schedule>} */
const schedules = new Set()

function flushAll() {
  for (const schedule of schedules) schedule.flushAtExit()
}

class Schedule {
  #push
  #timer
  #stopping = new AbortController()
  /** @type {Promise<void> | undefined} the push that is under way */
  #running
  /** @type {Promise<void> | undefined} the one after it, which sees all that was recorded before it was asked for */
  #next
  #isFlushedAtExit = false

  /** @param {(signal: AbortSignal) => Promise<void>} push @param {number} interval in milliseconds */
  constructor(push, interval) {
    this.#push = push
    this.#timer = setInterval(() => this.#tick(), interval)
    this.#timer.unref()
    if (schedules.size === 0) process.on('beforeExit', flushAll)
    schedules.add(this)
  }

  /** Pushes what was recorded so far. Rejects if it was not delivered. */
  async flush() {
    // callbacks before the reading may wait for something that does not keep the process alive
    const alive = setInterval(() => {}, LONGEST_TIMER)
    try {
      await this.#flushed()
    } finally {
      clearInterval(alive)
    }
  }

  #flushed() {
    if (this.#running === undefined) return this.#run()
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        return this.#run()
      })
    return this.#next
  }

  /** Ends pushing. A push that is under way is aborted. */
  stop() {
    clearInterval(this.#timer)
    schedules.delete(this)
    if (schedules.size === 0) process.off('beforeExit', flushAll)
    this.#stopping.abort()
  }

  #tick() {
    // failures are reported by the push itself
    if (this.#running === undefined) this.#run().catch(() => {})
  }

  /** The event occurs again when what it started has ended. */
  flushAtExit() {
    if (this.#isFlushedAtExit) return
    this.#isFlushedAtExit = true
    this.flush().catch(() => {})
  }

  async #run() {
    if (this.#stopping.signal.aborted) return
    this.#running = this.#push(this.#stopping.signal)
    try {
      await this.#running
    } finally {
      this.#running = undefined
    }
  }
}

module.exports = { Schedule }
