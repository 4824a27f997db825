'use strict'

// Shared by the tests of bad input: metrics with every kind of series, all that is read of them, and the error of a call.

const { Collector, createMetrics } = require('../..')
const { textOf } = require('./exposition-samples')

/** Metrics with series of each kind, with and without labels. */
function recorded() {
  const own = createMetrics(new Collector())
  for (const labels of [{}, { x: 1 }]) {
    own.counter('counter').labels(labels).inc(2)
    own.gauge('gauge').labels(labels).set(3)
    own.timing('timing').labels(labels).observeMillis(4)
    own.histogram('histogram').labels(labels).observe(5)
    own
      .histogram({ name: 'buckets', buckets: [1, 10] })
      .labels(labels)
      .observe(6)
  }
  own.histogram('unused')
  own.trace('event', { x: 1 })
  return own
}

/** Every reading. */
function readingOf(own) {
  return JSON.stringify(own.snapshot()) + textOf(own.prometheusSync().body)
}

/** @param {unknown} error @param {string} code without its beginning, or several with ` or ` */
function isCoded(error, code) {
  const codes = code.split(' or ').map((each) => `ERR_TALLYSTICK_${each}`)
  return (error instanceof TypeError || error instanceof RangeError) && codes.includes(error.code)
}

/** @param {() => unknown} run */
function errorOf(run) {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

module.exports = { errorOf, isCoded, readingOf, recorded }
