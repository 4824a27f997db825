'use strict'

// metrix: events that an aggregator listens to. Its labels ("tags") are fixed when an instrument is made and do not make a series.

/** @param {object} [aggregation] the aggregator's configuration */
function openRecorder(aggregation) {
  const { createAggregator, createRecorder } = require('metrix')
  const recorder = createRecorder()
  const aggregator = createAggregator(recorder, aggregation)
  return {
    recorder,
    aggregator,
    counterValues: () => Object.values(aggregator.report().counters),
    // a report has no counts
    timingCount: () => Object.values(aggregator._histograms).map(({ _entries }) => _entries),
  }
}

function createHistogram() {
  return require('metrix').histogram.createBucketHistogram()
}

module.exports = { createHistogram, openRecorder }
