'use strict'

// What the page's overview reads of a collector's history: one request fills all its charts.

const binding = require('../native')
const { timestamp, uptime } = require('./clock')

/** @typedef {import('../../binding').HistoryQuery} HistoryQuery */

/** @typedef {import('../..').Collector} Collector */

/** At most this many threads have a line in a chart; the table has all of them. */
const MOST_LINES = 8
/** The table of threads shows the latest values of this time. */
const LATEST_MILLIS = 10_000
/** A process has fewer threads. */
const ALL = 10_000

const REQUESTS = 'http.server.request.duration'

/**
 * The keys of the charts, in the order of `PANELS` in ui/src/data/overview.ts, which a test of it compares.
 * @param {string} prefix of default metrics
 */
function chartKeys(prefix) {
  return [
    `${REQUESTS}{*}#timing`,
    `${REQUESTS}{error.type=*,*}#timing`,
    `${prefix}process_cpu_seconds_total{*}#counter`,
    `${prefix}process_resident_memory_bytes{*}#gauge`,
    ...threadKeys(prefix),
  ]
}

/** Of what each thread has a series, in the order of `THREAD_PANELS` there. @param {string} prefix */
function threadKeys(prefix) {
  return [
    `${prefix}nodejs_eventloop_lag_seconds{*}#gauge`,
    `${prefix}nodejs_eventloop_utilization_histogram{*}#histogram`,
    `${prefix}nodejs_heap_size_used_bytes{*}#gauge`,
    `${prefix}nodejs_gc_duration{*}#timing`,
    `${prefix}nodejs_thread_cpu_seconds_total{*}#counter`,
  ]
}

/** The history of the charts. @param {number} collector its id @param {number} after @returns {HistoryQuery} */
function chartsQuery(collector, after) {
  const keys = chartKeys(prefixOf(collector))
  return { keys, by: ['thread'], after, limit: MOST_LINES, summary: false, buckets: false }
}

/** The latest seconds of all threads. @param {number} collector its id @returns {HistoryQuery} */
function threadsQuery(collector) {
  const keys = threadKeys(prefixOf(collector))
  return { keys, by: ['thread'], after: -LATEST_MILLIS, limit: ALL, summary: false, buckets: false }
}

/** The prefix of the default metrics in a collector. @param {number} collector its id */
function prefixOf(collector) {
  return binding.defaultMetricsRuns().find((run) => run.collector === collector)?.prefix ?? ''
}

/**
 * Everything that the overview shows, as JSON.
 * @param {boolean} hasPool
 * @param {Collector | null} collector
 * @param {(query: HistoryQuery) => Promise<Uint8Array>} history
 * @param {number} after
 */
async function overviewJson(hasPool, collector, history, after) {
  const head = { pool: hasPool, collector: collector !== null, uptime: uptime(), timestamp: timestamp() }
  if (collector === null) return Buffer.from(JSON.stringify(head))
  const [charts, threads] = await Promise.all([
    history(chartsQuery(collector.id, after)),
    history(threadsQuery(collector.id)),
  ])
  return objectOf({
    ...Object.fromEntries(Object.entries(head).map(([name, value]) => [name, JSON.stringify(value)])),
    prefix: JSON.stringify(prefixOf(collector.id)),
    tracked: binding.presentRequests(),
    history: charts,
    threads,
  })
}

/** @param {Record<string, string | Uint8Array>} values JSON by property */
function objectOf(values) {
  const pairs = Object.entries(values).flatMap(([name, value], at) => [`${at === 0 ? '{' : ','}"${name}":`, value])
  return Buffer.concat([...pairs, '}'].map((part) => Buffer.from(part)))
}

module.exports = { chartKeys, overviewJson, threadKeys }
