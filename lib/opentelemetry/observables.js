'use strict'

// The asynchronous instruments of OpenTelemetry's API. Their callbacks run before a reading. Series that the callbacks do not observe
// any more leave: gauges are removed, and counters hidden, so that one that is observed again goes on from its total.

const { INT } = require('./instruments')
const { ObservedSeries } = require('./observed-series')
const { warn } = require('./diagnostics')

/** @typedef {import('./types').Stream} Stream */
/** @typedef {(result: any) => unknown} Callback */
/** @typedef {import('./types').ObservedSeries} Series */
/** @typedef {Map<import('./types').Observed, { series: Series, value: number }>} Observations of one call */

class Observable {
  #registry

  /**
   * @param {Stream[]} streams
   * @param {{ name: string, type: string, valueType?: number }} descriptor
   * @param {ObservableRegistry} registry
   */
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

/** A callback, and the instruments that it may observe. */
class Registration {
  #instruments
  #resultOf
  /** @type {Observations} of its last call */
  #before = new Map()
  #hasEnded = false

  /**
   * @param {Callback} callback
   * @param {Observable[]} instruments
   * @param {(observe: any) => any} resultOf makes what the callback gets
   */
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
    /** @type {Observations} */
    const now = new Map()
    const call = { isOver: false }
    let returned
    try {
      returned = /** @type {any} */ (this.callback(this.#resultOf(this.#observing(now, call))))
    } catch (error) {
      call.isOver = true
      this.#fail(now)
      throw error
    }
    if (typeof returned?.then !== 'function') return this.#succeed(now, call)
    return returned.then(
      () => this.#succeed(now, call),
      (/** @type {unknown} */ error) => {
        call.isOver = true
        this.#fail(now)
        throw error
      },
    )
  }

  /** @param {Observations} now @param {{ isOver: boolean }} call */
  #succeed(now, call) {
    call.isOver = true
    if (this.#hasEnded) return this.#release(now)
    const before = this.#before
    this.#before = now
    for (const observed of now.keys()) observed.pending--
    for (const [observed, { series, value }] of now) {
      try {
        series.write(observed, this, value)
      } catch (error) {
        // what its view cannot record, such as a value below 0 in a histogram
        warn('an observation was ignored: ', error)
        now.delete(observed)
        if (!before.has(observed)) series.release(observed)
      }
    }
    for (const [observed, { series }] of before) if (!now.has(observed)) series.forget(observed, this)
  }

  /** Without an observation, gauges leave. Counters keep their totals. @param {Observations} now */
  #fail(now) {
    for (const [observed, { series }] of this.#before) {
      if (series.isCounter) continue
      this.#before.delete(observed)
      series.forget(observed, this)
    }
    this.#release(now)
  }

  /** What a call has observed does not count. @param {Observations} now */
  #release(now) {
    for (const [observed, { series }] of now) {
      observed.pending--
      series.release(observed)
    }
  }

  /** Its series are observed no more. A call that is still under way counts no more. */
  end() {
    this.stop()
    this.#hasEnded = true
    for (const [observed, { series }] of this.#before) series.forget(observed, this)
    this.#before.clear()
  }

  /** @param {Observations} now @param {{ isOver: boolean }} call */
  #observing(now, call) {
    return (/** @type {Observable} */ instrument, /** @type {any} */ value, /** @type {any} */ attributes) => {
      if (call.isOver || !this.#instruments.has(instrument)) return
      const { name, type, valueType } = instrument._descriptor
      const isCounter = type === 'OBSERVABLE_COUNTER'
      if (typeof value !== 'number' || (isCounter && !(value >= 0 && value < Number.POSITIVE_INFINITY))) {
        return warn(`${name} cannot observe `, value)
      }
      const measured = valueType === INT ? Math.trunc(value) : value
      for (const series of instrument._series) observe(now, series, measured, attributes)
    }
  }
}

/** @param {Observations} now @param {Series} series @param {number} value @param {any} attributes */
function observe(now, series, value, attributes) {
  try {
    const observed = series.find(attributes)
    const known = now.get(observed)
    if (known === undefined) {
      observed.pending++
      now.set(observed, { series, value })
    } else known.value = observed.addsUp ? known.value + value : value
  } catch (error) {
    warn('an observation was ignored: ', error)
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
