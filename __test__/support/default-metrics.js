'use strict'

// Default metrics of a new collector, and threads that have them; all of it ends with its test.

const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { collectDefaultMetrics } = require('../..')
const { samplesOf } = require('./exposition-samples')
const { fresh } = require('./metrics')

/** @type {Worker[]} */
const threads = []
/** @type {(() => void)[]} */
const started = []

/** Ends what a test has started. */
async function endAll() {
  for (const stop of started.splice(0)) stop()
  for (const thread of threads.splice(0)) await thread.terminate()
}

/** Metrics of a new collector, which are collected. @param {import('../..').DefaultMetricsOptions} [options] */
function measured(options) {
  const own = fresh()
  const stop = start({ collector: own.collector, eventLoopMonitoringPrecision: 1, ...options })
  const read = async () => samplesOf((await own.prometheus()).body)
  return { own, stop, read }
}

function start(options) {
  const stop = collectDefaultMetrics(options)
  started.push(stop)
  return stop
}

/** A thread that has loaded the package. */
async function thread() {
  const worker = new Worker(path.join(__dirname, '..', 'workers', 'measured.js'))
  threads.push(worker)
  await once(worker, 'message')
  return worker
}

module.exports = { endAll, measured, start, started, thread, threads }
