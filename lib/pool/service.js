'use strict'

// The service of a pool and a collector. It reads them for each request, and once an interval for all streams and subscribers.

const binding = require('../native')
const { expositionOptions } = require('../exposition-options')
const { warnOfClashes } = require('../name-clashes')
const { createEndpoint } = require('../http/endpoint')
const { isBusy } = require('../readings')
const { instrumentsOf } = require('../record/collector')
const { uptime } = require('./clock')
const { CollectorViews } = require('./collector-views')
const { checkedConfig } = require('./config')
const { PoolFeed } = require('./feeds/pool')
const { SeriesFeed } = require('./feeds/series')
const { StatsFeed } = require('./feeds/stats')
const { TraceFeed } = require('./feeds/trace')
const { overviewJson } = require('./overview')
const { PoolReader } = require('./pool-reader')
const { parseJson } = require('./responses')
const { siteOf } = require('./site')
const { Streams } = require('./streams')
const { Subscribers } = require('./subscribers')
const { Warnings } = require('./warnings')

/** @typedef {import('../../pool').MetricsConfig} MetricsConfig */
/** @typedef {import('../../pool').PoolMetricsService} PoolMetricsService */
/** @typedef {import('../http/types').Client} Client */
/** @typedef {import('./types').Config} Config */
/** @typedef {import('./types').Feed} Feed */

/** Buckets and labels are the collector's. */
const EXPOSITION_OPTIONS = ['accept', 'names', 'created']

class Service {
  warnings = new Warnings()
  pool = new PoolReader(this.warnings)
  collector = new CollectorViews()
  #isClosed = false
  #streams
  #subscribers
  /** @type {Record<string, Feed>} by view */
  #feeds

  /** @param {Config} config */
  constructor(config) {
    /** @type {Config} */
    this.config = config
    this.#openCollector()
    this.#feeds = {
      pool: new PoolFeed((fresh) => this.pool.metricsJson(fresh)),
      stats: new StatsFeed(this.pool),
      series: new SeriesFeed((keys) => this.collector.seriesOfKeys(keys)),
      trace: new TraceFeed(
        (after) => this.collector.traceAfter(after),
        () => this.collector.traceEpoch(),
      ),
    }
    const failed = (/** @type {unknown} */ error) => {
      // the next tick retries
      if (!isBusy(error)) this.warnings.failure('the pool', error)
    }
    this.#streams = new Streams(config.sseInterval, (feeds) => this.#prepare(feeds), failed)
    this.#subscribers = new Subscribers(this.#streams, this.warnings)
  }

  /** @param {MetricsConfig} given */
  configure(given) {
    const { collector, history } = this.config
    this.config = checkedConfig(given, this.config)
    this.#streams.interval = this.config.sseInterval
    if (this.config.collector !== collector) {
      this.#openCollector()
      // their readers have state of the earlier collector
      this.#streams.end([this.#feeds.series, this.#feeds.trace])
    } else if (this.config.history !== history) this.#keepHistory()
  }

  #openCollector() {
    this.collector.open(this.config.collector)
    this.#keepHistory()
  }

  #keepHistory() {
    this.collector.keepHistory(this.config.history && !this.#isClosed)
  }

  get hasPool() {
    return this.pool.hasPool
  }

  /**
   * @param {import('../exposition-options').Negotiated} asked
   * @param {string} [reader] the routes have a separate reading, because users may change the bytes of theirs
   */
  async exposition({ contentType, options }, reader = 'routes') {
    const { readings } = this.collector
    const { collector, namespace, workers } = this.config
    const reference = collector === null ? null : instrumentsOf(collector).reference
    await this.collector.runCallbacks()
    if (this.hasPool) this.pool.read()
    const pool = this.hasPool ? this.pool.reference : null
    const key = JSON.stringify(['prometheus', reader, this.hasPool, namespace, workers, options])
    const read = () => binding.poolPrometheus(pool, reference, namespace, workers, uptime(), options)
    const body = await readings.read(key, read)
    if (reference !== null) warnOfClashes(reference)
    return { body, contentType }
  }

  /** Everything that the overview shows, as JSON. @param {number} after */
  overviewJson(after) {
    return overviewJson(this.hasPool, this.config.collector, (query) => this.collector.history(query), after)
  }

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
    const isNeeded = this.#subscribers.count > 0 || feeds.some((feed) => ofPool.includes(feed))
    if (!isNeeded) return feeds
    try {
      this.pool.read()
    } catch (error) {
      if (this.hasPool) this.warnings.failure('the pool', error)
      return feeds.filter((feed) => !ofPool.includes(feed))
    }
    this.#subscribers.notify(() => this.pool.metricsJson(false))
    return feeds
  }

  /** @param {import('./subscribers').Listener} listener */
  subscribe(listener) {
    return this.#subscribers.add(listener)
  }

  close() {
    this.#isClosed = true
    this.collector.keepHistory(false)
    this.#streams.endAll()
    this.#subscribers.clear()
  }
}

/**
 * @param {MetricsConfig} [config]
 * @returns {PoolMetricsService}
 */
function createPoolMetrics(config) {
  const service = new Service(checkedConfig(config))
  return {
    setPool: (pool) => service.pool.setPool(pool),
    setConfig: (given) => service.configure(given),
    metrics: () => parseJson(service.pool.metricsJson(true)),
    stats: () => parseJson(service.pool.statsJson()),
    prometheus: async (options) => await service.exposition(expositionOptions(options, EXPOSITION_OPTIONS), 'users'),
    subscribe: (listener) => service.subscribe(listener),
    ...createEndpoint(siteOf(service)),
    close: () => service.close(),
  }
}

module.exports = { Service, createPoolMetrics }
