'use strict'

// Exemplars from a function of the collector, which is asked rarely enough to cost almost nothing.

const { setTimeout } = require('node:timers')
const { messageOf } = require('../thrown')
const { exemplarStrings, putExemplar } = require('./exemplars')
const { SAMPLE } = require('./series')

/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Shard} Shard */
/** @typedef {import('../..').ExemplarSource} Source */

/** A source is called once in this many milliseconds for each counter, and for each range of values of a distribution. */
const INTERVAL_MILLIS = 100
/** If more series than this record, it is called less often. */
const MOST_SERIES = 4096

/** The exemplars that a collector's function returns in this thread. */
class ExemplarSampler {
  #shard
  #source
  /** @type {Leaf[]} for which the source was asked in this interval, or in earlier ones if there are very many */
  #asked = []
  #isAsking = false
  #hasWarned = false

  /** @param {Shard} shard @param {Source} source */
  constructor(shard, source) {
    this.#shard = shard
    this.#source = source
  }

  /**
   * Asks the source about a recording, which has been made: nothing here throws.
   * @param {number} cell of its series
   * @param {number} value
   */
  ask(cell, value) {
    // recordings that the source makes have none
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      putExemplar(this.#shard, cell, value, exemplarStrings(this.#source()))
    } catch (error) {
      this.#warn(error)
    }
    this.#isAsking = false
  }

  /**
   * Calls the handle's SAMPLE after the interval, so that it asks again. Until then its recordings take the fast path.
   * @param {Leaf} handle
   */
  askAgainLater(handle) {
    if (this.#asked.length === 0) setTimeout(() => this.#startInterval(), INTERVAL_MILLIS).unref()
    this.#asked.push(handle)
  }

  #startInterval() {
    for (const handle of this.#asked.splice(0, MOST_SERIES)) handle[SAMPLE]()
    if (this.#asked.length > 0) setTimeout(() => this.#startInterval(), INTERVAL_MILLIS).unref()
  }

  /** @param {unknown} error */
  #warn(error) {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const message = `a recording has no exemplar, because the collector's function failed: ${messageOf(error)}`
    process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_EXEMPLAR' })
  }
}

module.exports = { ExemplarSampler }
