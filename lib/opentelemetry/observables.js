'use strict'

// The asynchronous instruments of OpenTelemetry's API. Their callbacks run before a reading. Series that the callbacks do not observe
// any more leave: gauges are removed, and counters hidden, so that one that is observed again goes on from its total.

const { INT, writerOf } = require('./instruments')
const { warn } = require('./diagnostics')

/** @typedef {import('./types').Stream} Stream */
/** @typedef {(result: any) => unknown} Callback */
/** @typedef {{ labels: Record<string, string>, observers: number }} Observed a series, and how many callbacks observe it */

class Observable {
  #registry

  /** @param {Stream[]} streams @param {{ name: string, type: string, valueType?: number }} descriptor @param {ObservableRegistry} registry */
  constructor(streams, descriptor, registry) {
    this._series = streams.map((stream) => new ObservedSeries(stream, descriptor))
    this._descriptor = descriptor
    this.#registry = registry
  }

  /** @param {Callback} callback */
  addCallback(callback) {
    this.#registry.add(callback, [this], (observe) => ({
      observe: (/** @type {unknown} */ value, /** @type {any} */ attributes) => observe(this, value, attributes),
    }))
  }

  /** @param {Callback} callback */
  removeCallback(callback) {
    this.#registry.remove(callback, [this])
  }
}

/** The series of a stream that are observed now. */
class ObservedSeries {
  #stream
  #isSet
  /** @type {Map<any, Observed>} by handle */
  #known = new Map()
  /** @type {Map<any, Record<string, string>>} the labels of counters that are not observed, by handle; the latest last */
  #hidden = new Map()

  /** @param {Stream} stream @param {{ type: string }} descriptor */
  constructor(stream, { type }) {
    this.#stream = stream
    this.isCounter = stream.kind === 'counter'
    this.#isSet = stream.kind === 'gauge'
    this.addsUp = stream.isFiltered && type !== 'OBSERVABLE_GAUGE'
  }

