'use strict'

// How the cost grows with the number of series.

const { sampleSum } = require('../exposition')
const { labelValues, recordEach, seriesContenders } = require('../many-series')

/** The least number of recordings through labels(), so that the clock is precise enough. */
const RECORDINGS = 200_000

/** @param {number} series */
function growthCase(series) {
  const size = series.toLocaleString('en')
  return {
    name: `growth-${series}`,
    unit: 'ns',
    rounds: 3,
    isFresh: true,
    series,
    rows: [
      { key: 'create', title: `${size} series: creating one` },
      { key: 'record', title: `${size} series: recording through labels` },
      { key: 'scrape', title: `${size} series: a scrape, divided by the series` },
    ],
    contenders: seriesContenders((adapter) => open(adapter, series)),
  }
}

/** @param {any} adapter @param {number} series */
function open({ counter, scrape }, series) {
  // warm, as a process that has run for a while
  recordEach(counter('warm'), RECORDINGS / 10, labelValues(RECORDINGS / 10, 'warm'))
  const record = counter('measured')
  const values = labelValues(series)
  const passes = Math.max(1, Math.ceil(RECORDINGS / series))
  /** @type {string | Uint8Array} */
  let body = ''
  return {
    measure: async () => {
      const create = await nanosFor(series, () => recordEach(record, series, values))
      const again = await nanosFor(series * passes, () => {
        for (let pass = 0; pass < passes; pass++) recordEach(record, series, values)
      })
      const scraped = await nanosFor(series, async () => {
        body = await scrape()
      })
      return { create, record: again, scrape: scraped }
    },
    check: () => {
      const { count, sum } = sampleSum(body, 'measured')
      if (count === series && sum === series * (1 + passes)) return
      throw new Error(`${count} series of ${series} were exposed, with the sum ${sum}`)
    },
  }
}

/** @param {number} count @param {() => unknown} action */
async function nanosFor(count, action) {
  const began = performance.now()
  await action()
  return ((performance.now() - began) / count) * 1e6
}

module.exports = [1000, 10_000, 100_000, 1_000_000].map(growthCase)
