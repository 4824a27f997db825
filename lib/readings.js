'use strict'

// Readings that the reader thread makes. Equal ones that wait are one: a caller shares a reading that has not begun, which has
// all that was recorded before the call. One that has begun may lack some of it, and is shared with nobody more.

const binding = require('./native')

/** @typedef {[ticket: number, bytes: Promise<Uint8Array>]} Reading */

class Readings {
  /** @type {Map<string, Reading>} the latest by what is read, until it is done */
  #latest = new Map()

  /**
   * The bytes of a reading, which all who share it get: nobody may change them.
   * @param {string} key the same for equal readings, and only for these
   * @param {() => Reading | null} start queues it; null where the queue is full
   */
  async read(key, start) {
    const latest = this.#latest.get(key)
    if (latest !== undefined && binding.isQueued(latest[0])) return await latest[1]
    const reading = start()
    if (reading === null) throw require('./errors/readings').busy()
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
