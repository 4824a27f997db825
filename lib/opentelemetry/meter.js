'use strict'

// Meters: the instruments of one scope.

const { createInstrument } = require('./instruments')
const { Observable } = require('./observables')
const { warn } = require('./diagnostics')
const { streamsOf } = require('./views')

/** @typedef {import('./views').Descriptor} Descriptor */
/** @typedef {import('./types').StreamFactory} StreamFactory */
/** @typedef {{ name: string, version: string, schemaUrl: string }} Scope */

/** By OpenTelemetry's specification; others are recorded all the same. */
const VALID_NAME = /^[a-z][a-z0-9_.\-/]{0,254}$/i

class Meter {
  #scope
  #streams
  #registry
  #views
  #limit
  /** @type {Map<string, { descriptor: Descriptor, instrument: any, streams: import('./types').Stream[] }>} by type and name */
  #instruments = new Map()

  /**
   * @param {Scope} scope
   * @param {object} options
   * @param {StreamFactory} [options.streams] none once the provider is shut down
   * @param {import('./types').ObservableRegistry} options.registry
   * @param {import('./types').View[]} options.views
   * @param {number} [options.limit]
   */
  constructor(scope, { streams, registry, views, limit }) {
    this.#scope = scope
    this.#streams = streams
    this.#registry = registry
    this.#views = views
    this.#limit = limit
  }

  /** @param {string} name @param {any} [options] */
  createCounter(name, options) {
    return this.#synchronous('COUNTER', name, options)
  }

  /** @param {string} name @param {any} [options] */
  createUpDownCounter(name, options) {
    return this.#synchronous('UP_DOWN_COUNTER', name, options)
  }

  /** @param {string} name @param {any} [options] */
  createGauge(name, options) {
    return this.#synchronous('GAUGE', name, options)
  }

  /** @param {string} name @param {any} [options] */
  createHistogram(name, options) {
    return this.#synchronous('HISTOGRAM', name, options)
  }

  /** @param {string} name @param {any} [options] */
  createObservableCounter(name, options) {
    return this.#observable('OBSERVABLE_COUNTER', name, options)
  }

  /** @param {string} name @param {any} [options] */
  createObservableUpDownCounter(name, options) {
    return this.#observable('OBSERVABLE_UP_DOWN_COUNTER', name, options)
  }

  /** @param {string} name @param {any} [options] */
  createObservableGauge(name, options) {
    return this.#observable('OBSERVABLE_GAUGE', name, options)
  }

  /** @param {(result: any) => unknown} callback @param {unknown[]} observables */
  addBatchObservableCallback(callback, observables) {
    this.#registry.addBatch(callback, observables)
  }

  /** @param {(result: any) => unknown} callback @param {unknown[]} observables */
  removeBatchObservableCallback(callback, observables) {
    this.#registry.remove(callback, observables)
  }

  /** @param {Parameters<typeof createInstrument>[0]} type @param {unknown} name @param {any} options */
  #synchronous(type, name, options) {
    return this.#instrument(type, name, options, (streams, descriptor) => createInstrument(type, streams, descriptor))
  }

  /** @param {string} type @param {unknown} name @param {any} options */
  #observable(type, name, options) {
    return this.#instrument(
      type,
      name,
      options,
      (streams, descriptor) => new Observable(streams, descriptor, this.#registry),
    )
  }

  /**
   * The instrument of a type and name, made if it is new.
   * @param {string} type
   * @param {unknown} name
   * @param {any} options
   * @param {(streams: import('./types').Stream[], descriptor: Descriptor) => any} make
   */
  #instrument(type, name, options, make) {
    const descriptor = descriptorOf(type, name, options)
    const key = `${type} ${descriptor.name}`
    const known = this.#instruments.get(key)
    // one whose name was unregistered records nothing
    if (known !== undefined && !known.streams.some(({ isUnregistered }) => isUnregistered)) {
      warnOfConflict(known.descriptor, descriptor)
      return known.instrument
    }
    const streams = this.#streamsOf(descriptor)
    const instrument = make(streams, descriptor)
    this.#instruments.set(key, { descriptor, instrument, streams })
    return instrument
  }

  /** @param {Descriptor} descriptor */
  #streamsOf(descriptor) {
    if (this.#streams === undefined || descriptor.name === '') return []
    const factory = this.#streams
    const options = streamsOf(this.#views, descriptor, this.#scope, this.#limit)
    return options.map((each) => factory.make(descriptor, each)).filter((stream) => stream !== undefined)
  }
}

/** @param {string} type @param {unknown} name @param {any} options @returns {Descriptor} */
function descriptorOf(type, name, options) {
  const text = typeof name === 'string' ? name : ''
  if (!VALID_NAME.test(text)) {
    const effect = text === '' ? 'nothing is recorded' : 'letters, digits and _ . - / are allowed, at most 255'
    warn(`the name ${JSON.stringify(text.slice(0, 80))} of an instrument is not valid: ${effect}`)
  }
  const { description = '', unit = '', valueType, advice } = options ?? {}
  return { name: text, type, description: String(description), unit: String(unit), valueType, advice }
}

/** @param {Descriptor} known @param {Descriptor} descriptor */
function warnOfConflict(known, descriptor) {
  for (const option of /** @type {const} */ (['unit', 'description', 'valueType'])) {
    if (known[option] !== descriptor[option]) {
      const [one, other] = [known, descriptor].map((each) => JSON.stringify(each[option]))
      warn(`the instrument ${known.name} exists with the ${option} ${one}, which is used, not with ${other}`)
    }
  }
}

module.exports = { Meter }
