'use strict'

// Gauges of a recorder.

const { outOfRange } = require('../errors')
const { checkedName } = require('../record/options')
const { checkedNumber } = require('../record/numbers')
const { DefaultHistogram } = require('./histogram')
const { recordingOf } = require('./recording')
const { copiedTags, eventAbout } = require('./tags')

/** @typedef {import('../..').Labels} Labels */

class EventGauge {
  #cells
  #recording
  #event
  /** of its values, if it is precise */
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
    if (isPrecise) this.#histogram = DefaultHistogram(recorder, `${checked}${recording.separator}histogram`, copy)
  }

  /** @param {number} value */
  update(value) {
    if (this.#histogram !== undefined) {
      // checked first, so that a value that the histogram cannot take is recorded nowhere
      if (checkedNumber('gauge value', value) < 0) throw outOfRange('the value of a precise gauge', value, 'at least 0')
      this.#histogram.add(value)
    }
    this.#cells.set(value)
    this.#recording.noteGauge(this.#event.name)
    const { hub } = this.#recording
    if (hub.gauge !== null) hub.tell(hub.gauge, { ...this.#event, value })
  }
}

/**
 * @param {import('../..').Recorder} recorder
 * @param {string} name
 * @param {number | null} [_initialValue] which the recorder sets once the gauge is made
 * @param {Labels | null} [tags]
 */
function DefaultGauge(recorder, name, _initialValue, tags) {
  return new EventGauge(recorder, name, tags, false)
}

/**
 * The same, and a histogram of its values.
 * @param {import('../..').Recorder} recorder
 * @param {string} name
 * @param {number | null} [_initialValue]
 * @param {Labels | null} [tags]
 */
function PreciseGauge(recorder, name, _initialValue, tags) {
  return new EventGauge(recorder, name, tags, true)
}

// so that `instanceof` holds with and without `new`
DefaultGauge.prototype = EventGauge.prototype
PreciseGauge.prototype = EventGauge.prototype

const NullGauge = Object.freeze({ update() {} })

module.exports = { DefaultGauge, NullGauge, PreciseGauge }
