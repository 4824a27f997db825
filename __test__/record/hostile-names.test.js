'use strict'

// Names and texts of any characters are valid.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, createMetrics } = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')

/** A name in a snapshot, quoted if it looks like one with labels. @param {string} name */
function keyOf(name) {
  return /\{.*\}$/.test(name) ? `{${JSON.stringify(name)}}` : name
}

describe('names and texts of any characters work', () => {
  const hostile = {
    'a quote': '"',
    'a newline': 'two\nlines',
    'a carriage return': 'a\rb\r\n',
    'a backslash': 'C:\\new\\',
    'a line that looks like a sample': 'a 1\nevil_total 666',
    'a comment': '# TYPE evil counter',
    braces: 'a{b="c"}',
    __proto__of: '__proto__',
    constructor: 'constructor',
    toString: 'toString',
    'a space': ' ',
    digits: '123',
    NUL: 'a\0b',
    emoji: '👩‍👩‍👧‍👦',
    'right to left': '\u202eabc\u202c שלום',
    separators: 'a\u2028b\u2029c\u0085d\u001ce',
    'a byte order mark': '\ufeffa',
    'one character': '/',
    noncharacters: '\uffff\u{10ffff}',
    '1 MB': 'é/'.repeat(500_000),
  }

  for (const [shown, name] of Object.entries(hostile)) {
    test(`as a metric's name, in every kind: ${shown}`, () => {
      const own = createMetrics(new Collector())
      own.inc(name, 2)
      own.gauge(name).set(3)
      own.observeMillis(name, 4)
      own.histogram(name).observe(5)
      // a longer event is truncated
      const short = name.slice(0, 10_000)
      own.trace(short, { [short]: short })
      const { counters, gauges, timings, histograms, trace } = own.snapshot()
      for (const kind of [counters, gauges, timings, histograms]) assert.deepEqual(Object.keys(kind), [keyOf(name)])
      assert.deepEqual([counters, gauges].map(Object.values), [[2], [3]])
      assert.deepEqual([Object.values(timings)[0].total, Object.values(histograms)[0].sum], [4, 5])
      assert.deepEqual([trace[0].name, ...Object.entries(trace[0].fields)], [short, [short, short]])
      assert.equal(own.value(name), 2)
      const samples = samplesOf(own.prometheusSync().body)
      for (const sample of Object.keys(samples)) assert.match(sample, /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^\n]*\})?$/)
      assert.equal(Object.keys(samples).length, 1 + 1 + 16 + 5)
    })

    test(`as a label's name and value: ${shown}`, () => {
      const own = createMetrics(new Collector())
      const labels = Object.fromEntries([[name, name]])
      own.inc('a', 2, labels)
      own.counter('a').labels(labels).inc(3)
      own.observeMillis('a', 4, labels)
      assert.equal(own.value('a', labels), 5)
      assert.equal(Object.values(own.snapshot().timings)[0].total, 4)
      const [sample, ...more] = Object.keys(samplesOf(own.prometheusSync().body)).filter((key) =>
        key.startsWith('a_total'),
      )
      assert.deepEqual(more, [])
      assert.match(sample, /^a_total\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"\}$/)
    })

    test(`as help and unit: ${shown}`, () => {
      const own = createMetrics(new Collector())
      own.gauge({ name: 'a', help: name, unit: name }).set(1)
      const lines = textOf(own.prometheusSync().body).split('\n')
      assert.deepEqual(
        lines.map((line) => line.slice(0, 8)),
        ['# HELP a', '# TYPE a', lines[2].slice(0, 8), ''],
      )
      assert.match(lines[2], /^a[a-zA-Z0-9_]* 1$/)
    })
  }

  test('lone surrogates in names become U+FFFD, and are then one series of one instrument', () => {
    const own = createMetrics(new Collector())
    for (const name of ['a\ud800', 'a\udfff', 'a\ufffd']) {
      own.inc(name)
      own.inc(name, 1, { x: 1 })
      own.observeMillis(name, 1, { x: 1 })
      own.gauge(name).set(7)
      own.trace(name, { [name]: name })
    }
    const { counters, gauges, timings, trace } = own.snapshot()
    assert.deepEqual(counters, { 'a\ufffd': 3, 'a\ufffd{x="1"}': 3 })
    assert.deepEqual(gauges, { 'a\ufffd': 7 })
    assert.equal(timings['a\ufffd{x="1"}'].count, 3)
    for (const { name, fields } of trace) assert.deepEqual([name, fields], ['a\ufffd', { 'a\ufffd': 'a\ufffd' }])
  })

  test('names that every object has do not change objects', () => {
    const own = createMetrics(new Collector())
    own.inc('__proto__', 1, JSON.parse('{"__proto__":"x"}'))
    own.trace('__proto__', JSON.parse('{"__proto__":"x"}'))
    own.snapshotAndReset()
    assert.equal({}.x, undefined)
    assert.equal(Object.getPrototypeOf({}), Object.prototype)
  })
})
