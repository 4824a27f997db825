'use strict'

// Views: which streams an instrument has, as OpenTelemetry's specification of the SDK has them. Their options are those of the SDK for
// JavaScript, whose aggregations and attribute processors are accepted too.

const { invalidView } = require('../errors/opentelemetry')
const { invalidOption } = require('../errors/options')
const { checkedBuckets, copied } = require('../record/options')

/** The numbers of the SDK's `AggregationType`. */
const AGGREGATIONS = ['default', 'drop', 'sum', 'lastValue', 'explicitBucketHistogram', 'exponentialHistogram']

/** The most sets of attributes of a stream, by the specification. */
const DEFAULT_LIMIT = 2000
const DEFAULT_BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]

const SELECTORS = ['instrumentName', 'instrumentType', 'instrumentUnit', 'meterName', 'meterVersion', 'meterSchemaUrl']

/**
 * @typedef {{ name: string, type: string, unit: string, description: string, valueType?: number, advice: any }} Descriptor of an instrument
 */
/** @typedef {{ name: string, version: string, schemaUrl: string }} Meter */
/** @typedef {{ process(attributes: any, context?: any): any }} Processor */
/**
 * @typedef {object} StreamOptions
 * @property {string} name
 * @property {string} description
 * @property {string} aggregation
 * @property {number[]} [bounds] of its buckets
 * @property {(key: string) => boolean} keeps
 * @property {boolean} isFiltered whether it drops attributes
 * @property {Processor[]} processors
 * @property {number} limit
 */

class View {
  #options
  #pattern

  /** @param {any} options */
  constructor(options) {
    if (typeof options !== 'object' || options === null) throw invalidView(options, 'must be an object')
    if (SELECTORS.every((name) => options[name] === undefined)) {
      throw invalidView(options, `selects nothing: set one of ${SELECTORS.join(', ')}`)
    }
    const { name, instrumentName } = options
    if (name !== undefined && (instrumentName === undefined || /[*?]/.test(String(instrumentName)))) {
      throw invalidView(options, 'has a name, so its instrumentName must select one instrument, without wildcards')
    }
    for (const option of [...SELECTORS, 'name', 'description']) checkText(option, options[option])
    this.#options = { ...options, ...checkedStream(options) }
    this.#pattern = patternOf(instrumentName ?? '*')
  }

  /** @param {Descriptor} instrument @param {Meter} meter */
  selects({ name, type, unit }, meter) {
    const { instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl } = this.#options
    const isSame = (/** @type {unknown} */ wanted, /** @type {unknown} */ given) =>
      wanted === undefined || wanted === given
    return (
      this.#pattern.test(name) &&
      isSame(instrumentType, type) &&
      isSame(instrumentUnit, unit) &&
      isSame(meterName, meter.name) &&
      isSame(meterVersion, meter.version) &&
      isSame(meterSchemaUrl, meter.schemaUrl)
    )
  }

  /** @param {Descriptor} instrument @param {number} [defaultLimit] the limit, if the view has none @returns {StreamOptions} */
  streamOf(instrument, defaultLimit = DEFAULT_LIMIT) {
    const { name, description, aggregation, bounds, keeps, isFiltered, processors, limit } = this.#options
    const isHistogram = aggregation === 'explicitBucketHistogram'
    const stream = defaultStream(instrument)
    return {
      name: name ?? instrument.name,
      description: description ?? instrument.description,
      aggregation: aggregation === 'default' ? stream.aggregation : aggregation,
      bounds: bounds ?? (isHistogram ? DEFAULT_BOUNDS : stream.bounds),
      keeps,
      isFiltered,
      processors,
      limit: limit ?? defaultLimit,
    }
  }
}

/** @param {string} option @param {unknown} text */
function checkText(option, text) {
  if (text !== undefined && (typeof text !== 'string' || (option === 'name' && text === ''))) {
    throw invalidOption(option, text, 'a non-empty string')
  }
}

