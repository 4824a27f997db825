'use strict'

// The view `stats`: all workers at first, and then those that changed.

const { broadcast } = require('../broadcast')
const { eventOf } = require('../events')

/** @typedef {import('../types').Reader} Reader */

/**
 * @typedef {object} Workers
 * @property {() => void} read reads the pool
 * @property {() => Uint8Array} changes what changed since its last call, as JSON
 * @property {() => Uint8Array} lastSent all workers as of the last call of `changes`, as JSON
 */

class StatsFeed {
  /** @type {Set<Reader>} */
  #readers = new Set()
  #workers
  #id = 0
  /** @type {Buffer | undefined} the state at the last tick, encoded when the first reader joins */
  #full

  /** @param {Workers} workers */
  constructor(workers) {
    this.#workers = workers
  }

  get isEmpty() {
    return this.#readers.size === 0
  }

  /** @param {Reader} reader */
  join(reader) {
    if (this.isEmpty) {
      this.#workers.read()
      this.#workers.changes()
      this.#full = undefined
    }
    this.#full ??= eventOf(this.#workers.lastSent(), this.#id)
    this.#readers.add(reader)
    reader.write(this.#full)
  }

  /** @param {Reader} reader */
  leave(reader) {
    this.#readers.delete(reader)
  }

  tick() {
    this.#full = undefined
    return broadcast(this.#readers, eventOf(this.#workers.changes(), ++this.#id))
  }
}

module.exports = { StatsFeed }
