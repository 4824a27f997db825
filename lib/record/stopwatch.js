'use strict'

// `start()` and `time()` of timings. Labels may be known at the start, at the end (a route, a status), or in part at each.

const { labelsOnBoundTiming } = require('../errors/values')
const { messageOf } = require('../thrown')
const { elapsed } = require('./clock')
const { untilEnded } = require('./ending')
const { exemplarIn } = require('./exemplars')
const { labelPairs } = require('./label-strings')

/** @typedef {import('../..').Labels} Labels */
/** @typedef {{ observeMillis(milliseconds: number, options?: unknown): void }} Series */
/** @typedef {Record<string, string>} Strings labels as strings */
/** @typedef {Series & { name?: string, labels?: (labels: any) => Series }} Timing bound ones have neither name nor labels */

/** Timings that have warned of labels that failed. @type {WeakSet<Timing>} */
const warned = new WeakSet()

/**
 * Checks labels and copies them.
 * @param {Timing} timing
 * @param {Labels | null | undefined} labels
 * @returns {Strings | undefined}
 */
function stringsOf(timing, labels) {
  if (labels === undefined || labels === null) return undefined
  if (timing.labels === undefined) throw labelsOnBoundTiming()
  return Object.fromEntries(labelPairs(labels).map(([name, string]) => [name, string]))
}

/** @param {Timing} timing @param {Strings | undefined} strings @returns {Series} */
function seriesOf(timing, strings) {
  return timing.labels === undefined || strings === undefined ? timing : timing.labels(strings)
}

/**
 * Starts a timer. The function that it returns records the time since, with these labels and its own, which take precedence.
 * @param {Timing} timing
 * @param {Labels | null} [labels]
 * @returns {(labels?: Labels | null, options?: unknown) => number}
 */
function start(timing, labels) {
  const first = stringsOf(timing, labels)
  const began = elapsed()
  return (later, options) => {
    const milliseconds = elapsed() - began
    const last = stringsOf(timing, later)
    seriesOf(timing, last === undefined ? first : { ...first, ...last }).observeMillis(milliseconds, options)
    return milliseconds
  }
}

/**
 * Times `fn`, with labels or with a function that returns them, given the result or the error; or without labels.
 * @template T
 * @param {Timing} timing
 * @param {() => T} fn
 * @param {Labels | ((result: any, error?: unknown) => Labels | null | undefined) | undefined} labels
 * @param {unknown} [options]
 * @returns {T}
 */
function time(timing, fn, labels, options) {
  if (timing.labels === undefined && labels !== undefined) throw labelsOnBoundTiming()
  const isLate = typeof labels === 'function'
  const exemplar = checkedOptions(options)
  const known = isLate || labels === undefined ? timing : /** @type {any} */ (timing).labels(labels)
  const began = elapsed()
  return untilEnded(fn, (result, error) => {
    const milliseconds = elapsed() - began
    const series = isLate ? seriesAtEnd(timing, () => labels(result, error)) : known
    series.observeMillis(milliseconds, exemplar)
  })
}

/**
 * The function has run, so its duration counts and the caller must get its result or error, even if the labels fail: then the
 * duration is recorded without labels.
 * @param {Timing} timing
 * @param {() => Labels | null | undefined} labels
 */
function seriesAtEnd(timing, labels) {
  try {
    return seriesOf(timing, stringsOf(timing, labels()))
  } catch (error) {
    if (!warned.has(timing)) {
      warned.add(timing)
      const name = JSON.stringify(timing.name?.slice(0, 80))
      const message = `timing ${name} was recorded without labels, because they failed at the end: ${messageOf(error)}`
      process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_LABELS' })
    }
    return timing
  }
}

/** A copy of the options of a recording, which is made later and must not fail then. @param {unknown} options */
function checkedOptions(options) {
  if (options === undefined) return undefined
  const strings = exemplarIn(options)
  return strings.length === 0 ? undefined : { exemplar: require('./family').labelsOf(strings) }
}

/** Throws if `time` would reject the labels. @param {any} labels */
function checkLabels(labels) {
  if (labels !== undefined && labels !== null && typeof labels !== 'function') labelPairs(labels)
}

module.exports = { checkLabels, checkedOptions, start, time }