/** Names have the wildcards `*` and `?`; case is insignificant. @param {string} text */
function patternOf(text) {
  const escaped = text
    .replace(/[\^$\\.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${escaped}$`, 'i')
}

/** @param {any} options */
function checkedStream({ aggregation, aggregationCardinalityLimit, attributesProcessors, ...options }) {
  const { attributeKeys, excludedAttributeKeys } = options
  return {
    ...checkedAggregation(aggregation),
    limit:
      aggregationCardinalityLimit === undefined
        ? undefined
        : checkedLimit(aggregationCardinalityLimit, 'aggregationCardinalityLimit'),
    keeps: checkedKeys(attributeKeys, excludedAttributeKeys),
    isFiltered: [attributeKeys, excludedAttributeKeys, attributesProcessors].some((each) => each !== undefined),
    processors: checkedProcessors(attributesProcessors ?? []),
  }
}

/** @param {any} aggregation a name, or an object of the SDK's @returns {{ aggregation: string, bounds?: number[] }} */
function checkedAggregation(aggregation = 'default') {
  const { type, options } = typeof aggregation === 'object' ? (aggregation ?? {}) : { type: aggregation }
  const name = typeof type === 'number' ? AGGREGATIONS[type] : type
  if (!AGGREGATIONS.includes(name)) {
    throw invalidOption('aggregation', aggregation, `{ type } with one of ${AGGREGATIONS.join(', ')}`)
  }
  const bounds = options?.boundaries
  return { aggregation: name, bounds: bounds === undefined ? undefined : boundsOf(bounds) }
}

/** Without infinities, which are always there. @param {unknown} boundaries */
function boundsOf(boundaries) {
  const finite = copied(boundaries)?.filter((bound) => Math.abs(bound) !== Number.POSITIVE_INFINITY)
  return finite?.length === 0 ? [] : checkedBuckets(finite ?? boundaries, 'boundaries')
}

/** @param {unknown} limit @param {string} option @returns {number} */
function checkedLimit(limit, option) {
  if (typeof limit === 'number' && Number.isInteger(limit) && limit > 1) return limit
  throw invalidOption(option, limit, 'a whole number above 1')
}

/** @param {unknown} allowed @param {unknown} denied @returns {(key: string) => boolean} */
function checkedKeys(allowed, denied) {
  const allowedKeys = allowed === undefined ? undefined : new Set(checkedNames('attributeKeys', allowed))
  const deniedKeys = new Set(checkedNames('excludedAttributeKeys', denied ?? []))
  return (key) => (allowedKeys === undefined || allowedKeys.has(key)) && !deniedKeys.has(key)
}

/** @param {string} option @param {unknown} names @returns {string[]} */
function checkedNames(option, names) {
  const copy = copied(names)
  if (!copy?.every((name) => typeof name === 'string')) throw invalidOption(option, names, 'an array of strings')
  return copy
}

/** @param {unknown} processors @returns {Processor[]} */
function checkedProcessors(processors) {
  const copy = copied(processors)
  if (copy?.every((processor) => typeof processor?.process === 'function')) return copy
  throw invalidOption('attributesProcessors', processors, 'an array of objects with a method process')
}

/** What an instrument has without a view. @param {Descriptor} instrument @param {number} [limit] @returns {StreamOptions} */
function defaultStream({ name, description, type, advice }, limit = DEFAULT_LIMIT) {
  const isHistogram = type === 'HISTOGRAM'
  return {
    name,
    description,
    aggregation: isHistogram ? 'explicitBucketHistogram' : type.endsWith('GAUGE') ? 'lastValue' : 'sum',
    bounds: isHistogram ? (advisedBounds(advice) ?? DEFAULT_BOUNDS) : undefined,
    keeps: () => true,
    isFiltered: false,
    processors: [],
    limit,
  }
}

/** Advice may be wrong, and must not throw. @param {any} advice */
function advisedBounds(advice) {
  if (advice?.explicitBucketBoundaries === undefined) return undefined
  try {
    return boundsOf(advice.explicitBucketBoundaries)
  } catch {
    return undefined
  }
}

/**
 * The streams of an instrument.
 * @param {View[]} views
 * @param {Descriptor} instrument
 * @param {Meter} meter
 * @param {number} [limit] of those whose view has none
 */
function streamsOf(views, instrument, meter, limit) {
  const selecting = views.filter((view) => view.selects(instrument, meter))
  const streams = selecting.map((view) => view.streamOf(instrument, limit))
  return streams.length === 0 ? [defaultStream(instrument, limit)] : streams
}

module.exports = { View, checkedLimit, streamsOf }
