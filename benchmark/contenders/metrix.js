'use strict'

// metrix: events that an aggregator listens to. Its labels ("tags") are fixed when an instrument is made and do not tell series apart.

function openRecorder() {
  const { createAggregator, createRecorder } = require('metrix')
  const recorder = createRecorder()
  const aggregator = createAggregator(recorder)
  return {
    recorder,
    counterValues: () => Object.values(aggregator.report().counters),
    // a report tells no count
    timingCount: () => Object.values(aggregator._histograms).map(({ _entries }) => _entries),
  }
}

module.exports = { openRecorder }
