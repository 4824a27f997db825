'use strict'

// Recorders create instruments with the factories of their configuration. The default instruments record into a collector, as
// `metrics` does, and emit events if there are listeners.

const { recursiveFactory, notAnInstrument } = require('../errors/events')
const { invalidOption } = require('../errors/options')
const { notAFunction } = require('../errors/values')
const { checkedName, checkedPrecision, readOptions } = require('../record/options')
const { checkedNumber } = require('../record/numbers')
const { config: configs } = require('./config')
const { Emissions } = require('./emissions')
const { checkKind } = require('./hub')
const { Recording, enrol } = require('./recording')
const { withTime } = require('./timer')

/** @typedef {import('../..').RecorderConfig} RecorderConfig */
/** @typedef {import('../..').Labels} Labels */
/** @typedef {'counter' | 'gauge' | 'histogram' | 'timer'} Kind */

const DEFAULT_SEPARATOR = '/'
/** Factories may call the recorder for other instruments, at most this many levels deep. */
const MAX_DEPTH = 100

/** The methods that an instrument of each kind must have. */
const METHODS = {
  counter: ['incr', 'decr'],
  gauge: ['update'],
  histogram: ['add'],
  timer: ['start', 'stop'],
}
const KINDS = /** @type {Kind[]} */ (Object.keys(METHODS))

/** What a recorder and its scopes share. */
class Shared {
  /** of nested factory calls */
  #depth = 0
  /** @type {InstanceType<typeof Emissions> | undefined} */
  #emissions

  /** @param {Recorder} root @param {RecorderConfig | null | undefined} config */
  constructor(root, config) {
    const { collector, separator, precision, ...factories } = checkedConfig(config)
    this.recording = new Recording({ collector, precision, separator })
    this.factories = factories
    /** passed to the factories, which get names with all prefixes */
    this.root = root
  }

  /** @param {Kind} kind @param {string} name @param {unknown[]} rest */
  make(kind, name, ...rest) {
    if (this.#depth === MAX_DEPTH) throw recursiveFactory(kind, MAX_DEPTH)
    this.#depth++
    try {
      return checkedInstrument(kind, this.factories[kind](this.root, name, ...rest))
    } finally {
      this.#depth--
    }
  }

  /** @param {Kind | 'error'} kind @param {unknown} event */
  emit(kind, event) {
    checkKind(kind)
    const { hub } = this.recording
    const listeners = hub[kind]
    if (kind === 'error') hub.emitError(event)
    else {
      this.#emissions ??= new Emissions(this.recording)
      this.#emissions.record(kind, event)
      if (listeners !== null) hub.emit(listeners, /** @type {object} */ (event))
    }
    return listeners !== null
  }

  /** Does not use the prototype, as `instanceof` does: a proxy's may throw. @param {unknown} value @returns {value is Shared} */
  static is(value) {
    return typeof value === 'object' && value !== null && #depth in value
  }
}

class Recorder {
  #shared
  /** before each name */
  #prefix

  /** @param {RecorderConfig | Shared | null} [config] @param {string} [prefix] */
  constructor(config, prefix = '') {
    this.#shared = Shared.is(config) ? config : new Shared(this, config)
    this.#prefix = Shared.is(config) ? prefix : ''
    enrol(this, this.#shared.recording)
  }

  get collector() {
    return this.#shared.recording.collector
  }

  get separator() {
    return this.#shared.recording.separator
  }

  /** @param {string} name @param {number | null} [initialValue] @param {Labels | null} [tags] */
  counter(name, initialValue, tags) {
    const value = checkedInitial(initialValue)
    const counter = this.#shared.make('counter', this.#scoped(name), value ?? 0, tags)
    if (value !== undefined) counter.incr(value)
    return counter
  }

  /** @param {string} name @param {number | null} [initialValue] @param {Labels | null} [tags] */
  gauge(name, initialValue, tags) {
    const value = checkedInitial(initialValue)
    const gauge = this.#shared.make('gauge', this.#scoped(name), value ?? 0, tags)
    if (value !== undefined) gauge.update(value)
    return gauge
  }

  /** @param {string} name @param {Labels | null} [tags] */
  histogram(name, tags) {
    return this.#shared.make('histogram', this.#scoped(name), tags)
  }

  /** @param {string} name @param {Labels | null} [tags] */
  timer(name, tags) {
    return withTime(this.#shared.make('timer', this.#scoped(name), tags))
  }

  /** @param {string} name */
  scope(name) {
    return new Recorder(this.#shared, this.#scoped(name) + this.separator)
  }

  /** @param {Kind | 'error'} kind @param {(event: any) => unknown} listener */
  on(kind, listener) {
    this.#shared.recording.hub.on(kind, listener)
    return this
  }

  /** @param {Kind | 'error'} kind @param {(event: any) => unknown} listener */
  once(kind, listener) {
    this.#shared.recording.hub.once(kind, listener)
    return this
  }

  /** @param {Kind | 'error'} kind @param {(event: any) => unknown} listener */
  off(kind, listener) {
    this.#shared.recording.hub.off(kind, listener)
    return this
  }

  /** @param {Kind | 'error'} kind @param {(event: any) => unknown} listener */
  addListener(kind, listener) {
    return this.on(kind, listener)
  }

  /** @param {Kind | 'error'} kind @param {(event: any) => unknown} listener */
  removeListener(kind, listener) {
    return this.off(kind, listener)
  }

  /** @param {Kind | 'error'} [kind] */
  removeAllListeners(kind) {
    this.#shared.recording.hub.clear(kind)
    return this
  }

  /** @param {Kind | 'error'} kind */
  listenerCount(kind) {
    return this.#shared.recording.hub.count(kind)
  }

  /** @param {Kind | 'error'} kind @param {unknown} event */
  emit(kind, event) {
    return this.#shared.emit(kind, event)
  }

  /** @param {unknown} name */
  #scoped(name) {
    return this.#prefix + checkedName(/** @type {string} */ (name))
  }
}

/** What a factory returned. @param {Kind} kind @param {any} instrument */
function checkedInstrument(kind, instrument) {
  let isComplete
  try {
    isComplete = METHODS[kind].every((method) => typeof instrument?.[method] === 'function')
  } catch (cause) {
    throw notAnInstrument(kind, METHODS[kind], instrument, cause)
  }
  if (!isComplete) throw notAnInstrument(kind, METHODS[kind], instrument)
  return instrument
}

/** @param {unknown} value @returns {number | undefined} */
function checkedInitial(value) {
  return value === undefined || value === null ? undefined : checkedNumber('initial value', value)
}

const OPTIONS = ['collector', 'separator', 'precision', ...KINDS]

/** @param {any} config */
function checkedConfig(config) {
  const { collector, separator, precision, ...given } = readOptions(config ?? {}, OPTIONS)
  if (separator !== undefined && separator !== null && typeof separator !== 'string')
    throw invalidOption('separator', separator, 'a string')
  return {
    collector,
    separator: separator || DEFAULT_SEPARATOR,
    precision: checkedPrecision(precision),
    ...factoriesOf(given),
  }
}

/** @param {any} given @returns {Record<Kind, (...args: any[]) => any>} */
function factoriesOf(given) {
  const entries = KINDS.map((kind) => {
    const factory = given[kind] ?? configs.DEFAULT.recorder[kind]
    if (typeof factory !== 'function') throw notAFunction(`option ${kind}`, factory)
    return [kind, factory]
  })
  return Object.fromEntries(entries)
}

module.exports = { RECORDER_OPTIONS: OPTIONS, Recorder }
