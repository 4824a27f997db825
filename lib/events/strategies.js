'use strict'

// The default strategy for each kind of event, as functions that users' strategies may call. If an aggregator's option is the
// default strategy of that kind, Rust makes that part of the report instead, so that passing it costs nothing.

const { BucketedHistogram } = require('./bucketed-histogram')
const { put } = require('./reports')

/** @typedef {Record<string, any>} Kept */
/** @typedef {import('./hub').EventKind} EventKind */

const OPTIONS = { error: 0.01, quantiles: [0.5, 0.9, 0.99, 0.999] }

/** @param {Kept} object @param {string} name any, `__proto__` included */
function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** @param {{ name: string, increment: number }} event @param {Kept} _histograms @param {Kept} counters */
function counter({ name, increment }, _histograms, counters) {
  put(counters, name, (own(counters, name) ?? 0) + increment)
}

/** @param {{ name: string, value: number }} event @param {Kept} _histograms @param {Kept} _counters @param {Kept} gauges */
function gauge({ name, value }, _histograms, _counters, gauges) {
  put(gauges, name, value)
}

/** @param {{ name: string, value: number }} event @param {Kept} histograms */
function histogram({ name, value }, histograms) {
  let kept = own(histograms, name)
  if (kept === undefined) put(histograms, name, (kept = new BucketedHistogram(OPTIONS)))
  // the values of a precise gauge may be negative
  kept.add(Math.max(value, 0))
}

/** @param {{ name: string, startTs: number, stopTs: number }} event @param {Kept} histograms */
function timer({ name, startTs, stopTs }, histograms) {
  histogram({ name, value: stopTs - startTs }, histograms)
}

/** @type {Record<EventKind, (event: any, histograms: Kept, counters: Kept, gauges: Kept) => void>} */
const DEFAULT_STRATEGIES = { counter, gauge, histogram, timer }

module.exports = { DEFAULT_STRATEGIES }
