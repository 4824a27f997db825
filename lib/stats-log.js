'use strict'

// Logs what happened in each interval, one line a series. It has its own window, so that other readers miss nothing.

// Captured at load, so that fake timers installed later do not stop a log.
const { clearInterval, setInterval } = require('node:timers')
const { isPromise } = require('node:util/types')
const { notAFunction } = require('./errors/values')
const binding = require('./native')
const { callbacksOf } = require('./record/callbacks')
const { Collector, instrumentsOf } = require('./record/collector')
const { checkedMillis, readOptions } = require('./record/options')
const { parsedSnapshot } = require('./record/parsing')
const { messageOf } = require('./thrown')

/** @typedef {import('..').LogStatsOptions} LogStatsOptions */
/** @typedef {import('..').Snapshot} Snapshot */
/** @typedef {{ name: string, text: string }} Line */

const OPTIONS = ['interval', 'collector', 'log']

/** @param {number} milliseconds three decimals are microseconds: as fine as a log needs */
function millis(milliseconds) {
  return Number(milliseconds.toFixed(3))
}

/** Rounds to significant digits, as the unit is unknown. @param {number} value */
function plain(value) {
  return Number(value.toPrecision(6))
}

/**
 * @param {{ count: number, mean: number, p99: number, max: number }} stats
 * @param {(value: number) => number} rounded
 */
function distribution({ count, mean, p99, max }, rounded) {
  return ` count=${count} mean=${rounded(mean)} p99=${rounded(p99)} max=${rounded(max)}`
}

/**
 * A name may hold anything; a line break in it must not look like a second line.
 * @param {string} name
 */
function printable(name) {
  return name.replace(/[\p{Cc}\u2028\u2029]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** @template T @param {Record<string, T>} readings @param {(reading: T) => string} text @returns {Line[]} */
function linesOf(readings, text) {
  return Object.keys(readings).map((name) => ({ name, text: printable(name) + text(readings[name]) }))
}

/** @param {Snapshot} snapshot */
function sortedLines({ counters, gauges, timings, histograms }) {
  const lines = [
    ...linesOf(counters, (value) => `=${value}`),
    ...linesOf(gauges, (value) => `=${value}`),
    ...linesOf(timings, (stats) => distribution(stats, millis)),
    ...linesOf(histograms, (stats) => distribution(stats, plain)),
  ]
  return lines.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))).map((line) => line.text)
}

/** @param {LogStatsOptions} options @returns {Required<LogStatsOptions>} */
function checked(options) {
  const { interval = 1000, collector = Collector.default, log = console.log } = readOptions(options, OPTIONS)
  checkedMillis('interval', interval)
  instrumentsOf(collector) // throws if it is not a Collector
  if (typeof log !== 'function') throw notAFunction('log', log)
  return { interval, collector, log }
}

/** What fails must not end the process or later lines: the first failure is a warning. */
function warnOnce() {
  let warned = false
  return (/** @type {string} */ what) => (/** @type {unknown} */ error) => {
    if (warned) return
    warned = true
    const message = `${what} of logStats failed: ${messageOf(error)}`
    process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_LOG' })
  }
}

/** Skips a call while the last one is still running. @param {() => Promise<void>} fn @param {(error: unknown) => void} failed */
function withoutOverlap(fn, failed) {
  let isRunning = false
  return async () => {
    if (isRunning) return
    isRunning = true
    try {
      await fn()
    } catch (error) {
      failed(error)
    } finally {
      isRunning = false
    }
  }
}

/** @param {LogStatsOptions} [options] @returns {() => void} */
function logStats(options = {}) {
  const { interval, collector, log } = checked(options)
  const instruments = instrumentsOf(collector)
  const window = binding.openWindow(instruments.reference)
  const warning = warnOnce()
  const warn = warning('the log function')
  const print = (/** @type {string} */ line) => {
    try {
      const result = /** @type {unknown} */ (log(line))
      if (isPromise(result)) result.then(undefined, warn)
    } catch (error) {
      warn(error)
    }
  }
  const tick = withoutOverlap(async () => {
    await callbacksOf(instruments).run()
    if (isStopped) return
    sortedLines(parsedSnapshot((longest) => binding.windowSnapshot(window, true, longest))).forEach(print)
  }, warning('a reading'))
  let isStopped = false
  const timer = setInterval(tick, interval)
  timer.unref()
  return () => {
    isStopped = true
    clearInterval(timer)
  }
}

module.exports = { logStats }
