'use strict'

// Functions that a service calls with the metrics of its pool, once an interval.

const { notAFunction } = require('../errors/values')
const { parseJson } = require('./responses')

/** @typedef {(metrics: import('../../pool').MetricsResponse) => void} Listener */

class Subscribers {
  #streams
  #warnings
  /** @type {Map<Listener, () => void>} to the function that releases the timer */
  #listeners = new Map()

  /** @param {import('./types').Streams} streams @param {import('./types').Warnings} warnings */
  constructor(streams, warnings) {
    this.#streams = streams
    this.#warnings = warnings
  }

  get count() {
    return this.#listeners.size
  }

  /** @param {Listener} listener */
  add(listener) {
    if (typeof listener !== 'function') throw notAFunction('listener', listener)
    // the same function may subscribe twice
    /** @type {Listener} */
    const own = (metrics) => listener(metrics)
    this.#listeners.set(own, this.#streams.hold())
    return () => this.#remove(own)
  }

  /** @param {Listener} listener */
  #remove(listener) {
    this.#listeners.get(listener)?.()
    this.#listeners.delete(listener)
  }

  /** Calls all of them, each with an object of its own. @param {() => Uint8Array} metricsJson */
  notify(metricsJson) {
    for (const listener of [...this.#listeners.keys()]) {
      try {
        listener(parseJson(metricsJson()))
      } catch (error) {
        this.#warnings.failure('a subscriber of the pool', error)
      }
    }
  }

  clear() {
    for (const listener of [...this.#listeners.keys()]) this.#remove(listener)
  }
}

module.exports = { Subscribers }
