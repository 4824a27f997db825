'use strict'

// Starting and stopping default metrics.

const { plain } = require('../buckets')
const binding = require('../native')
const { noExternalMemory } = require('../errors/binary')
const { conflictingRun, invalidOption } = require('../errors/options')
const { Collector, instrumentsOf } = require('../record/collector')
const { flatLabels } = require('../record/label-strings')
const { numberOf } = require('../record/kinds')
const { checkedBuckets, checkedMillis, checkedString, readOptions } = require('../record/options')
const { groups } = require('./groups')
const { join, leaveRun } = require('./membership')

/** @typedef {import('../..').DefaultMetricsOptions} DefaultMetricsOptions */

const OPTIONS = ['collector', 'prefix', 'labels', 'eventLoopMonitoringPrecision', 'gcDurationBuckets', 'threads']

/** Milliseconds between two beats. To wake up an idle event loop five times as often would cost more than 0.1 % of a core. */
const DEFAULT_INTERVAL_MILLIS = 500
const INTERVAL_OPTION = 'eventLoopMonitoringPrecision'

/** What this thread has started: a word each, 1 once it is stopped. @type {Set<Uint32Array>} */
const starts = new Set()

const MILLIS_PER_SECOND = 1000

/** @param {DefaultMetricsOptions} [options] @returns {() => void} */
function collectDefaultMetrics(options = {}) {
  const { collector, request } = checked(options)
  const { reference } = instrumentsOf(collector)
  const id = binding.startDefaultMetrics(reference, request)
  if (typeof id === 'string') throw conflictingRun(id)
  const start = stopAtEnd(id)
  const run = binding.defaultMetricsRuns().find((each) => each.id === id)
  if (run !== undefined) join(run)
  return () => {
    if (!starts.delete(start)) return
    start[0] = 1
    if (binding.stopDefaultMetrics(id)) leaveRun(id)
  }
}

/** @param {number} id */
function stopAtEnd(id) {
  try {
    const start = binding.stopDefaultMetricsAtEnd(id)
    starts.add(start)
    return start
  } catch (cause) {
    binding.stopDefaultMetrics(id)
    throw noExternalMemory(cause)
  }
}

/** @param {DefaultMetricsOptions} options */
function checked(options) {
  const given = readOptions(options, OPTIONS)
  const { collector = Collector.default, threads = true, [INTERVAL_OPTION]: interval = DEFAULT_INTERVAL_MILLIS } = given
  instrumentsOf(collector) // throws for what is no Collector
  if (typeof threads !== 'boolean') throw invalidOption('threads', threads, 'true or false')
  const prefix = checkedString('prefix', given.prefix) ?? ''
  const families = groups.flatMap((group) => group.families)
  const request = {
    prefix,
    labels: flatLabels(given.labels),
    interval: Math.ceil(checkedMillis(INTERVAL_OPTION, interval)),
    gcBuckets: millisOf(checkedBuckets(given.gcDurationBuckets, 'gcDurationBuckets')),
    threads,
    version: process.version,
    startTime: Date.now() / MILLIS_PER_SECOND - process.uptime(),
    kinds: families.map(({ kind }) => numberOf(kind)),
    names: families.map(({ name }) => prefix + name),
  }
  return { collector, request }
}

/** @param {number[] | undefined} seconds */
function millisOf(seconds) {
  return seconds?.map((bound) => plain(bound * MILLIS_PER_SECOND))
}

module.exports = { collectDefaultMetrics }
