'use strict'

// Readings that the reader thread makes. Equal readings in the queue are shared: a reading that has not started will include
// everything recorded before the call. A reading that has started may not, so new callers do not share it.

const binding = require('./native')

/** @typedef {[ticket: number, bytes: Promise<Uint8Array>]} Reading */

class Readings {
  /** @type {Map<string, Reading>} the latest reading by its key, until it is done */
  #latest = new Map()

  /**
   * The bytes of a reading. Callers share them and must not change them.
   * @param {string} key the same for equal readings, and only for these
   * @param {() => Reading | null} start queues it, or returns what it made at once; null if the queue is full
   */
  async read(key, start) {
    const latest = this.#latest.get(key)
    if (latest !== undefined && binding.isQueued(latest[0])) return await latest[1]
    const reading = start()
    if (reading === null) throw require('./errors/readings').busy()
    if (!Array.isArray(reading)) return reading
    this.#latest.set(key, reading)
    try {
      return await reading[1]
    } finally {
      if (this.#latest.get(key) === reading) this.#latest.delete(key)
    }
  }
}

/** @param {any} error */
function isBusy(error) {
  return error?.code === 'ERR_TALLYSTICK_BUSY'
}

module.exports = { Readings, isBusy }
