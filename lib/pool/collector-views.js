'use strict'

// What a service shows of its collector: series, history, trace, cardinality. All of it is made on the reader thread.

const binding = require('../native')
const { Readings } = require('../readings')
const { callbacksOf } = require('../record/callbacks')
const { instrumentsOf } = require('../record/collector')
const { timestamp } = require('./clock')

/** @typedef {import('../..').Collector} Collector */
/** @typedef {import('../../binding').ExternalObject<import('../../binding').SeriesReference>} Series */

/** The most events of the trace in one response. */
const MAX_EVENTS = 1000

class CollectorViews {
  /** of the present collector */
  readings = new Readings()
  /** @type {Collector | null} */
  #collector = null
  /** @type {Series | undefined} */
  #series
  /** while the array is held, Rust samples the collector's history @type {{ array?: Uint32Array | undefined }} */
  #history = {}

  /** @param {Collector | null} collector */
  open(collector) {
    this.#collector = collector
    this.readings = new Readings()
    this.#series = collector === null ? undefined : binding.openSeries(this.#reference)
  }

  /** @param {boolean} isKept whether Rust samples the history */
  keepHistory(isKept) {
    const isSampled = isKept && this.#collector !== null
    this.#history.array = isSampled ? binding.keepCollectorHistory(this.#reference) : undefined
  }

  get #reference() {
    return instrumentsOf(/** @type {Collector} */ (this.#collector)).reference
  }

  runCallbacks() {
    return this.#collector === null ? undefined : callbacksOf(instrumentsOf(this.#collector)).run()
  }

  /** @param {import('../../binding').HistoryQuery} query */
  history(query) {
    const reference = this.#reference
    return this.readings.read(JSON.stringify(['history', query]), () => binding.history(reference, query))
  }

  cardinality() {
    const reference = this.#reference
    return this.readings.read('cardinality', () => binding.pageCardinality(reference))
  }

  /** @param {string} prefix @param {string} text @param {number} limit @param {string} [after] */
  seriesPage(prefix, text, limit, after) {
    const key = JSON.stringify(['series', prefix, text, limit, after])
    return this.#readSeries(key, (series) => binding.series(series, prefix, text, limit, after, timestamp()))
  }

  /** @param {string} key */
  seriesOfKey(key) {
    return this.#readSeries(`one ${key}`, (series) => binding.seriesOfKey(series, key))
  }

  /** @param {string[]} keys */
  async seriesOfKeys(keys) {
    const name = JSON.stringify(['keys', ...keys])
    const lines = await this.#readSeries(name, (series) => binding.seriesOfKeys(series, keys))
    return Buffer.from(lines).toString().split('\n')
  }

  /**
   * Of the present collector, which may be another one when its callbacks have run.
   * @param {string} key
   * @param {(series: Series) => import('../readings').Reading | null} start
   */
  async #readSeries(key, start) {
    const { readings } = this
    const series = /** @type {Series} */ (this.#series)
    await this.runCallbacks()
    return await readings.read(key, () => start(series))
  }

  /** @param {number} after */
  traceAfter(after) {
    const reference = this.#reference
    return this.readings.read(`trace ${after}`, () => binding.traceAfter(reference, after, MAX_EVENTS))
  }

  traceEpoch() {
    return binding.traceEpoch(this.#reference)
  }
}

module.exports = { CollectorViews }
