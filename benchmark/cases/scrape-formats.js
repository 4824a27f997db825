'use strict'

// Scrapes of many series in each format, plain and as gzip: how long they take, how long the event loop stands still, and how much
// memory they need at their peak.

const { promisify } = require('node:util')
const zlib = require('node:zlib')
const { LABEL_CLIENTS, atMost, times } = require('../bars')
const { sampleSum } = require('../exposition')
const { labelValues, recordEach, seriesContenders } = require('../many-series')
const { canMeterPeak, meterPeak } = require('../peak-meter')
const { collectGarbage } = require('../resident')
const { checkMeter, stallOf } = require('../stall-meter')

const zip = promisify(zlib.gzip)

/** Each format, plain and as gzip. */
const VARIANTS = ['text', 'openmetrics', 'protobuf'].flatMap((format) => [
  { format, isZipped: false, key: format, title: format },
  { format, isZipped: true, key: `${format}-gzip`, title: `${format} as gzip` },
])
/**
 * What is compared at this size has bars. 70 ns a series is what the fastest client of any language takes for 10,000 counters on an Apple
 * M1 Max: go.withmatt.com/metrics. On the machine of RESULTS.md, in the same minutes, it took 240 to 300 ns for these 10,000 counters and
 * 590 to 650 for 100,000, where we took 110 to 150 for either.
 */
const JUDGED = 100_000
/** A round with more series takes minutes. */
const MOST_IN_ROUNDS = { counters: 100_000, timings: 10_000 }
const MEBIBYTE = 2 ** 20

/** @param {'counters' | 'timings'} kind @param {number} series */
function scrapeCase(kind, series) {
  const size = `${series.toLocaleString('en')} labelled ${kind}`
  const isJudged = kind === 'counters' && series === JUDGED
  const rows = VARIANTS.flatMap(({ key, title }) => {
    const bars = isJudged && key === 'text'
    return [
      { key: `${key} whole`, title: `${size}, ${title}: total time`, bars: bars ? [times(8, LABEL_CLIENTS)] : [] },
      { key: `${key} each`, unit: 'ns', title: `${size}, ${title}: for each`, bars: bars ? [atMost(70)] : [] },
      { key: `${key} stall`, title: `${size}, ${title}: longest stall`, bars: bars ? [atMost(0.5)] : [] },
      ...(canMeterPeak ? [{ key: `${key} peak`, unit: 'MiB', title: `${size}, ${title}: memory at the peak` }] : []),
    ]
  })
  return {
    name: `scrapes-${kind}-${series}`,
    section: 'scrapes',
    unit: 'ms',
    rounds: series > MOST_IN_ROUNDS[kind] ? 1 : 3,
    isFresh: true,
    flags: ['--expose-gc'],
    series,
    rows,
    contenders: seriesContenders((adapter) => open(adapter, kind, series)),
  }
}

/** @param {any} adapter @param {'counters' | 'timings'} kind @param {number} series */
async function open({ counter, timing, formats, gzip = zippedByNode }, kind, series) {
  await checkMeter()
  const values = labelValues(series)
  const record = kind === 'counters' ? counter('requests') : durations(timing('latency'))
  recordEach(record, series, values)
  let recorded = series
  return {
    measure: async () => {
      const measured = {}
      for (const { key, format, isZipped } of VARIANTS) {
        const scrape = formats[format]
        if (scrape === undefined) continue
        const scraped = isZipped ? () => gzip(format, scrape) : scrape
        // warm, and then with other values
        await scraped()
        recordEach(record, series, values)
        recorded += series
        const reading = await measuredScrape(scraped)
        measured[`${key} whole`] = reading.wholeMillis
        measured[`${key} each`] = (reading.wholeMillis / series) * 1e6
        measured[`${key} stall`] = reading.stallMillis
        if (reading.peakBytes !== undefined) measured[`${key} peak`] = reading.peakBytes / MEBIBYTE
      }
      return measured
    },
    check: async () => {
      const body = await formats.text()
      const names = kind === 'counters' ? ['requests'] : ['latency_count', 'latency_seconds_count']
      const sum = names.reduce((all, name) => all + sampleSum(body, name).sum, 0)
      if (sum !== recorded) throw new Error(`${sum} recordings of ${recorded} were exposed`)
    },
  }
}

/**
 * Values of all sizes, so that distributions are as wide as those of requests.
 * @param {(labels: any, millis: number) => void} record
 */
function durations(record) {
  let at = 0
  return (/** @type {any} */ labels) => record(labels, 2 ** (at++ % 13))
}

/** @param {() => Promise<unknown>} scrape */
async function measuredScrape(scrape) {
  collectGarbage()
  const peak = meterPeak()
  const { wholeMillis, stallMillis } = await stallOf(scrape)
  return { wholeMillis, stallMillis, peakBytes: peak?.() }
}

/** @param {string} _format @param {() => Promise<string | Uint8Array>} scrape */
async function zippedByNode(_format, scrape) {
  return await zip(await scrape())
}

module.exports = [
  ...[1000, 10_000, 100_000, 1_000_000].map((series) => scrapeCase('counters', series)),
  // a timing has 16 samples in the text formats
  ...[1000, 10_000, 60_000].map((series) => scrapeCase('timings', series)),
]
