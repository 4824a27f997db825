'use strict'

// Recorders and aggregators, next to metrix, whose interface they have.

const { share, times } = require('../bars')
const { clockTwice, privateDistribution } = require('../contenders/bare')
const { metrixAndOurs } = require('../contenders/recorders')
const { COUNT, millis } = require('../durations')
const { evenly, loopCase } = require('../loop')

const AGAINST = ['metrix']
const COUNTERS = 64
const HISTOGRAMS = 200
const SAMPLES = 5000

const counter = loopCase({
  name: 'events-counter',
  rows: [{ title: '`counter.incr()` of a recorder with an aggregator, 64 in turn', bars: [times(1, AGAINST)] }],
  contenders: metrixAndOurs(({ openRecorder }) => {
    const { counterValues, recorder } = openRecorder()
    const counters = Array.from({ length: COUNTERS }, (_, at) => recorder.counter(`requests_${at}`))
    return {
      record: (/** @type {number} */ turn) => counters[turn & (COUNTERS - 1)].incr(),
      recorded: counterValues,
      expected: evenly(COUNTERS),
    }
  }),
})

const histogram = loopCase({
  name: 'events-histogram',
  rows: [{ title: '`histogram.add(v)` of a recorder with an aggregator', bars: [times(15, AGAINST)] }],
  contenders: {
    ...metrixAndOurs(({ openRecorder }) => {
      const { recorder, timingCount } = openRecorder()
      const histogram = recorder.histogram('latency')
      return {
        record: (/** @type {number} */ turn) => histogram.add(millis[turn & (COUNT - 1)]),
        recorded: timingCount,
      }
    }),
    'private arrays': () => privateDistribution(millis),
  },
})

const timer = loopCase({
  name: 'events-timer',
  rows: [{ title: '`timer.start()` and `stop(id)` of a recorder with an aggregator', bars: [times(1.3, AGAINST)] }],
  contenders: {
    ...metrixAndOurs(({ openRecorder }) => {
      const { recorder, timingCount } = openRecorder()
      const timer = recorder.timer('latency')
      return { record: () => timer.stop(timer.start()), recorded: timingCount }
    }),
    'performance.now() twice': clockTwice,
  },
})

const strategy = loopCase({
  name: 'events-strategy',
  rows: [
    {
      title: 'the timer of a recorder, with a function that adds each event to a histogram',
      bars: [times(1, AGAINST)],
    },
  ],
  contenders: metrixAndOurs(({ createHistogram, openRecorder }) => {
    let events = 0
    const { recorder } = openRecorder({
      timer(/** @type {any} */ event, /** @type {Record<string, any>} */ histograms) {
        histograms[event.name] ??= createHistogram()
        histograms[event.name].add(event.stopTs - event.startTs)
        events++
      },
    })
    const timer = recorder.timer('latency')
    return { record: () => timer.stop(timer.start()), recorded: () => [events] }
  }),
})

const report = {
  name: 'events-report',
  unit: 'ms',
  rounds: 15,
  rows: [
    {
      title: `\`report()\` of ${HISTOGRAMS} histograms with ${SAMPLES.toLocaleString('en')} samples each`,
      bars: [share(2, AGAINST)],
    },
  ],
  contenders: metrixAndOurs(({ openRecorder }) => {
    const { aggregator, recorder, timingCount } = openRecorder()
    for (let each = 0; each < HISTOGRAMS; each++) {
      const histogram = recorder.histogram(`latency_${each}`)
      for (let turn = 0; turn < SAMPLES; turn++) histogram.add(millis[(turn + each) & (COUNT - 1)])
    }
    const measure = () => {
      const began = performance.now()
      aggregator.report()
      return performance.now() - began
    }
    for (let turn = 0; turn < 100; turn++) measure()
    const check = () => {
      const isWhole = timingCount().every((/** @type {number} */ count) => count === SAMPLES)
      const { histograms } = aggregator.report()
      if (!isWhole || Object.keys(histograms).length !== HISTOGRAMS) throw new Error('a sample was lost')
    }
    return { measure, check }
  }),
}

module.exports = [counter, histogram, timer, strategy, report]
