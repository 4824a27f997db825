'use strict'

// Reads the pool of a service into Rust, which makes the reports.

const binding = require('../native')
const { missingPool } = require('../errors/pool')
const { timestamp, uptime } = require('./clock')
const { sourceOf } = require('./pools')
const { readPool } = require('./reading')

class PoolReader {
  /** the latest reading, in Rust */
  reference = binding.openPool()
  #warnings
  /** @type {import('./types').Source | undefined} */
  #source

  /** @param {import('./types').Warnings} warnings */
  constructor(warnings) {
    this.#warnings = warnings
  }

  /** @param {unknown} pool */
  setPool(pool) {
    this.#source = sourceOf(pool)
    this.#warnings.forget()
  }

  get hasPool() {
    return this.#source !== undefined
  }

  /** Reads the pool. */
  read() {
    if (this.#source === undefined) throw missingPool()
    const reading = readPool(this.#source, this.#warnings)
    const { fields, total } = binding.setPool(this.reference, reading)
    for (const [field, problem] of fields) this.#warnings.field(field, problem)
    if (total > reading.size) {
      const message = `the pool lists more workers than its size: ${total} of ${reading.size}`
      this.#warnings.give('total', message, 'TALLYSTICK_POOL_TOTAL')
    }
  }

  /** @param {boolean} fresh whether the pool is read before */
  metricsJson(fresh) {
    if (fresh) this.read()
    return binding.poolMetrics(this.reference, uptime(), timestamp())
  }

  statsJson() {
    this.read()
    return binding.poolStats(this.reference)
  }

  /** What changed since the last event of the view `stats`. */
  changes() {
    return binding.poolChanges(this.reference, timestamp())
  }

  /** The state that the events of the view `stats` have led to. */
  lastSent() {
    return binding.poolLastSent(this.reference, timestamp())
  }
}

module.exports = { PoolReader }
