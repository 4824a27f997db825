'use strict'

// Histograms of a recorder. An aggregator reports their distributions.

const { checkedName } = require('../record/options')
const { NO_HUB } = require('./hub')
const { recordingOf } = require('./recording')
const { copiedTags, eventAbout } = require('./tags')

/** @typedef {import('../..').Labels} Labels */

class EventHistogram {
  #cells
  #hub = NO_HUB
  #event

  /** @param {import('../..').Recorder} recorder @param {string} name @param {Labels | null} [tags] */
  constructor(recorder, name, tags) {
    const recording = recordingOf(recorder)
    const checked = checkedName(name)
    const copy = copiedTags(tags)
    this.#cells = recording.histogram(checked, copy)
    this.#hub = recording.hub
    this.#event = eventAbout(checked, copy)
  }

  /** @param {number} value */
  add(value) {
    const listeners = this.#hub.histogram
    if (listeners === null) this.#cells.observe(value)
    else this.#emit(listeners, value)
  }

  /** @param {import('./hub').Listener[]} listeners @param {number} value */
  #emit(listeners, value) {
    this.#cells.observe(value)
    this.#hub.emit(listeners, { ...this.#event, value })
  }
}

/** @param {import('../..').Recorder} recorder @param {string} name @param {Labels | null} [tags] */
function DefaultHistogram(recorder, name, tags) {
  return new EventHistogram(recorder, name, tags)
}

// `instanceof` works with and without `new`
DefaultHistogram.prototype = EventHistogram.prototype

const NullHistogram = Object.freeze({ add() {} })

module.exports = { DefaultHistogram, NullHistogram }
