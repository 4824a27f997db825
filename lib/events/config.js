'use strict'

// Ready-made pairs of configurations: `new Recorder(config.PRECISE.recorder)`, `new Aggregator(recorder, config.PRECISE.aggregator)`.

const { DefaultCounter, NullCounter, PreciseCounter } = require('./counter')
const { DefaultGauge, NullGauge, PreciseGauge } = require('./gauge')
const { DefaultHistogram, NullHistogram } = require('./histogram')
const { DEFAULT_STRATEGIES } = require('./strategies')
const { DefaultTimer, NullTimer } = require('./timer')

/** @template {object} Recorder @template {object} Aggregator @param {Recorder} recorder @param {Aggregator} aggregator */
function pair(recorder, aggregator) {
  return Object.freeze({ recorder: Object.freeze(recorder), aggregator: Object.freeze(aggregator) })
}

const ignore = () => null

/** Reports everything that is recorded. Users' strategies may call its functions. */
const DEFAULT = pair(
  { counter: DefaultCounter, gauge: DefaultGauge, histogram: DefaultHistogram, timer: DefaultTimer },
  { ...DEFAULT_STRATEGIES, quantiles: Object.freeze([0.5, 0.9, 0.99]), composites: null },
)

/** Within 0.1 %, with more quantiles, the time on counters' events, and histograms of gauges. */
const PRECISE = pair(
  { counter: PreciseCounter, gauge: PreciseGauge, histogram: DefaultHistogram, timer: DefaultTimer, precision: 3 },
  { quantiles: Object.freeze([0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]), composites: null },
)

/** Records nothing and reports nothing. */
const DISABLE = pair(
  {
    counter: () => NullCounter,
    gauge: () => NullGauge,
    histogram: () => NullHistogram,
    timer: () => NullTimer,
  },
  { counter: ignore, gauge: ignore, histogram: ignore, timer: ignore, composites: null },
)

module.exports = { config: Object.freeze({ DEFAULT, DISABLE, PRECISE }) }
