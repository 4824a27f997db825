'use strict'

// Everything that fills buckets, with values of six distributions, next to a plain array.

const { share, times, unjudged } = require('../bars')
const { PlainArray, PlainBounds } = require('../contenders/plain-array')
const { openMeter } = require('../contenders/opentelemetry')
const { prometheusClients, timingTotals } = require('../contenders/prometheus')
const { metrixAndOurs } = require('../contenders/recorders')
const { distributions, valuesOf } = require('../distributions')
const { COUNT, countAndSum } = require('../durations')
const { loopCase } = require('../loop')
const { LABEL_NAMES, labelSets, manyLabelSets } = require('../request-labels')

/** @typedef {ReturnType<typeof valuesOf>} Values */

const MASK = COUNT - 1
const PLAIN = 'plain array'
/** In milliseconds; the bounds of prom-client's histograms. */
const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]
/** Timings and HdrHistograms count whole nanoseconds, of which 1 is the smallest. */
const NANOS = { bits: 7, lowest: 0 }
const MILLIS = { bits: 7, lowest: -20 }
/** A labelled series has an eighth of the buckets, as ours has. */
const LABELLED_NANOS = { bits: 4, lowest: 0 }

const atMostTwice = share(2, [PLAIN])

/** @param {(value: number) => unknown} record @param {number[]} values */
function inTurn(record, values) {
  return (/** @type {number} */ turn) => record(values[turn & MASK])
}

/** @param {PlainArray | PlainBounds} plain @param {(value: number) => void} record @param {number[]} values */
function plain(plain, record, values) {
  return { record: inTurn(record, values), recorded: () => [plain.count] }
}

/**
 * One of the Prometheus clients' histograms in seconds, or in milliseconds with bounds.
 * @param {Values} values
 * @param {number[]} [bounds]
 */
function prometheusHistograms({ millis, seconds }, bounds) {
  return prometheusClients((client) => {
    const histogram = new client.Histogram({ name: 'latency', help: 'latency', ...(bounds && { buckets: bounds }) })
    const values = bounds === undefined ? seconds : millis
    return {
      record: inTurn((value) => histogram.observe(value), values),
      recorded: () => timingTotals(client),
      expected: countAndSum(values),
    }
  })
}

/** @param {Values} values */
function opentelemetryHistogram({ seconds }) {
  const meter = openMeter()
  const histogram = meter.histogram('latency')
  return {
    record: inTurn((value) => histogram.record(value), seconds),
    recorded: meter.timingTotals,
    expected: countAndSum(seconds),
  }
}

/** @param {Values} values */
function timing({ millis }) {
  const { metrics, timingTotals } = require('../contenders/tallystick')
  const timing = metrics.timing('latency')
  return {
    record: inTurn((value) => timing.observeMillis(value), millis),
    recorded: timingTotals,
    expected: countAndSum(millis),
  }
}

/** A handle of each label set, in turn. @param {Values} values @param {Record<string, string>[]} sets as many as a power of two */
function labelledTiming({ millis }, sets) {
  const { metrics, timingTotals } = require('../contenders/tallystick')
  const timing = metrics.timing('latency')
  const bound = sets.map((labels) => timing.labels(labels))
  const last = sets.length - 1
  return {
    record: (/** @type {number} */ turn) => bound[turn & last].observeMillis(millis[turn & MASK]),
    recorded: timingTotals,
    expected: countAndSum(millis),
  }
}

/** @param {Values} values @param {Record<string, string>[]} sets */
function labelledPlain({ millis }, sets) {
  const arrays = sets.map(() => new PlainArray(LABELLED_NANOS))
  const last = sets.length - 1
  return {
    record: (/** @type {number} */ turn) => arrays[turn & last].recordMillis(millis[turn & MASK]),
    recorded: () => [arrays.reduce((sum, { count }) => sum + count, 0)],
  }
}

/** @param {Values} values @param {Record<string, string>[]} sets */
function labelledPrometheusHistograms({ seconds }, sets) {
  return prometheusClients((client) => {
    const histogram = new client.Histogram({ name: 'latency', help: 'latency', labelNames: LABEL_NAMES })
    const bound = sets.map((labels) => histogram.labels(labels))
    const last = sets.length - 1
    return {
      record: (/** @type {number} */ turn) => bound[turn & last].observe(seconds[turn & MASK]),
      recorded: () => timingTotals(client),
      expected: countAndSum(seconds),
    }
  })
}

/** @param {Values} values @param {number[]} [buckets] */
function histogram({ millis }, buckets) {
  const { histogramTotals, metrics } = require('../contenders/tallystick')
  const histogram = metrics.histogram({ name: 'size', ...(buckets && { buckets }) })
  return {
    record: inTurn((value) => histogram.observe(value), millis),
    recorded: histogramTotals,
    expected: countAndSum(millis),
  }
}

/** @param {any} histogram @param {Values} values */
function adding(histogram, { millis }) {
  // metrix has no name for its count
  return {
    record: inTurn((value) => histogram.add(value), millis),
    recorded: () => [histogram.count ?? histogram._entries],
  }
}

/** @param {Values} values */
function hdrHistogram({ nanos }) {
  const { HdrHistogram } = require('../..')
  const histogram = new HdrHistogram()
  return { record: inTurn((value) => histogram.record(value), nanos), recorded: () => [histogram.count] }
}

