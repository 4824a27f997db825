'use strict'

// Ours, from this checkout.

const { Aggregator, BucketedHistogram, Recorder, createMetrics, metrics, sceneMetrics } = require('../..')

/** All counters' values. */
function counterValues() {
  return Object.values(metrics.snapshot().counters)
}

/** The count and the milliseconds of the only family of timings, over all its series. */
function timingTotals() {
  const all = Object.values(metrics.snapshot().timings)
  return [all.reduce((sum, { count }) => sum + count, 0), all.reduce((sum, { total }) => sum + total, 0)]
}

/** The count and the sum of the only family of histograms, over all its series. */
function histogramTotals() {
  const all = Object.values(metrics.snapshot().histograms)
  return [all.reduce((total, { count }) => total + count, 0), all.reduce((total, { sum }) => total + sum, 0)]
}

/** As `contenders/metrix.js` has it. @param {object} [aggregation] the aggregator's configuration */
function openRecorder(aggregation) {
  const recorder = new Recorder()
  const aggregator = new Aggregator(recorder, aggregation)
  const read = () => createMetrics(recorder.collector).snapshot()
  return {
    recorder,
    aggregator,
    counterValues: () => Object.values(aggregator.report().counters),
    timingCount: () =>
      [...Object.values(read().timings), ...Object.values(read().histograms)].map(({ count }) => count),
  }
}

function createHistogram() {
  return new BucketedHistogram()
}

const ACCEPT = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
  protobuf: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
}

/** @param {keyof typeof ACCEPT} format */
async function zipped(format) {
  const headers = { Accept: ACCEPT[format], 'Accept-Encoding': 'gzip' }
  const response = await metrics.fetch(new Request('http://localhost/metrics', { headers }))
  if (response.headers.get('Content-Encoding') !== 'gzip') throw new Error('the answer is not compressed')
  return await response.arrayBuffer()
}

/** What cases about many series need. */
const series = {
  counter: (/** @type {string} */ name) => {
    const counter = metrics.counter({ name, maxSeries: Number.POSITIVE_INFINITY })
    return (/** @type {any} */ labels) => counter.labels(labels).inc()
  },
  timing: (/** @type {string} */ name) => {
    const timing = metrics.timing({ name, maxSeries: Number.POSITIVE_INFINITY })
    return (/** @type {any} */ labels, /** @type {number} */ millis) => timing.labels(labels).observeMillis(millis)
  },
  scrape: async () => (await metrics.prometheus()).body,
  formats: Object.fromEntries(
    Object.entries(ACCEPT).map(([format, accept]) => [format, async () => (await metrics.prometheus({ accept })).body]),
  ),
  gzip: zipped,
  values: counterValues,
}

module.exports = {
  counterValues,
  createHistogram,
  histogramTotals,
  metrics,
  openRecorder,
  sceneMetrics,
  series,
  timingTotals,
}
