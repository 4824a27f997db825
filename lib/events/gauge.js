'use strict'

// Gauges of a recorder.

const { checkedName } = require('../record/options')
const { checkedNumber } = require('../record/numbers')
const { recordingOf } = require('./recording')
const { copiedTags, eventAbout } = require('./tags')

/** @typedef {import('../..').Labels} Labels */

/** Of the histogram of a precise gauge. */
class ValueHistogram {
  #cells
  #hub
  #event

  /** @param {InstanceType<typeof import('./recording').Recording>} recording @param {string} name @param {Labels} [tags] */
  constructor(recording, name, tags) {
    this.#cells = recording.histogram(name, tags)
    this.#hub = recording.hub
    this.#event = eventAbout(name, tags)
  }

  /** @param {number} value counts as 0 if it is negative, because a histogram without bounds takes no negative values */
  add(value) {
    this.#cells.observe(Math.max(value, 0))
    if (this.#hub.histogram !== null) this.#hub.emit(this.#hub.histogram, { ...this.#event, value })
  }
}

class EventGauge {
  #cells
  #recording
  #event
  /** of its values; only a precise gauge has one */
  #histogram

  /**
   * @param {import('../..').Recorder} recorder
   * @param {string} name
   * @param {Labels | null | undefined} tags
   * @param {boolean} isPrecise
   */
  constructor(recorder, name, tags, isPrecise) {
    const recording = recordingOf(recorder)
    const checked = checkedName(name)
    const copy = copiedTags(tags)
    this.#cells = recording.gauge(checked, copy)
    this.#recording = recording
    this.#event = eventAbout(checked, copy)
    if (isPrecise) this.#histogram = new ValueHistogram(recording, `${checked}${recording.separator}histogram`, copy)
  }

  /** @param {number} value */
  update(value) {
    // checked first, so that a wrong value is recorded nowhere
    if (this.#histogram !== undefined) this.#histogram.add(checkedNumber('gauge value', value))
    this.#cells.set(value)
    this.#recording.noteGauge(this.#event.name)
    const { hub } = this.#recording
    if (hub.gauge !== null) hub.emit(hub.gauge, { ...this.#event, value })
  }
}

/**
 * @param {import('../..').Recorder} recorder
 * @param {string} name
 * @param {number | null} [_initialValue] set by the recorder, once it has the gauge
 * @param {Labels | null} [tags]
 */
function DefaultGauge(recorder, name, _initialValue, tags) {
  return new EventGauge(recorder, name, tags, false)
}

/**
 * A gauge with a histogram of its values.
 * @param {import('../..').Recorder} recorder
 * @param {string} name
 * @param {number | null} [_initialValue]
 * @param {Labels | null} [tags]
 */
function PreciseGauge(recorder, name, _initialValue, tags) {
  return new EventGauge(recorder, name, tags, true)
}

// `instanceof` works with and without `new`
DefaultGauge.prototype = EventGauge.prototype
PreciseGauge.prototype = EventGauge.prototype

const NullGauge = Object.freeze({ update() {} })

module.exports = { DefaultGauge, NullGauge, PreciseGauge }
