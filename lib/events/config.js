'use strict'

// Ready-made pairs of configurations: `new Recorder(config.PRECISE.recorder)`, `new Aggregator(recorder, config.PRECISE.aggregator)`.

const { DefaultCounter, NullCounter, PreciseCounter } = require('./counter')
const { DefaultGauge, NullGauge, PreciseGauge } = require('./gauge')
const { DefaultHistogram, NullHistogram } = require('./histogram')
const { DefaultTimer, NullTimer } = require('./timer')

/** @template {object} Recorder @template {object} Aggregator @param {Recorder} recorder @param {Aggregator} aggregator */
function pair(recorder, aggregator) {
  return Object.freeze({ recorder: Object.freeze(recorder), aggregator: Object.freeze(aggregator) })
}

/** All that is recorded is reported. */
const DEFAULT = pair(
  { counter: DefaultCounter, gauge: DefaultGauge, histogram: DefaultHistogram, timer: DefaultTimer },
  { quantiles: Object.freeze([0.5, 0.9, 0.99]), composites: null },
)

/** Within 0.1 %, with more quantiles, the time on counters' events, and histograms of gauges. */
const PRECISE = pair(
  { counter: PreciseCounter, gauge: PreciseGauge, histogram: DefaultHistogram, timer: DefaultTimer, precision: 3 },
  { quantiles: Object.freeze([0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]), composites: null },
)

/** Nothing is recorded. */
const DISABLE = pair(
  {
    counter: () => NullCounter,
    gauge: () => NullGauge,
    histogram: () => NullHistogram,
    timer: () => NullTimer,
  },
  { composites: null },
)

module.exports = { config: Object.freeze({ DEFAULT, DISABLE, PRECISE }) }
