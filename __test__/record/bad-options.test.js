'use strict'

// Invalid options throw and change nothing, and unusual ones that are valid work.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, ModuleRegistry, createMetrics, logStats, registerModules } = require('../..')
const { errorOf, isCoded, readingOf, recorded } = require('../support/bad-input')

describe('options', () => {
  // [kind, options that are out of range]
  const wrong = [
    ['gauge', { merge: 'average' }],
    ['timing', { precision: 4 }],
    ['timing', { precision: '2' }],
    ['timing', { buckets: [1, 1] }],
    ['timing', { buckets: [2, 1] }],
    ['timing', { buckets: [1, Number.POSITIVE_INFINITY] }],
    ['histogram', { buckets: ['1', '2'] }],
    ['histogram', { quantiles: [0.5, 1.1] }],
    ['histogram', { quantiles: [0.9, 0.5] }],
    ['histogram', { quantiles: 0.5 }],
    ['histogram', { buckets: Array.from({ length: 1001 }, (_, at) => at) }],
    ['counter', { labelNames: ['a', ''] }],
    ['counter', { labelNames: ['a', 1] }],
    ['counter', { labelNames: 'a' }],
  ]
  for (const [kind, options] of wrong) {
    test(`of a ${kind} may not be ${JSON.stringify(options).slice(0, 60)}`, () => {
      const own = recorded()
      const before = readingOf(own)
      const error = errorOf(() => own[kind]({ name: 'new', ...options }))
      assert.ok(isCoded(error, 'OPTIONS'), `${error}`)
      assert.equal(readingOf(own), before)
      own[kind]('new')
    })
  }

  // [misspelt option, the call]
  const misspelt = [
    ['collecter', (own) => registerModules(new ModuleRegistry(), 'a', { collecter: own.collector })],
    ['labels', (own) => own.counter({ name: 'new', labels: ['a'] })],
    ['merge', (own) => own.counter({ name: 'new', merge: 'max' })],
    ['unit', (own) => own.timing({ name: 'new', unit: 'bytes' })],
    ['intervall', () => logStats({ intervall: 1 })],
    ['tracelimit', () => new Collector({ tracelimit: 1 })],
    ['bucket', (own) => own.prometheusSync({ bucket: [1] })],
    ['text', (own) => own.describe('counter', { text: 'Help.' })],
  ]
  for (const [option, call] of misspelt) {
    test(`do not include ${option} in ${String(call).replace(/^[^>]*> /, '')}`, () => {
      const own = recorded()
      const before = readingOf(own)
      const error = errorOf(() => call(own))
      assert.ok(isCoded(error, 'OPTIONS'), `${error}`)
      assert.match(error.message, new RegExp(`unknown option '${option}' \\(allowed: \\w+`))
      assert.equal(readingOf(own), before)
    })
  }

  for (const word of ['counter', 'gauge', 'timing', 'histogram', 'summary']) {
    for (const second of [{ maxSeries: 5 }, {}, 'Help.', ['label']]) {
      test(`of a ${word} are not ignored as a second argument: ${JSON.stringify(second)}`, () => {
        const own = recorded()
        const before = readingOf(own)
        const error = errorOf(() => own[word]('new', second))
        assert.ok(isCoded(error, 'OPTIONS'), `${error}`)
        assert.match(error.message, new RegExp(`^${word}\\(\\) takes one argument`))
        assert.equal(readingOf(own), before)
      })
    }
  }

  test('leave a factory usable with map()', () => {
    assert.deepEqual(['a', 'b'].map(recorded().counter).map(String).length, 2)
  })

  test('may be undefined, inherited, frozen or of a user class', () => {
    class Options {
      #name = 'a'
      get name() {
        return this.#name
      }
      get more() {
        return 1
      }
    }
    const own = recorded()
    for (const options of [
      new Options(),
      Object.freeze({ name: 'a', labels: undefined }),
      Object.create({ name: 'a', labels: 1 }),
      { name: 'a', [Symbol('more')]: 1 },
    ]) {
      own.counter(options).inc()
    }
    assert.equal(own.value('a'), 4)
  })

  test('are read once, so a getter that changes its value cannot bypass the check', () => {
    let reads = 0
    const options = {
      name: 'a',
      get buckets() {
        return reads++ === 0 ? [1, 2] : 'wrong'
      },
    }
    const histogram = createMetrics(new Collector()).histogram(options)
    histogram.observe(1.5)
    assert.equal(histogram.value().buckets.length, 2)
  })

  test('include a traceLimit from 0 to a million, a whole number', () => {
    for (const traceLimit of [-1, 0.5, 1_000_001, 2 ** 53]) {
      assert.throws(() => new Collector({ traceLimit }), { name: 'RangeError', code: 'ERR_TALLYSTICK_OPTIONS' })
    }
    new Collector({ traceLimit: 1_000_000 })
  })
})
