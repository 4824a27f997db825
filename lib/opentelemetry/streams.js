'use strict'

// Streams: what becomes of an instrument's values, a family of this package and the attributes that a view keeps.

const binding = require('../native')
const { numberOf } = require('../record/kinds')
const { flatLabels } = require('../record/label-strings')
const { MERGES } = require('../record/layout')
const { TRANSLATIONS } = require('../record/name-translations')
const { checkedString } = require('../record/options')
const { isUnregistered, nodeOf } = require('../record/series')
const { threadLabel } = require('../thread-label')
const { AttributeTable } = require('./attribute-table')
const { INT: INT_ATTRIBUTE } = require('../otlp/attribute-values')
const { warnOnce } = require('../otlp/warnings')
const { INT } = require('./instruments')

/** @typedef {import('./views').Descriptor} Descriptor */
/** @typedef {import('./views').StreamOptions} StreamOptions */

const NO_ATTRIBUTES = Object.freeze({})

/** The attribute of what a worker thread observes: the values of several threads may not be added up if they are of the process. */
const THREAD_ID = 'thread.id'

/** A stream. */
class Stream {
  #table
  #processors
  /** @type {any} */
  #plain

  /**
   * @param {import('./types').AttributeTable} table
   * @param {object} options
   * @param {string} options.kind of the family
   * @param {any} options.instrument of the family
   * @param {boolean} options.isLast whether a gauge has the last value, rather than a sum
   * @param {boolean} options.isFiltered whether a view drops attributes, so that several sets become one
   * @param {import('./views').Processor[]} options.processors
   */
  constructor(table, { kind, instrument, isLast, isFiltered, processors }) {
    this.#table = table
    this.#processors = processors
    this.kind = kind
    this.instrument = instrument
    this.isLast = isLast
    this.isFiltered = isFiltered
  }

  /** Whether the name of its family is free for another one. */
  get isUnregistered() {
    return isUnregistered(this.instrument)
  }

  /** The handle of a set of attributes. @param {any} attributes @param {any} [context] */
  find(attributes, context) {
    if (this.#processors.length > 0) return this.#table.find(this.#processed(attributes, context))
    if (attributes === undefined) {
      this.#plain ??= this.#table.find(NO_ATTRIBUTES)
      return this.#plain
    }
    return this.#table.find(attributes)
  }

  /** The labels of the series of a set of attributes, as strings. @param {any} handle of the series @param {any} attributes */
  labelsOf(handle, attributes) {
    return this.#table.labelsOf(handle, this.#processed(attributes, undefined))
  }

  /** Whether a handle is that of the sets that have no room. @param {any} handle */
  isOverflow(handle) {
    return this.#table.isOverflow(handle)
  }

  /** @param {() => void} makeRoom called before a new set of attributes is counted with others, because the limit is reached */
  makeRoomBy(makeRoom) {
    this.#table.makeRoom = makeRoom
  }

  /**
   * Hides a series from readings, or shows it again.
   * @param {Record<string, string>} labels as of `labelsOf`
   * @param {boolean} isHidden
   */
  setHidden(labels, isHidden) {
    nodeOf(this.instrument).tree.family.setHidden(flatLabels(labels), isHidden)
  }

  /** Removes a series. @param {Record<string, string>} labels as of `labelsOf` */
  remove(labels) {
    // not those that have further labels, which are of other sets of attributes
    nodeOf(this.instrument).tree.family.removeSeries(flatLabels(labels))
    this.#table.forget(labels)
    this.#plain = undefined
  }

  /** @param {any} attributes @param {any} context */
  #processed(attributes, context) {
    let processed = attributes ?? NO_ATTRIBUTES
    for (const processor of this.#processors) processed = processor.process(processed, context)
    return processed
  }
}

/** Makes the streams of one scope. */
class StreamFactory {
  #instruments
  #scope
  #translation

  /**
   * @param {import('../record/types').Instruments} instruments of the collector
   * @param {Record<string, string>} scope labels of every series
   * @param {string} translation
   */
  constructor(instruments, scope, translation) {
    this.#instruments = instruments
    this.#scope = scope
    this.#translation = TRANSLATIONS.indexOf(translation)
  }

  /** Undefined where a view drops the instrument. @param {Descriptor} descriptor @param {StreamOptions} options */
  make(descriptor, options) {
    const family = familyOf(descriptor, options)
    if (family === undefined) return undefined
    const { kind, request } = family
    const { name } = options
    const isObserved = descriptor.type.startsWith('OBSERVABLE')
    const instrument = this.#declare(kind, name, {
      help: checkedString('description', options.description),
      unit: checkedString('unit', descriptor.unit),
      translation: this.#translation,
      isInt: descriptor.valueType === INT,
      isObserved: isObserved || undefined,
      // the sets of attributes are limited for each scope
      maxSeries: Number.POSITIVE_INFINITY,
      ...request,
    })
    const { reference } = this.#instruments
    const noteTypes = (/** @type {string} */ key, /** @type {number} */ types) =>
      binding.addLabelTypes(reference, numberOf(kind), name, key, types)
    const thread = isObserved ? threadLabel(true) : undefined
    if (thread !== undefined) noteTypes(THREAD_ID, INT_ATTRIBUTE)
    const table = new AttributeTable(instrument, {
      scope: thread === undefined ? this.#scope : { ...this.#scope, [THREAD_ID]: thread },
      limit: options.limit,
      keeps: options.keeps,
      isFiltered: options.isFiltered,
      noteTypes,
    })
    const { isFiltered, processors } = options
    return new Stream(table, { kind, instrument, isLast: request.merge !== undefined, isFiltered, processors })
  }

  /**
   * The instrument of a family. If one exists with other options, as another scope may have declared it, that is used as it is.
   * @param {string} kind
   * @param {string} name
   * @param {import('../../binding').FamilyRequest} request
   */
  #declare(kind, name, request) {
    try {
      return this.#instruments.declared(kind, name, request)
    } catch (error) {
      const { message, code } = /** @type {any} */ (error)
      if (code !== 'ERR_TALLYSTICK_CONFLICT') throw error
      warnOnce(`an instrument's options are not used, because another one has its name: ${message}`)
      return this.#instruments.declared(kind, name)
    }
  }
}

/** How a stream is recorded; undefined if it is not. @param {Descriptor} descriptor @param {StreamOptions} options */
function familyOf({ type }, { aggregation, bounds }) {
  switch (aggregation) {
    case 'drop':
      return undefined
    case 'explicitBucketHistogram':
      return { kind: 'histogram', request: { buckets: bounds ?? [] } }
    case 'exponentialHistogram':
      return { kind: 'histogram', request: {} }
    case 'lastValue':
      return { kind: 'gauge', request: { merge: MERGES.indexOf('last') } }
    default: {
      const isMonotonic = type === 'COUNTER' || type === 'OBSERVABLE_COUNTER' || type === 'HISTOGRAM'
      return isMonotonic ? { kind: 'counter', request: {} } : { kind: 'gauge', request: { isSum: true } }
    }
  }
}

module.exports = { StreamFactory, Stream }
