'use strict'

// Shared by the tests of recorders: what a recorder emits, and what it has recorded.

const assert = require('node:assert/strict')
const { Recorder, createMetrics } = require('../..')

const KINDS = ['counter', 'gauge', 'histogram', 'timer']

/** A recorder, and all events that it emits. */
function recorderAndEvents(options) {
  const recorder = new Recorder(options)
  const events = []
  for (const kind of KINDS) recorder.on(kind, (event) => events.push({ kind, ...event }))
  return { recorder, events }
}

/** The content of a recorder's collector. */
function recorded(recorder) {
  return createMetrics(recorder.collector).snapshot()
}

/** Asserts that a recorder has recorded nothing. */
/** Asserts that nothing is recorded. */
function isEmpty({ collector }) {
  const { counters, gauges, timings, histograms } = createMetrics(collector).snapshot()
  assert.deepEqual({ counters, gauges, timings, histograms }, { counters: {}, gauges: {}, timings: {}, histograms: {} })
}

module.exports = { KINDS, isEmpty, recorded, recorderAndEvents }
