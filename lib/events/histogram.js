'use strict'

// Histograms of a recorder: they record, and an aggregator tells the distribution.

const { checkedName } = require('../record/options')
const { recordingOf } = require('./recording')
const { copiedTags, eventAbout } = require('./tags')

/** @typedef {import('../..').Labels} Labels */

class EventHistogram {
  #cells
  #hub
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
    // asked for first: after a call that may be one of Rust, V8 would look at this object anew
    const listeners = this.#hub.histogram
    this.#cells.observe(value)
    if (listeners !== null) this.#hub.tell(listeners, { ...this.#event, value })
  }
}

/** @param {import('../..').Recorder} recorder @param {string} name @param {Labels | null} [tags] */
function DefaultHistogram(recorder, name, tags) {
  return new EventHistogram(recorder, name, tags)
}

// so that `instanceof` holds with and without `new`
DefaultHistogram.prototype = EventHistogram.prototype

const NullHistogram = Object.freeze({ add() {} })

module.exports = { DefaultHistogram, NullHistogram }
