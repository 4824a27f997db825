'use strict'

// What a recorder and its scopes share: the collector, the hub of events, and the families that belong to the recorder.
// Instruments get their series here.

const { notARecorder } = require('../errors/events')
const { Collector, instrumentsOf } = require('../record/collector')
const { Hub } = require('./hub')

/** @typedef {import('../..').Labels} Labels */
/** @typedef {import('../..').FamilyReading['kind']} Word the kinds' names */

/** Also of tagged series: a report sums over tags, and one coarse series would make the sum coarse. */
const DEFAULT_PRECISION = 2

class Recording {
  hub = new Hub()
  #instruments
  #precision
  /** @type {Map<Word, Set<string>> | undefined} the names of the recorder's families by kind, if it did not make the collector */
  #names
  /** @type {Map<string, number> | undefined} how often gauges were set, counted from the first query */
  #gaugeSets

  /** @param {{ collector: import('../..').Collector | undefined, precision: number | undefined, separator: string }} options */
  constructor({ collector, precision, separator }) {
    this.collector = collector ?? new Collector()
    this.separator = separator
    this.#instruments = instrumentsOf(this.collector)
    this.#precision = precision
    this.#names = collector === undefined ? undefined : new Map()
  }

  get reference() {
    return this.#instruments.reference
  }

  /** The families to report: those of this recorder, or undefined (all) if the recorder made its collector. */
  get families() {
    // looked up each time: a family that was removed has another number when it is used again
    return this.#names && Array.from(this.#names, ([kind, names]) => this.#instruments.numbersOf(kind, names)).flat()
  }

  /** @param {string} name @param {Labels} [tags] */
  counter(name, tags) {
    return this.#series('counter', name, this.#instruments.instrument('counter', name), tags)
  }

  /** @param {string} name @param {Labels} [tags] */
  gauge(name, tags) {
    return this.#series('gauge', name, this.#instruments.instrument('gauge', name), tags)
  }

  /** @param {string} name @param {Labels} [tags] */
  histogram(name, tags) {
    const histogram = this.#distribution(name, (options) => this.#instruments.instrument('histogram', options))
    return this.#series('histogram', name, histogram, tags)
  }

  /** An instrument that takes tags at each call. @param {import('./hub').EventKind} kind @param {string} name */
  instrument(kind, name) {
    return kind === 'timer' ? this.timing(name) : this[kind](name)
  }

  /**
   * The series that stands for a name without room, if this one has none.
   * @param {import('./hub').EventKind} kind
   * @param {string} name
   */
  folded(kind, name) {
    return this.#instruments.folded(kind === 'timer' ? 'timing' : kind, name)
  }

  /** The timing of a name, to take tags at each call. @param {string} name */
  timing(name) {
    const timing = this.#distribution(name, (options) => this.#instruments.instrument('timing', options))
    return this.#series('timing', name, timing)
  }

  /**
   * @template Bound
   * @template {Bound & { labels(tags: Labels): Bound }} Instrument
   * @param {Word} kind
   * @param {string} name
   * @param {Instrument} instrument
   * @param {Labels} [tags]
   * @returns {Bound}
   */
  #series(kind, name, instrument, tags) {
    const series = tags === undefined ? instrument : instrument.labels(tags)
    if (this.#names !== undefined) this.#own(kind, name)
    return series
  }

  /** @param {Word} kind @param {string} name */
  #own(kind, name) {
    const names = this.#names?.get(kind) ?? new Set()
    names.add(name)
    this.#names?.set(kind, names)
  }

  /**
   * A distribution that exists with another precision keeps it, unless this recorder has the option `precision`.
   * @template Instrument
   * @param {string} name
   * @param {(options: any) => Instrument} instrument
   */
  #distribution(name, instrument) {
    if (this.#precision !== undefined) return instrument({ name, precision: this.#precision })
    try {
      return instrument({ name, precision: DEFAULT_PRECISION })
    } catch (error) {
      if (/** @type {any} */ (error).code !== 'ERR_TALLYSTICK_CONFLICT') throw error
      return instrument(name)
    }
  }

  /** Called whenever a gauge is set. @param {string} name */
  noteGauge(name) {
    this.#gaugeSets?.set(name, (this.#gaugeSets.get(name) ?? 0) + 1)
  }

  /** How often a gauge was set in this thread since the first call. @param {string} name */
  gaugeSets(name) {
    this.#gaugeSets ??= new Map()
    return this.#gaugeSets.get(name) ?? 0
  }
}

/** @type {WeakMap<object, Recording>} */
const recordings = new WeakMap()

/** @param {import('../..').Recorder} recorder @param {Recording} recording */
function enrol(recorder, recording) {
  recordings.set(recorder, recording)
}

/** @param {any} recorder @returns {Recording} */
function recordingOf(recorder) {
  const recording = recordings.get(recorder)
  if (recording === undefined) throw notARecorder(recorder)
  return recording
}

module.exports = { Recording, enrol, recordingOf }