  /** The handle of a series, which is known from now on. @param {any} attributes */
  find(attributes) {
    if (this.#stream.isFull) this.#removeHidden()
    const handle = this.#stream.find(attributes)
    if (!this.#known.has(handle)) {
      this.#known.set(handle, { labels: this.#stream.labelsOf(attributes), observers: 0 })
    }
    return handle
  }

  /**
   * Writes what a callback has observed.
   * @param {Map<any, number>} now values by handle
   * @param {Map<any, number>} before those of its last call
   */
  write(now, before) {
    for (const handle of before.keys()) if (!now.has(handle)) this.#forget(handle)
    for (const [handle, value] of now) {
      const known = /** @type {Observed} */ (this.#known.get(handle))
      if (!before.has(handle)) known.observers++
      // a lower total is that of a source that has started over
      if (this.isCounter) handle.setTotal(value)
      else if (this.#isSet) handle.set(value)
      else writerOf(this.#stream)(handle, value)
      if (this.#hidden.delete(handle)) this.#stream.setHidden(known.labels, false)
    }
  }

  /** Makes room for another set of attributes. */
  #removeHidden() {
    for (const [handle, labels] of this.#hidden) {
      this.#hidden.delete(handle)
      return this.#stream.remove(labels)
    }
  }

  /** @param {any} handle */
  #forget(handle) {
    const known = this.#known.get(handle)
    if (known === undefined || --known.observers > 0) return
    this.#known.delete(handle)
    if (!this.isCounter) return this.#stream.remove(known.labels)
    this.#hidden.set(handle, known.labels)
    this.#stream.setHidden(known.labels, true)
  }
}

/** A callback, and the instruments that it may observe. */
class Registration {
  #instruments
  #resultOf
  /** @type {Map<ObservedSeries, Map<any, number>>} of its last call */
  #before = new Map()
  #hasEnded = false

  /** @param {Callback} callback @param {Observable[]} instruments @param {(observe: any) => any} resultOf makes what the callback gets */
  constructor(callback, instruments, resultOf) {
    this.callback = callback
    this.#instruments = new Set(instruments)
    this.#resultOf = resultOf
    /** @type {() => void} */
    this.stop = () => {}
  }

  /** @param {Callback} callback @param {Observable[]} instruments */
  isOf(callback, instruments) {
    const others = new Set(instruments)
    return (
      this.callback === callback &&
      others.size === this.#instruments.size &&
      [...others].every((one) => this.#instruments.has(one))
    )
  }

  /** Calls it. What it observes counts when it ends without an error. */
  run() {
    /** @type {Map<ObservedSeries, Map<any, number>>} */
    const now = new Map()
    let returned
    try {
      returned = /** @type {any} */ (this.callback(this.#resultOf(this.#observing(now))))
    } catch (error) {
      this.#fail()
      throw error
    }
    if (typeof returned?.then !== 'function') return this.#write(now)
    return returned.then(
      () => this.#write(now),
      (/** @type {unknown} */ error) => {
        this.#fail()
        throw error
      },
    )
  }

  /** Without an observation, gauges leave. Counters keep their totals: a removed one would count its whole total again. */
  #fail() {
    this.#write(new Map([...this.#before].filter(([series]) => series.isCounter)))
  }

  /** Its series are observed no more. */
  end() {
    this.stop()
    this.#write(new Map())
    // a call that is still pending counts no more
    this.#hasEnded = true
  }

  /** @param {Map<ObservedSeries, Map<any, number>>} now */
  #observing(now) {
    return (/** @type {Observable} */ instrument, /** @type {any} */ value, /** @type {any} */ attributes) => {
      if (!this.#instruments.has(instrument)) return
      const { name, type, valueType } = instrument._descriptor
      const isCounter = type === 'OBSERVABLE_COUNTER'
      if (typeof value !== 'number' || (isCounter && !(value >= 0 && value < Number.POSITIVE_INFINITY))) {
        return warn(`${name} cannot observe ${String(value)}`)
      }
      const measured = valueType === INT ? Math.trunc(value) : value
      for (const series of instrument._series) observe(now, series, measured, attributes)
    }
  }

  /** @param {Map<ObservedSeries, Map<any, number>>} now */
  #write(now) {
    if (this.#hasEnded) return
    const before = this.#before
    this.#before = now
    for (const series of new Set([...before.keys(), ...now.keys()])) {
      series.write(now.get(series) ?? new Map(), before.get(series) ?? new Map())
    }
  }
}

/** @param {Map<ObservedSeries, Map<any, number>>} now @param {ObservedSeries} series @param {number} value @param {any} attributes */
function observe(now, series, value, attributes) {
  try {
    const handle = series.find(attributes)
    const values = now.get(series) ?? new Map()
    now.set(series, values)
    values.set(handle, series.addsUp ? (values.get(handle) ?? 0) + value : value)
  } catch (error) {
    warn(`an observation was ignored: ${error}`)
  }
}

/** The callbacks of a provider. */
class ObservableRegistry {
  #beforeRead
  /** @type {Registration[]} */
  #registrations = []

  /** @param {(fn: () => unknown) => () => void} beforeRead of the collector */
  constructor(beforeRead) {
    this.#beforeRead = beforeRead
  }

  /** @param {Callback} callback @param {Observable[]} instruments @param {(observe: any) => any} resultOf */
  add(callback, instruments, resultOf) {
    if (typeof callback !== 'function') return warn('a callback of an observable instrument is not a function')
    if (this.#registrations.some((known) => known.isOf(callback, instruments))) return
    const registration = new Registration(callback, instruments, resultOf)
    // warnings name it
    const name = callback.name || instruments[0]._descriptor.name
    const run = { [name]: () => registration.run() }[name]
    registration.stop = this.#beforeRead(run)
    this.#registrations.push(registration)
  }

  /** @param {Callback} callback @param {unknown[]} instruments */
  addBatch(callback, instruments) {
    const observables = observablesOf(instruments)
    if (observables.length === 0) return warn('a batch callback has no observable instrument')
    this.add(callback, observables, (observe) => ({ observe }))
  }

  /** @param {Callback} callback @param {unknown[]} instruments */
  remove(callback, instruments) {
    const observables = observablesOf(instruments)
    const at = this.#registrations.findIndex((known) => known.isOf(callback, observables))
    if (at !== -1) this.#registrations.splice(at, 1)[0].end()
  }

  /** Ends all callbacks. Their last values remain. */
  stop() {
    for (const registration of this.#registrations) registration.stop()
    this.#registrations = []
  }
}

/** @param {unknown} instruments @returns {Observable[]} */
function observablesOf(instruments) {
  return Array.isArray(instruments) ? instruments.filter((instrument) => instrument instanceof Observable) : []
}

module.exports = { Observable, ObservableRegistry }
