'use strict'

// The SDK's objects of metrics, made of an OTLP message: `src/exposition/otlp.rs` and `otlp_data.rs` have the numbers of the fields.

const { Message, readFields } = require('../otlp/wire')

const NANOS_PER_SECOND = 1_000_000_000n

/** The fields of a metric that have its data. */
const [GAUGE, SUM, HISTOGRAM, EXPONENTIAL] = [5, 7, 9, 10]
/**
 * For each of them the SDK's `DataPointType`, and what reads a point.
 * @type {Record<number, { type: number, pointOf: (message: MessageType, metric: any) => any }>}
 */
const DATA = {
  [GAUGE]: { type: 2, pointOf: numberPoint },
  [SUM]: { type: 3, pointOf: numberPoint },
  [HISTOGRAM]: { type: 0, pointOf: histogramPoint },
  [EXPONENTIAL]: { type: 1, pointOf: exponentialPoint },
}
/** The SDK's `AggregationTemporality`. */
const CUMULATIVE = 1
/** The API's `ValueType`. */
const INT_VALUES = 0
const DOUBLE_VALUES = 1

/** @typedef {InstanceType<typeof Message>} MessageType */
/** The SDK's `ScopeMetrics` of a request. @param {Uint8Array} bytes */
function scopeMetricsOf(bytes) {
  /** @type {any[]} */
  const scopes = []
  readFields(new Message(bytes), {
    1: (request) => readFields(request.message(), { 2: (resource) => scopes.push(scopeOf(resource.message())) }),
  })
  return scopes
}

/** @param {MessageType} message */
function scopeOf(message) {
  /** @type {any} */
  const scope = { name: '' }
  /** @type {any[]} */
  const metrics = []
  readFields(message, {
    1: (field) =>
      readFields(field.message(), {
        1: (name) => (scope.name = name.text()),
        2: (version) => (scope.version = version.text()),
      }),
    2: (field) => metrics.push(metricOf(field.message())),
    3: (field) => (scope.schemaUrl = field.text()),
  })
  return { scope, metrics }
}

/** @param {MessageType} message */
function metricOf(message) {
  const descriptor = { name: '', description: '', unit: '', valueType: DOUBLE_VALUES }
  /** @type {any} */
  const metric = { descriptor, aggregationTemporality: CUMULATIVE, dataPointType: DATA[GAUGE].type, dataPoints: [] }
  const data = (/** @type {MessageType} */ field) => {
    const { type, pointOf } = DATA[field.field]
    metric.dataPointType = type
    if (field.field === SUM) metric.isMonotonic = false
    readFields(field.message(), {
      1: (point) => metric.dataPoints.push(pointOf(point.message(), metric)),
      // OTLP counts from 1, the SDK from 0
      2: (temporality) => (metric.aggregationTemporality = temporality.uint() - 1),
      3: (flag) => (metric.isMonotonic = flag.uint() === 1),
    })
  }
  readFields(message, {
    1: (field) => (descriptor.name = field.text()),
    2: (field) => (descriptor.description = field.text()),
    3: (field) => (descriptor.unit = field.text()),
    [GAUGE]: data,
    [SUM]: data,
    [HISTOGRAM]: data,
    [EXPONENTIAL]: data,
  })
  return metric
}

/**
 * What all data points have.
 * @param {number} attributes the field
 * @param {any} point
 * @returns {Record<number, (message: MessageType) => void>}
 */
function commonFields(attributes, point) {
  point.attributes = {}
  return {
    2: (field) => (point.startTime = timeOf(field.fixed())),
    3: (field) => (point.endTime = timeOf(field.fixed())),
    [attributes]: (field) => {
      put(point.attributes, keyValueOf(field.message()))
    },
  }
}

/** @param {MessageType} message @param {any} metric */
function numberPoint(message, { descriptor, dataPoints }) {
  /** @type {any} */
  const point = {}
  readFields(message, {
    ...commonFields(7, point),
    4: (field) => {
      descriptor.valueType = DOUBLE_VALUES
      point.value = field.double()
    },
    6: (field) => {
      // the first point may make the metric one of integers, and any double resets that
      if (dataPoints.length === 0) descriptor.valueType = INT_VALUES
      point.value = Number(BigInt.asIntN(64, field.fixed()))
    },
  })
  // a gauge has no start
  point.startTime ??= point.endTime
  return point
}

/** @param {MessageType} message */
function histogramPoint(message) {
  /** @type {any} */
  const value = { count: 0, sum: 0, buckets: { boundaries: [], counts: [] } }
  /** @type {any} */
  const point = { value }
  readFields(message, {
    ...commonFields(9, point),
    4: (field) => (value.count = Number(field.fixed())),
    5: (field) => (value.sum = field.double()),
    6: (field) => (value.buckets.counts = field.packed((each) => Number(each.fixed()))),
    7: (field) => (value.buckets.boundaries = field.packed((each) => each.double())),
    11: (field) => (value.min = field.double()),
    12: (field) => (value.max = field.double()),
  })
  return point
}

/** @param {MessageType} message */
function exponentialPoint(message) {
  const none = () => ({ offset: 0, bucketCounts: /** @type {number[]} */ ([]) })
  /** @type {any} */
  const value = { count: 0, sum: 0, scale: 0, zeroCount: 0, positive: none(), negative: none() }
  /** @type {any} */
  const point = { value }
  readFields(message, {
    ...commonFields(1, point),
    4: (field) => (value.count = Number(field.fixed())),
    5: (field) => (value.sum = field.double()),
    6: (field) => (value.scale = field.sint()),
    7: (field) => (value.zeroCount = Number(field.fixed())),
    8: (field) =>
      readFields(field.message(), {
        1: (offset) => (value.positive.offset = offset.sint()),
        2: (counts) => (value.positive.bucketCounts = counts.packed((each) => each.uint())),
      }),
    12: (field) => (value.min = field.double()),
    13: (field) => (value.max = field.double()),
  })
  return point
}

/** @param {MessageType} message @returns {[string, any]} */
function keyValueOf(message) {
  let key = ''
  let value
  readFields(message, { 1: (field) => (key = field.text()), 2: (field) => (value = anyValueOf(field.message())) })
  return [key, value]
}

/** Also by the name `__proto__`. @param {object} object @param {[string, unknown]} entry */
function put(object, [key, value]) {
  Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true })
}

/** @param {MessageType} message */
function anyValueOf(message) {
  /** @type {any} */
  let value = null
  readFields(message, {
    1: (field) => (value = field.text()),
    2: (field) => (value = field.uint() === 1),
    3: (field) => (value = field.int()),
    4: (field) => (value = field.double()),
    5: (field) => {
      value = []
      readFields(field.message(), { 1: (each) => value.push(anyValueOf(each.message())) })
    },
    6: (field) => {
      value = {}
      readFields(field.message(), {
        1: (each) => put(value, keyValueOf(each.message())),
      })
    },
  })
  return value
}

/** Seconds and nanoseconds, as the SDK has them. @param {bigint} nanos */
function timeOf(nanos) {
  return [Number(nanos / NANOS_PER_SECOND), Number(nanos % NANOS_PER_SECOND)]
}

module.exports = { scopeMetricsOf }
