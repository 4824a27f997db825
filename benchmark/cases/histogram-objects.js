'use strict'

// Histograms as objects: adding to one, and the snapshots of many.

const { createHistogram } = require('node:perf_hooks')
const { share, times } = require('../bars')
const { COUNT, millis, nanos } = require('../durations')
const { loopCase } = require('../loop')

const MASK = COUNT - 1
const HISTOGRAMS = 200
const SAMPLES = 5000
/** Snapshots of all histograms in one measurement, so that the clock's steps do not matter. */
const REPORTS = 10

/** @param {{ add(value: number): void }} histogram @param {() => number} count */
function adding(histogram, count) {
  return {
    record: (/** @type {number} */ turn) => histogram.add(millis[turn & MASK]),
    recorded: () => [count()],
  }
}

const bucketed = loopCase({
  name: 'bucketed',
  rows: [{ title: '`BucketedHistogram.add(v)`', bars: [times(8, ['metrix'])] }],
  contenders: {
    tallystick: () => {
      const { BucketedHistogram } = require('../..')
      const histogram = new BucketedHistogram()
      return adding(histogram, () => histogram.count)
    },
    metrix: () => {
      const histogram = require('metrix').histogram.createBucketHistogram()
      return adding(histogram, () => histogram._entries)
    },
  },
})

const frugal = loopCase({
  name: 'frugal',
  rows: [{ title: '`FrugalHistogram.add(v)`', bars: [times(2, ['metrix'])] }],
  contenders: {
    tallystick: () => {
      const { FrugalHistogram } = require('../..')
      const histogram = new FrugalHistogram()
      return adding(histogram, () => histogram.count)
    },
    metrix: () => {
      const histogram = require('metrix').histogram.createStreamingHistogram()
      return adding(histogram, () => histogram._entries)
    },
  },
})

const hdr = loopCase({
  name: 'hdr',
  rows: [{ title: '`HdrHistogram.record(v)`', bars: [times(4, ['hdr-histogram-js']), times(1, ['createHistogram'])] }],
  contenders: {
    tallystick: () => {
      const { HdrHistogram } = require('../..')
      const histogram = new HdrHistogram()
      return {
        record: (/** @type {number} */ turn) => histogram.record(nanos[turn & MASK]),
        recorded: () => [histogram.count],
      }
    },
    'hdr-histogram-js': () => {
      const { build } = require('hdr-histogram-js')
      const histogram = build({ numberOfSignificantValueDigits: 2, highestTrackableValue: Number.MAX_SAFE_INTEGER })
      return {
        record: (/** @type {number} */ turn) => histogram.recordValue(nanos[turn & MASK]),
        recorded: () => [histogram.totalCount],
      }
    },
    createHistogram: () => {
      const histogram = createHistogram({ figures: 2 })
      return {
        record: (/** @type {number} */ turn) => histogram.record(nanos[turn & MASK]),
        recorded: () => [histogram.count],
      }
    },
  },
})

/** @param {() => any} create a histogram */
function openSnapshots(create) {
  const histograms = Array.from({ length: HISTOGRAMS }, create)
  for (const histogram of histograms) for (let at = 0; at < SAMPLES; at++) histogram.add(millis[at & MASK])
  const p99s = new Float64Array(HISTOGRAMS)
  const report = () => {
    for (let at = 0; at < HISTOGRAMS; at++) p99s[at] = histograms[at].snapshot().p99
  }
  for (let at = 0; at < REPORTS; at++) report()
  return {
    measure: () => {
      const began = performance.now()
      for (let at = 0; at < REPORTS; at++) {
        // so that no snapshot can be kept from the last time
        for (const histogram of histograms) histogram.add(1)
        report()
      }
      return (performance.now() - began) / REPORTS
    },
    check: () => {
      const exact = millis.toSorted((one, other) => one - other)[Math.ceil(0.99 * COUNT) - 1]
      if (p99s.some((p99) => Math.abs(p99 / exact - 1) > 0.25))
        throw new Error(`p99 is ${p99s[0]} where ${exact} is right`)
    },
  }
}

const snapshots = {
  name: 'snapshots',
  unit: 'ms',
  rounds: 15,
  rows: [
    {
      title: `\`snapshot()\` of ${HISTOGRAMS} BucketedHistograms with 5,000 samples each`,
      bars: [share(2, ['metrix'])],
    },
  ],
  contenders: {
    tallystick: () => openSnapshots(() => new (require('../..').BucketedHistogram)()),
    metrix: () => openSnapshots(() => require('metrix').histogram.createBucketHistogram()),
  },
}

module.exports = [bucketed, frugal, hdr, snapshots]
