'use strict'

// The service of a pool and a collector. It reads them for each request, and once an interval for all streams and subscribers.

const binding = require('../native')
const { missingPool } = require('../errors/pool')
const { notAFunction } = require('../errors/values')
const { expositionOptions } = require('../exposition-options')
const { warnOfClashes } = require('../name-clashes')
const { createEndpoint } = require('../http/endpoint')
const { Readings, isBusy } = require('../readings')
const { callbacksOf } = require('../record/callbacks')
const { instrumentsOf } = require('../record/collector')
const { checkedConfig } = require('./config')
const { PoolFeed } = require('./feeds/pool')
const { SeriesFeed } = require('./feeds/series')
const { StatsFeed } = require('./feeds/stats')
const { TraceFeed } = require('./feeds/trace')
const { sourceOf } = require('./pools')
const { chartsQuery, prefixOf, threadsQuery } = require('./overview')
const { readPool } = require('./reading')
const { parseJson } = require('./responses')
const { siteOf } = require('./site')
const { Streams } = require('./streams')
const { Warnings } = require('./warnings')

/** @typedef {import('../../pool').MetricsConfig} MetricsConfig */
/** @typedef {import('../../pool').MetricsResponse} MetricsResponse */
/** @typedef {import('../../pool').PoolMetricsService} PoolMetricsService */
/** @typedef {import('../http/types').Client} Client */
/** @typedef {import('./types').Config} Config */
/** @typedef {import('./types').Feed} Feed */
/** @typedef {import('../../binding').ExternalObject<import('../../binding').SeriesReference>} Series */
/** @typedef {(metrics: MetricsResponse) => void} Listener */

/** The most events of the trace in one response. */
const MAX_EVENTS = 1000

/** Buckets and labels are the collector's. */
const EXPOSITION_OPTIONS = ['accept', 'names', 'created']

class Service {
  warnings = new Warnings()
  #pool = binding.openPool()
  /** @type {import('./types').Source | undefined} */
  #source
  /** @type {Series | undefined} */
  #series
  /** while the array is held, Rust samples the collector's history @type {{ history?: Uint32Array | undefined }} */
  #held = {}
  /** of the present collector */
  #readings = new Readings()
  #isClosed = false
  /** @type {Map<Listener, () => void>} subscribers, to the function that releases the timer */
  #listeners = new Map()
  #streams
  /** @type {Record<string, Feed>} by view */
  #feeds

