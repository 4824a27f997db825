'use strict'

const { times } = require('../bars')
const { sampleSum } = require('../exposition')
const { labelValues, recordEach, seriesContenders } = require('../many-series')
const { checkMeter, stallOf } = require('../stall-meter')

/** Total time and longest stall of a scrape. @param {() => Promise<unknown>} scrape */
async function measured(scrape) {
  const { wholeMillis, stallMillis } = await stallOf(scrape)
  return { whole: wholeMillis, stall: stallMillis }
}

/** What the meter itself reads in ten idle milliseconds. */
async function idle() {
  const { stallMillis } = await stallOf(() => new Promise((resolve) => setTimeout(resolve, 10)))
  return { stall: stallMillis }
}

/** @param {any} adapter @param {{ series: number }} parameters */
async function openCounters({ counter, scrape }, { series }) {
  await checkMeter()
  const record = counter('requests')
  const values = labelValues(series)
  recordEach(record, series, values)
  let recorded = series
  return {
    measure: () => {
      // so that the last scrape's answer would be wrong
      recordEach(record, series / 10, values)
      recorded += series / 10
      return measured(scrape)
    },
    check: async () => {
      const { count, sum } = sampleSum(await scrape(), 'requests')
      if (count !== series || sum !== recorded) throw new Error(`${count} series were exposed, with the sum ${sum}`)
    },
  }
}

/** @param {any} adapter @param {{ timings: number }} parameters */
async function openTimings({ timing, scrape }, { timings }) {
  await checkMeter()
  const record = timing('latency')
  const count = timings
  let recorded = 0
  const recordAll = () => {
    recordEach((labels) => record(labels, 1 + (recorded++ % 50)), count, labelValues(count))
  }
  recordAll()
  return {
    measure: () => {
      recordAll()
      return measured(scrape)
    },
    check: async () => {
      const body = await scrape()
      const all = ['latency_count', 'latency_seconds_count'].reduce((sum, name) => sum + sampleSum(body, name).sum, 0)
      if (all !== recorded) throw new Error(`${all} samples of ${recorded} were exposed`)
    },
  }
}

module.exports = [
  {
    name: 'scrape',
    unit: 'ms',
    rounds: 15,
    rows: [
      { key: 'whole', title: 'scraping {series} labelled counters: total time', bars: [times(8)] },
      {
        key: 'stall',
        title: 'scraping {series} labelled counters: longest stall of the event loop',
        bars: [times(15)],
      },
    ],
    contenders: {
      ...seriesContenders(openCounters),
      'no scrape': async () => ({ measure: idle }),
    },
  },
  {
    name: 'scrape-timings',
    unit: 'ms',
    rounds: 15,
    rows: [
      { key: 'whole', title: 'scraping {timings} labelled timings (histograms): total time' },
      { key: 'stall', title: 'scraping {timings} labelled timings (histograms): longest stall of the event loop' },
    ],
    contenders: seriesContenders(openTimings),
  },
]
