'use strict'

// Reads continuously while other threads record: counts never decrease, and the resets of one window return everything in total.

const { countsOf } = require('./comparison')

/** @typedef {import('./types').Watched} Watched */

const GOES_UP = /_(total|count|bucket)(\{|$)/

/** @param {import('../..').Metrics} metrics @param {Int32Array} over not 0 when the others have finished @returns {Watched} */
function watch(metrics, over) {
  const window = metrics.collector.window()
  /** @type {Watched} */
  const watched = { wrong: [], readings: 0, first: {}, last: {}, seen: {} }
  for (let isLast = false; ; ) {
    const samples = risingSamples(metrics.prometheusSync().body)
    if (watched.readings++ === 0) watched.first = samples
    else watched.wrong.push(...fallen(watched.last, samples))
    watched.last = samples
    add(watched.seen, window.snapshotAndReset())
    if (isLast || watched.wrong.length > 0) return watched
    // once more at the end, so that the resets have returned everything
    isLast = Atomics.load(over, 0) !== 0
  }
}

/** @param {Uint8Array} body @returns {Record<string, number>} */
function risingSamples(body) {
  return Object.fromEntries([...samplesOf(body)].filter(([key]) => GOES_UP.test(key)))
}

/** The samples of an exposition, `name{labels}` to value. @param {Uint8Array} body @returns {Map<string, number>} */
function samplesOf(body) {
  /** @type {Map<string, number>} */
  const samples = new Map()
  for (const line of new TextDecoder().decode(body).split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const end = line.lastIndexOf(' ')
    const key = line.slice(0, end)
    if (samples.has(key)) throw new Error(`the exposition has ${key} twice`)
    samples.set(key, Number(line.slice(end + 1).replace('Inf', 'Infinity')))
  }
  return samples
}

/** @param {Record<string, number>} earlier @param {Record<string, number>} later */
function fallen(earlier, later) {
  return (
    Object.keys(earlier)
      .filter((key) => !(later[key] >= earlier[key]))
      // a family is exposed at 0 without labels until it has a series
      .filter((key) => !(earlier[key] === 0 && later[key] === undefined))
      .map((key) => `${key} went from ${earlier[key]} to ${later[key]}`)
  )
}

/** @param {Record<string, number>} seen @param {import('../..').Snapshot} snapshot */
function add(seen, snapshot) {
  for (const [key, count] of countsOf(snapshot)) seen[key] = (seen[key] ?? 0) + count
}

module.exports = { samplesOf, watch }