  /** @param {Config} config */
  constructor(config) {
    /** @type {Config} */
    this.config = config
    this.#openSeries()
    this.#openHistory()
    this.#feeds = {
      pool: new PoolFeed((fresh) => this.metricsJson(fresh)),
      stats: new StatsFeed({
        read: () => this.#read(),
        changes: () => binding.poolChanges(this.#pool, timestamp()),
        lastSent: () => binding.poolLastSent(this.#pool, timestamp()),
      }),
      series: new SeriesFeed((keys) => this.#seriesOfKeys(keys)),
      trace: new TraceFeed(
        (after) => this.traceAfter(after),
        () => binding.traceEpoch(this.#collectorReference),
      ),
    }
    const failed = (/** @type {unknown} */ error) => {
      // the next tick retries
      if (!isBusy(error)) this.warnings.failure('the pool', error)
    }
    this.#streams = new Streams(config.sseInterval, (feeds) => this.#prepare(feeds), failed)
  }

  /** @param {MetricsConfig} given */
  configure(given) {
    const { collector, history } = this.config
    this.config = checkedConfig(given, this.config)
    this.#streams.interval = this.config.sseInterval
    if (this.config.collector !== collector || this.config.history !== history) this.#openHistory()
    if (this.config.collector === collector) return
    this.#openSeries()
    // their readers have state of the earlier collector
    this.#streams.end([this.#feeds.series, this.#feeds.trace])
  }

  /** @param {unknown} pool */
  setPool(pool) {
    this.#source = sourceOf(pool)
    this.warnings.forget()
  }

  get hasPool() {
    return this.#source !== undefined
  }

  // ---- the pool

  /** @param {boolean} fresh whether the pool is read before */
  metricsJson(fresh) {
    if (fresh) this.#read()
    return binding.poolMetrics(this.#pool, uptime(), timestamp())
  }

  statsJson() {
    this.#read()
    return binding.poolStats(this.#pool)
  }

  /**
   * @param {import('../exposition-options').Negotiated} asked
   * @param {string} [reader] the routes have a separate reading, because users may change the bytes of theirs
   */
  async exposition({ contentType, options }, reader = 'routes') {
    const readings = this.#readings
    const { collector, namespace, workers } = this.config
    const reference = collector === null ? null : instrumentsOf(collector).reference
    await this.#runCallbacks()
    if (this.hasPool) this.#read()
    const pool = this.hasPool ? this.#pool : null
    const key = JSON.stringify(['prometheus', reader, this.hasPool, namespace, workers, options])
    const read = () => binding.poolPrometheus(pool, reference, namespace, workers, uptime(), options)
    const body = await readings.read(key, read)
    if (reference !== null) warnOfClashes(reference)
    return { body, contentType }
  }

  #read() {
    if (this.#source === undefined) throw missingPool()
    const reading = readPool(this.#source, this.warnings)
    const { fields, total } = binding.setPool(this.#pool, reading)
    for (const [field, problem] of fields) this.warnings.field(field, problem)
    if (total > reading.size) {
      const message = `the pool lists more workers than its size: ${total} of ${reading.size}`
      this.warnings.give('total', message, 'TALLYSTICK_POOL_TOTAL')
    }
  }

  // ---- the collector

  #openSeries() {
    const { collector } = this.config
    this.#readings = new Readings()
    this.#series = collector === null ? undefined : binding.openSeries(instrumentsOf(collector).reference)
  }

  #openHistory() {
    const { collector, history } = this.config
    const isKept = collector !== null && history && !this.#isClosed
    this.#held.history = isKept ? binding.keepCollectorHistory(instrumentsOf(collector).reference) : undefined
  }

  /** @param {import('../../binding').HistoryQuery} query */
  history(query) {
    const reference = this.#collectorReference
    return this.#readings.read(JSON.stringify(['history', query]), () => binding.history(reference, query))
  }

  /** Everything that the overview shows, as JSON. @param {number} after */
  async overviewJson(after) {
    const { collector } = this.config
    const head = { pool: this.hasPool, collector: collector !== null, uptime: uptime(), timestamp: timestamp() }
    if (collector === null) return Buffer.from(JSON.stringify(head))
    const text = JSON.stringify({ ...head, prefix: prefixOf(collector.id) })
    const [history, threads] = await Promise.all([
      this.history(chartsQuery(collector.id, after)),
      this.history(threadsQuery(collector.id)),
    ])
    const parts = [
      text.slice(0, -1),
      ',"tracked":',
      binding.presentRequests(),
      ',"history":',
      history,
      ',"threads":',
      threads,
      '}',
    ]
    return Buffer.concat(parts.map((part) => Buffer.from(part)))
  }

  cardinality() {
    const reference = this.#collectorReference
    return this.#readings.read('cardinality', () => binding.pageCardinality(reference))
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
  async #seriesOfKeys(keys) {
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
    const readings = this.#readings
    const series = /** @type {Series} */ (this.#series)
    await this.#runCallbacks()
    return await readings.read(key, () => start(series))
  }

  #runCallbacks() {
    const { collector } = this.config
    return collector === null ? undefined : callbacksOf(instrumentsOf(collector)).run()
  }

  /** @param {number} after */
  traceAfter(after) {
    const reference = this.#collectorReference
    return this.#readings.read(`trace ${after}`, () => binding.traceAfter(reference, after, MAX_EVENTS))
  }

  get #collectorReference() {
    return instrumentsOf(/** @type {import('../..').Collector} */ (this.config.collector)).reference
  }

  // ---- streams

  get mayStream() {
    return !this.#isClosed && this.#streams.count < this.config.maxStreams
  }

  /** @param {string} view @param {Client} client @param {URLSearchParams} query @param {string} [lastEventId] */
  openStream(view, client, query, lastEventId) {
    return this.#streams.open(client, this.#feeds[view], query, lastEventId)
  }

  /**
   * Reads the pool once for all feeds and subscribers. If that fails, they get nothing at this tick.
   * @param {Feed[]} feeds
   */
  #prepare(feeds) {
    const ofPool = [this.#feeds.pool, this.#feeds.stats]
    const isNeeded = this.#listeners.size > 0 || feeds.some((feed) => ofPool.includes(feed))
    if (!isNeeded) return feeds
    try {
      this.#read()
    } catch (error) {
      if (this.hasPool) this.warnings.failure('the pool', error)
      return feeds.filter((feed) => !ofPool.includes(feed))
    }
    for (const listener of [...this.#listeners.keys()]) this.#notify(listener)
    return feeds
  }

  /** @param {Listener} listener */
  #notify(listener) {
    try {
      listener(parseJson(this.metricsJson(false)))
    } catch (error) {
      this.warnings.failure('a subscriber of the pool', error)
    }
  }

  /** @param {(metrics: MetricsResponse) => void} listener */
  subscribe(listener) {
    if (typeof listener !== 'function') throw notAFunction('listener', listener)
    // the same function may subscribe twice
    const own = (/** @type {MetricsResponse} */ metrics) => listener(metrics)
    this.#listeners.set(own, this.#streams.hold())
    return () => this.#unsubscribe(own)
  }

  /** @param {Listener} listener */
  #unsubscribe(listener) {
    this.#listeners.get(listener)?.()
    this.#listeners.delete(listener)
  }

  close() {
    this.#isClosed = true
    this.#held.history = undefined
    this.#streams.endAll()
    for (const listener of [...this.#listeners.keys()]) this.#unsubscribe(listener)
  }
}

function timestamp() {
  return new Date().toISOString()
}

/** Of the process, in seconds: no finer than a millisecond. */
function uptime() {
  return Math.round(process.uptime() * 1000) / 1000
}

/**
 * @param {MetricsConfig} [config]
 * @returns {PoolMetricsService}
 */
function createPoolMetrics(config) {
  const service = new Service(checkedConfig(config))
  return {
    setPool: (pool) => service.setPool(pool),
    setConfig: (given) => service.configure(given),
    metrics: () => parseJson(service.metricsJson(true)),
    stats: () => parseJson(service.statsJson()),
    prometheus: async (options) => await service.exposition(expositionOptions(options, EXPOSITION_OPTIONS), 'users'),
    subscribe: (listener) => service.subscribe(listener),
    ...createEndpoint(siteOf(service)),
    close: () => service.close(),
  }
}

module.exports = { Service, createPoolMetrics }
