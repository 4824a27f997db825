'use strict'

const { times } = require('../bars')
const { sampleSum } = require('../exposition')
const { labelValues, recordEach, seriesContenders } = require('../many-series')

const bars = [times(1.1), times(2, ['prom-client'])]

/**
 * Each round has a new process: one family warms it up, a second one is measured.
 * @param {any} adapter
 * @param {{ series: number }} parameters
 */
function open({ counter, scrape }, { series }) {
  recordEach(counter('warm'), series, labelValues(series, 'warm'))
  const record = counter('measured')
  const values = labelValues(series)
  return {
    measure: () => {
      const began = performance.now()
      recordEach(record, series, values)
      return ((performance.now() - began) / series) * 1e6
    },
    check: async () => {
      const { count, sum } = sampleSum(await scrape(), 'measured')
      if (count !== series || sum !== series)
        throw new Error(`${count} series of ${series} were exposed, with the sum ${sum}`)
    },
  }
}

module.exports = {
  name: 'creation',
  unit: 'ns',
  rounds: 9,
  isFresh: true,
  rows: [{ title: 'creating one of {series} labelled series, warm', bars }],
  contenders: seriesContenders(open),
}
