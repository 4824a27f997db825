'use strict'

// Labelled series that are created and removed like connections: each has a counter, a gauge and a timing. Most are removed by the
// thread that created them, the rest by another one. Kept handles record after the removal. No series is left at the end.

const assert = require('node:assert/strict')

/** @typedef {import('..').Metrics} Metrics */

/** The prefix of the names of connections, which nothing else uses. */
const PREFIX = 'connection'
const BYTES = 3
/** One in this many is read, because a reading costs more than a recording. */
const CHECKED = 64
const KEPT = 8

class Connections {
  #metrics
  #owner
  #opened = 0
  #bytes
  #open
  #wait
  /** @type {{ labels: { id: string, of: string }, handle: import('..').BoundCounter }[]} */
  #kept = []

  /** @param {Metrics} metrics @param {string} owner the owner, which is part of the labels */
  constructor(metrics, owner) {
    this.#metrics = metrics
    this.#owner = owner
    this.#bytes = metrics.counter(`${PREFIX}.bytes`)
    this.#open = metrics.gauge(`${PREFIX}.open`)
    this.#wait = metrics.timing(`${PREFIX}.wait`)
  }

  /** Opens connections and removes them. @param {number} count */
  comeAndGo(count) {
    for (let at = 0; at < count; at++) {
      const labels = this.#make()
      if (this.#opened % CHECKED === 0) assert.equal(this.#bytes.labels(labels).value(), BYTES)
      this.remove(labels.id)
    }
  }

  /** Opens connections that stay until they are removed. @param {number} count @returns {string[]} their ids */
  leave(count) {
    return Array.from({ length: count }, () => this.#make().id)
  }

  #make() {
    const labels = this.#labels(`${this.#owner} ${this.#opened++}`)
    this.#bytes.labels(labels).inc(BYTES + 1)
    this.#bytes.labels({ of: labels.of, id: labels.id }).inc(-1)
    this.#open.labels(labels).set(1)
    this.#wait.labels(labels).observeNanos(2 ** (this.#opened % 40))
    return labels
  }

  /** @param {string} id */
  #labels(id) {
    return { id, of: 'a customer' }
  }

  /** Removes one that this or another thread has opened. @param {string} id */
  remove(id) {
    const labels = this.#labels(id)
    for (const instrument of [this.#bytes, this.#open, this.#wait]) {
      assert.equal(instrument.remove(labels), 1, `${instrument.name} of ${id} existed`)
    }
  }

  /** Removes one that another thread has left, after checking its values. @param {string} id */
  removeLeft(id) {
    assert.equal(this.#metrics.value(`${PREFIX}.bytes`, this.#labels(id)), BYTES, id)
    this.remove(id)
  }

  /** Records through a handle whose series was removed, and keeps another one. */
  revive() {
    const { id, of } = this.#make()
    const labels = { id, of }
    this.#kept.push({ labels, handle: this.#bytes.labels(labels) })
    this.remove(id)
    if (this.#kept.length < KEPT) return
    const [oldest] = this.#kept.splice(0, 1)
    assert.equal(oldest.handle.value(), undefined)
    oldest.handle.inc(7)
    assert.equal(oldest.handle.value(), 7)
    assert.equal(this.#bytes.remove(oldest.labels), 1)
  }
}

module.exports = { Connections, PREFIX }