/** @param {Values} values */
function hdrHistogramJs({ nanos }) {
  const { build } = require('hdr-histogram-js')
  const histogram = build({ numberOfSignificantValueDigits: 2, highestTrackableValue: Number.MAX_SAFE_INTEGER })
  return { record: inTurn((value) => histogram.recordValue(value), nanos), recorded: () => [histogram.totalCount] }
}

/** @param {{ bits: number, lowest: number }} layout @param {'millis' | 'nanos'} unit */
function plainArray(layout, unit) {
  return (/** @type {Values} */ values) => {
    const array = new PlainArray(layout)
    return plain(array, (value) => array.record(value), values[unit])
  }
}

/**
 * @typedef {{ name: string, title: string, against?: string[], bars?: import('../bars').Bar[], contenders: (values: Values) => Record<string, any> }} Kind
 */

/** @param {string} name @param {Record<string, string>[]} sets @returns {Kind} */
function labelledKind(name, sets) {
  return {
    name,
    title: `\`observeMillis(v)\` of a bound labelled timing, ${sets.length.toLocaleString('en')} in turn; peers: \`observe(v)\``,
    contenders: (values) => ({
      tallystick: () => labelledTiming(values, sets),
      ...labelledPrometheusHistograms(values, sets),
      [PLAIN]: () => labelledPlain(values, sets),
    }),
  }
}

/** @type {Kind[]} */
const kinds = [
  {
    name: 'timing',
    title: '`timing.observeMillis(v)`; peers: `histogram.observe(v)`',
    contenders: (values) => ({
      tallystick: () => timing(values),
      ...prometheusHistograms(values),
      opentelemetry: () => opentelemetryHistogram(values),
      [PLAIN]: () => {
        const array = new PlainArray(NANOS)
        return plain(array, (value) => array.recordMillis(value), values.millis)
      },
    }),
  },
  labelledKind('timing-labelled', labelSets),
  labelledKind('timing-labelled-many', manyLabelSets),
  {
    name: 'histogram',
    title: '`histogram.observe(v)` without bounds',
    contenders: (values) => ({
      tallystick: () => histogram(values),
      [PLAIN]: () => plainArray(MILLIS, 'millis')(values),
    }),
  },
  {
    name: 'histogram-bounds',
    title: `\`histogram.observe(v)\` with ${BOUNDS.length} bounds`,
    contenders: (values) => ({
      tallystick: () => histogram(values, BOUNDS),
      ...prometheusHistograms(values, BOUNDS),
      [PLAIN]: () => {
        const array = new PlainBounds(BOUNDS)
        return plain(array, (value) => array.record(value), values.millis)
      },
    }),
  },
  {
    name: 'hdr',
    title: '`HdrHistogram.record(v)`',
    against: ['hdr-histogram-js'],
    contenders: (values) => ({
      tallystick: () => hdrHistogram(values),
      'hdr-histogram-js': () => hdrHistogramJs(values),
      [PLAIN]: () => plainArray(NANOS, 'nanos')(values),
    }),
  },
  {
    name: 'recorder',
    title: '`histogram.add(v)` of a recorder with an aggregator',
    against: ['metrix'],
    contenders: (values) => ({
      ...metrixAndOurs(({ openRecorder }) => {
        const { recorder, timingCount } = openRecorder()
        const histogram = recorder.histogram('latency')
        return { record: inTurn((value) => histogram.add(value), values.millis), recorded: timingCount }
      }),
      [PLAIN]: () => plainArray(MILLIS, 'millis')(values),
    }),
  },
  {
    name: 'bucketed',
    title: '`BucketedHistogram.add(v)`',
    against: ['metrix'],
    contenders: (values) => ({
      tallystick: () => adding(new (require('../..').BucketedHistogram)(), values),
      metrix: () => adding(require('metrix').histogram.createBucketHistogram(), values),
      [PLAIN]: () => plainArray(MILLIS, 'millis')(values),
    }),
  },
  {
    name: 'frugal',
    title: '`FrugalHistogram.add(v)`',
    // it has no buckets, so the plain array is no yardstick
    bars: [unjudged(times(1, ['metrix']))],
    contenders: (values) => ({
      tallystick: () => adding(new (require('../..').FrugalHistogram)(), values),
      metrix: () => adding(require('metrix').histogram.createStreamingHistogram(), values),
    }),
  },
]

/**
 * A contender's values are made in its own process.
 * @param {(values: Values) => Record<string, any>} contenders
 * @param {string} distribution
 */
function withValues(contenders, distribution) {
  const names = Object.keys(contenders({ millis: [], nanos: [], seconds: [] }))
  return Object.fromEntries(
    names.map((name) => [
      name,
      (/** @type {any} */ parameters) => contenders(valuesOf(distribution))[name](parameters),
    ]),
  )
}

const distributionCases = kinds.flatMap(({ name, title, against, bars, contenders }) =>
  Object.entries(distributions).map(([key, distribution]) =>
    loopCase({
      name: `distribution-${name}-${key}`,
      section: 'distributions',
      rounds: 6,
      processes: 3,
      rows: [
        {
          title: `${title}; ${distribution.title}`,
          bars: bars ?? [atMostTwice, unjudged(times(1, against))],
        },
      ],
      contenders: withValues(contenders, key),
    }),
  ),
)

module.exports = { distributionCases }
