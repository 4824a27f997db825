'use strict'

// The functions that metrix exports. Unlike the classes, they ignore unknown options, as metrix does.

const { AGGREGATOR_OPTIONS, Aggregator } = require('./aggregator')
const { BUCKETED_OPTIONS, BucketedHistogram } = require('./bucketed-histogram')
const { config } = require('./config')
const { DefaultCounter, NullCounter, PreciseCounter } = require('./counter')
const { FRUGAL_OPTIONS, FrugalHistogram } = require('./frugal-histogram')
const { DefaultGauge, NullGauge, PreciseGauge } = require('./gauge')
const { DefaultHistogram, NullHistogram } = require('./histogram')
const { RECORDER_OPTIONS, Recorder } = require('./recorder')
const { DefaultTimer, NoTagTimer, NullTimer } = require('./timer')
const { unreadableOptions } = require('../errors/options')

/** Picks the known options. @param {any} options @param {string[]} names @returns {any} */
function known(options, names) {
  if (typeof options !== 'object' || options === null) return options
  try {
    return Object.fromEntries(names.map((name) => [name, options[name]]))
  } catch (cause) {
    throw unreadableOptions(cause)
  }
}

/** @type {typeof import('../..').createRecorder} */
function createRecorder(options) {
  return new Recorder(known(options, RECORDER_OPTIONS))
}

/** @type {typeof import('../..').createAggregator} */
function createAggregator(recorder, options) {
  return new Aggregator(recorder, known(options, AGGREGATOR_OPTIONS))
}

/** @type {typeof import('../..').counter} */
const counter = Object.freeze({
  createDefault: DefaultCounter,
  createDisable: () => NullCounter,
  createPrecise: PreciseCounter,
})

/** @type {typeof import('../..').gauge} */
const gauge = Object.freeze({
  createDefault: DefaultGauge,
  createDisable: () => NullGauge,
  createPrecise: PreciseGauge,
})

/** @type {typeof import('../..').histogram} */
const histogram = Object.freeze({
  createBucketHistogram: (options) => new BucketedHistogram(known(options, BUCKETED_OPTIONS)),
  createDefault: DefaultHistogram,
  createDisable: () => NullHistogram,
  createStreamingHistogram: (options) => new FrugalHistogram(known(options, FRUGAL_OPTIONS)),
})

/** @type {typeof import('../..').timer} */
const timer = Object.freeze({
  createDefault: DefaultTimer,
  createDisable: () => NullTimer,
  createNoTags: NoTagTimer,
})

/** @type {import('../..').Recorder | undefined} */
let disabled

/** @type {typeof import('../..').recorder} */
const recorder = Object.freeze({
  /** Made at the first access, because a recorder needs a collector. */
  get DISABLE() {
    disabled ??= createRecorder(config.DISABLE.recorder)
    return disabled
  },
})

module.exports = { counter, createAggregator, createRecorder, gauge, histogram, recorder, timer }
