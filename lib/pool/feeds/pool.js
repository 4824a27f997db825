'use strict'

// The view `pool`: the payload of `/`, at each tick.

const { broadcast } = require('../broadcast')
const { eventOf } = require('../events')

/** @typedef {import('../types').Reader} Reader */

class PoolFeed {
  /** @type {Set<Reader>} */
  #readers = new Set()
  #encode
  #id = 0
  /** @type {Buffer | undefined} the last event, while there is a reader */
  #latest

  /** @param {(fresh: boolean) => Uint8Array} encode the pool's counts as JSON; `fresh` reads the pool before */
  constructor(encode) {
    this.#encode = encode
  }

  get isEmpty() {
    return this.#readers.size === 0
  }

  /** @param {Reader} reader */
  join(reader) {
    this.#latest ??= eventOf(this.#encode(true), ++this.#id)
    this.#readers.add(reader)
    reader.write(this.#latest)
  }

  /** @param {Reader} reader */
  leave(reader) {
    this.#readers.delete(reader)
    if (this.isEmpty) this.#latest = undefined
  }

  tick() {
    this.#latest = eventOf(this.#encode(false), ++this.#id)
    return broadcast(this.#readers, this.#latest)
  }
}

module.exports = { PoolFeed }
