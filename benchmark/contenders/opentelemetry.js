'use strict'

// OpenTelemetry's SDK with its Prometheus exporter as the reader (which opens no port here): without a reader it records nothing.

const MOST_SERIES = 4_000_000
/** The default buckets of prom-client, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

function openMeter() {
  const { MeterProvider } = require('@opentelemetry/sdk-metrics')
  const { PrometheusExporter, PrometheusSerializer } = require('@opentelemetry/exporter-prometheus')
  const reader = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({
    readers: [reader],
    views: [
      // by default it keeps 2000 series of a family and adds the rest to one
      { instrumentName: '*', aggregationCardinalityLimit: MOST_SERIES },
    ],
  })
  const meter = provider.getMeter('benchmark')
  const serializer = new PrometheusSerializer()
  const points = async () => {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(({ dataPoints }) => dataPoints))
  }
  return {
    histogram: (/** @type {string} */ name) =>
      meter.createHistogram(name, { advice: { explicitBucketBoundaries: BOUNDS } }),
    counter: (/** @type {string} */ name) => meter.createCounter(name),
    counterValues: async () => (await points()).map(({ value }) => value),
    timingTotals: async () => {
      const values = (await points()).map(({ value }) => value)
      return [values.reduce((sum, { count }) => sum + count, 0), values.reduce((total, { sum }) => total + sum, 0)]
    },
    scrape: async () => serializer.serialize((await reader.collect()).resourceMetrics),
  }
}

/** What cases about many series need. */
function series() {
  const meter = openMeter()
  return {
    counter: (/** @type {string} */ name) => {
      const counter = meter.counter(name)
      return (/** @type {any} */ labels) => counter.add(1, labels)
    },
    timing: (/** @type {string} */ name) => {
      const histogram = meter.histogram(name)
      return (/** @type {any} */ labels, /** @type {number} */ millis) => histogram.record(millis / 1e3, labels)
    },
    scrape: meter.scrape,
    formats: { text: meter.scrape },
    values: meter.counterValues,
  }
}

module.exports = { openMeter, series }
