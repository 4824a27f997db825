'use strict'

// Which labels identify the same series and which do not, whatever their order, types and characters.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { fresh, isLabelError } = require('../support/metrics')

/** Counts 1, 2, 4, 8 … for each label set, so the snapshot's values show which of them were one series. */
function countedOnce(...labels) {
  const own = fresh()
  for (const [at, given] of labels.entries()) own.inc('a', 2 ** at, given)
  return own
}

/** @param {object[]} labels */
function assertOneSeries(labels) {
  const { counters } = countedOnce(...labels).snapshot()
  assert.deepEqual(Object.values(counters), [2 ** labels.length - 1], JSON.stringify(counters))
}

/** @param {object[]} labels */
function assertOwnSeries(labels) {
  const own = countedOnce(...labels)
  for (const [at, given] of labels.entries()) assert.equal(own.value('a', given), 2 ** at)
  assert.equal(Object.keys(own.snapshot().counters).length, labels.length)
}

describe('the same series', () => {
  // [what is equal, labels]
  const same = [
    [
      'keys in any order',
      [
        { x: 1, y: 2, z: 3 },
        { z: 3, y: 2, x: 1 },
        { y: 2, x: 1, z: 3 },
      ],
    ],
    ['a number, its text and a bigint', [{ x: 200 }, { x: '200' }, { x: 200n }]],
    ['a boolean and its text', [{ x: true }, { x: 'true' }]],
    ['an object and its text', [{ x: { toString: () => 'one' } }, { x: 'one' }, { x: new String('one') }]],
    ['0 and -0', [{ x: 0 }, { x: -0 }, { x: '0' }]],
    ['NaN and its text', [{ x: Number.NaN }, { x: 'NaN' }]],
    ['a symbol and its text', [{ x: Symbol('s') }, { x: 'Symbol(s)' }]],
    ['an array and its text', [{ x: [1, 2] }, { x: '1,2' }]],
    ['lone surrogates and U+FFFD in values', [{ x: 'a\ud800' }, { x: 'a\udfff' }, { x: 'a\ufffd' }]],
    ['lone surrogates and U+FFFD in names', [{ 'x\ud800': 1 }, { 'x\udc00': 1 }, { 'x\ufffd': 1 }]],
    [
      'an absent label, undefined, null and an empty text',
      [{ x: 1 }, { x: 1, y: undefined }, { x: 1, y: null }, { x: 1, y: '' }],
    ],
    ['an object whose text is empty, and an absent label', [{ x: 1, y: [] }, { x: 1 }]],
    [
      'no labels, an empty object and labels that are all absent',
      [undefined, null, {}, { x: null }, { x: '', y: undefined }],
    ],
    ['labels without a prototype', [{ x: 1 }, Object.assign(Object.create(null), { x: 1 })]],
    ['inherited properties, which are not labels', [{ x: 1 }, Object.assign(Object.create({ y: 2 }), { x: 1 })]],
    ['properties that are not enumerable', [{ x: 1 }, Object.defineProperty({ x: 1 }, 'y', { value: 2 })]],
    ['symbols as names, which are not labels', [{ x: 1 }, { x: 1, [Symbol('y')]: 2 }]],
  ]
  for (const [what, labels] of same) {
    test(`${what}`, () => {
      assertOneSeries(labels)
      assertOneSeries(labels.toReversed())
      assertOneSeries([...labels, ...labels])
    })
  }
})

describe('different series', () => {
  const long = 'x'.repeat(100_000)
  // [what differs, labels]
  const others = [
    [
      'what a joined key would confuse',
      [{ a: '1|2', b: '3' }, { a: '1', b: '2|3' }, { a: '1|2|3' }, { a: '1,b:2' }, { a: '1', b: '2' }],
    ],
    ['what a JSON key would confuse', [{ a: '1","b":"2' }, { a: '1', b: '2' }, { a: '{"b":"2"}' }]],
    [
      'values with separators',
      [{ a: '\0', b: '' }, { a: '', b: '\0' }, { a: '\u0001' }, { a: '\0\0' }, { a: ' ' }, { a: '\n' }, { a: '\\n' }],
    ],
    [
      'values swapped between names',
      [
        { a: 'x', b: 'y' },
        { a: 'y', b: 'x' },
      ],
    ],
    ['the same value under another name', [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }]],
    ['a name and a value swapped', [{ x: 'y' }, { y: 'x' }]],
    ['case, spaces and normal forms', [{ a: 'é' }, { a: 'e\u0301' }, { a: 'É' }, { a: ' é' }, { a: 'é ' }]],
    ['numbers that print differently', [{ a: 1 }, { a: 1.5 }, { a: '1.0' }, { a: 1e21 }, { a: '01' }, { a: -1 }]],
    ['words for nothing', [{ a: 'null' }, { a: 'undefined' }, { a: 'NaN' }, { a: false }, { a: 0 }, {}]],
    [
      'names and values of every object',
      [
        JSON.parse('{"__proto__":1}'),
        { constructor: 1 },
        { a: '__proto__' },
        { a: 'constructor' },
        { toString: 'x' },
        { a: 'hasOwnProperty' },
      ],
    ],
    ['integer-like names', [{ 1: 'x' }, { '01': 'x' }, { 2: 'x', 1: 'y' }]],
    ['long values that differ at the end', [{ a: long }, { a: `${long}y` }, { a: `${long}z` }]],
    ['characters beyond the basic plane', [{ a: '😀' }, { a: '😁' }, { a: '\ud83d' }]],
    ['names with illegal characters', [{ 'a.b': 1 }, { a_b: 1 }, { 'a/b': 1 }, { 'a b': 1 }, { ä: 1 }]],
  ]
  for (const [what, labels] of others) {
    test(`${what}`, () => {
      assertOwnSeries(labels)
      assertOwnSeries(labels.toReversed())
    })
  }
})

describe('a family', () => {
  test('accepts new names at any time', () => {
    const own = fresh()
    own.inc('a', 1, { x: 1 })
    own.inc('a', 2, { x: 1, y: 1 })
    own.inc('a', 4, { w: 1, x: 1 })
    own.inc('a', 8, { x: 1 })
    own.inc('a', 16, { y: 1, x: 1 })
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 9, 'a{x="1",y="1"}': 18, 'a{w="1",x="1"}': 4 })
  })

  test('finds a series by all 120 orders of five keys', () => {
    const own = fresh()
    const orders = permutations(['v', 'w', 'x', 'y', 'z'])
    for (let round = 0; round < 3; round++) {
      for (const order of orders) own.inc('a', 1, Object.fromEntries(order.map((name) => [name, name + round])))
    }
    const { counters } = own.snapshot()
    assert.deepEqual(Object.values(counters), [120, 120, 120])
  })

  test('keeps values separate in key orders beyond those it learns', () => {
    const own = fresh()
    const orders = permutations(['x', 'y', 'z'])
    for (let value = 0; value < 50; value++) {
      for (const [at, order] of orders.entries()) {
        own.inc('a', 10 ** at, Object.fromEntries(order.map((name) => [name, `${name}${value % (at + 2)}`])))
      }
    }
    const expected = new Map()
    for (let value = 0; value < 50; value++) {
      for (const at of orders.keys()) {
        const key = value % (at + 2)
        expected.set(key, (expected.get(key) ?? 0) + 10 ** at)
      }
    }
    for (const [key, sum] of expected) assert.equal(own.value('a', { x: `x${key}`, y: `y${key}`, z: `z${key}` }), sum)
  })

  test('accepts a label that is present in some calls and absent in others', () => {
    const own = fresh()
    for (let at = 0; at < 30; at++) own.inc('a', 1, { x: at % 2 ? 'odd' : undefined, y: at % 3 ? 'other' : null })
    const counts = [undefined, 'odd'].map((x) => [undefined, 'other'].map((y) => own.value('a', { x, y })))
    assert.deepEqual(counts, [
      [5, 10],
      [5, 10],
    ])
  })

  test('is not confused by another family with the same labels', () => {
    const own = fresh()
    own.inc('a', 1, { x: 1 })
    own.inc('b', 2, { x: 1 })
    own.observeMillis('a', 3, { x: 1 })
    assert.deepEqual([own.value('a', { x: 1 }), own.value('b', { x: 1 })], [1, 2])
    assert.equal(own.snapshot().timings['a{x="1"}'].total, 3)
  })

  test('accepts a thousand labels, and no more', () => {
    const own = fresh()
    const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`name${at}`, at]))
    own.inc('a', 3, labels)
    assert.equal(own.value('a', labels), 3)
    assert.throws(() => own.inc('a', 1, { ...labels, more: 1 }), isLabelError)
  })

  test('creates one series for one call, also if a label changes whenever it is read', () => {
    const own = fresh()
    let reads = 0
    const labels = {
      get x() {
        return `read ${++reads}`
      },
    }
    for (let calls = 1; calls <= 3; calls++) {
      own.inc('a', 1, labels)
      assert.deepEqual(Object.values(own.snapshot().counters), Array(calls).fill(1))
    }
  })
})

/** @param {string[]} items @returns {string[][]} */
function permutations(items) {
  if (items.length < 2) return [items]
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))
}

describe('labels() and recording by name', () => {
  test('reach the same series', () => {
    const own = fresh()
    const labels = { method: 'GET', status: 200 }
    own.inc('c', 1, labels)
    own.counter('c').labels(labels).inc(2)
    own.observeMillis('t', 1, labels)
    own.timing('t').labels({ status: '200', method: 'GET' }).observeMillis(2)
    const { counters, timings } = own.snapshot()
    assert.deepEqual(counters, { 'c{method="GET",status="200"}': 3 })
    assert.equal(timings['t{method="GET",status="200"}'].total, 3)
  })

  test('with the same labels twice are one series, of every kind', () => {
    const own = fresh()
    for (let at = 0; at < 2; at++) {
      own.counter('c').labels({ x: 1 }).inc()
      own.gauge('g').labels({ x: 1 }).inc()
      own.timing('t').labels({ x: 1 }).observeMillis(1)
      own.histogram('h').labels({ x: 1 }).observe(1)
    }
    for (const name of ['c', 'g']) assert.equal(own.value(name, { x: 1 }), 2)
    for (const name of ['t', 'h']) assert.equal(own.value(name, { x: 1 }).count, 2)
  })

  test('with labels that are all absent are the series without labels, of every kind', () => {
    const own = fresh()
    for (const labels of [{}, { x: undefined }, { x: '' }]) {
      own.counter('c').labels(labels).inc()
      own.gauge('g').labels(labels).inc()
      own.timing('t').labels(labels).observeMillis(1)
      own.histogram('h').labels(labels).observe(1)
    }
    own.counter('c').inc()
    own.gauge('g').inc()
    own.timing('t').observeMillis(1)
    own.histogram('h').observe(1)
    const { counters, gauges, timings, histograms } = own.snapshot()
    assert.deepEqual({ counters, gauges }, { counters: { c: 4 }, gauges: { g: 4 } })
    assert.deepEqual([timings.t.count, histograms.h.count], [4, 4])
  })

  test('do not follow later changes of the object', () => {
    const own = fresh()
    const labels = { x: 1 }
    const handle = own.counter('a').labels(labels)
    labels.x = 2
    handle.inc()
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 1 })
  })

  test('a bound handle returns only its own value', () => {
    const own = fresh()
    const [one, other] = [1, 2].map((x) => own.counter('a').labels({ x }))
    one.inc(3)
    other.inc(4)
    assert.deepEqual([one.value(), other.value()], [3, 4])
  })
})

test('a labelled timing is less precise than one without labels', () => {
  const own = fresh()
  for (const ms of [1, 1000]) {
    own.observeMillis('a', ms)
    own.observeMillis('a', ms, { x: 1 })
  }
  const [fine, coarse] = [own.value('a').p50, own.value('a', { x: 1 }).p50]
  assert.ok(fine >= 1 && fine - 1 <= 1 / 128, `${fine}`)
  assert.ok(coarse - 1 > 1 / 128 && coarse - 1 <= 1 / 16, `${coarse}`)
})

test('a labelled timing has the precision that was requested', () => {
  const own = fresh()
  const timing = own.timing({ name: 'a', precision: 3 }).labels({ x: 1 })
  for (const ms of [1, 1000]) timing.observeMillis(ms)
  assert.ok(timing.value().p50 - 1 <= 1 / 1024)
})

test('a snapshot key has its labels sorted by name, with backslash, quote and newline escaped', () => {
  const own = fresh()
  own.inc('a', 1, { z: 'C:\\x', b: 'say "hi"', c: 'two\nlines', a: '\t{}' })
  assert.deepEqual(Object.keys(own.snapshot().counters), ['a{a="\t{}",b="say \\"hi\\"",c="two\\nlines",z="C:\\\\x"}'])
})

test('a snapshot key is unique, whatever the names', () => {
  const own = fresh()
  own.inc('a', 1, { b: 'c' })
  own.inc('a{b="c"}', 2)
  own.inc('a', 4, { 'b="c",d': 'e' })
  own.inc('a', 8, { b: 'c', d: 'e' })
  own.inc('a{b="c"', 16, { d: 'e' })
  assert.deepEqual(
    Object.values(own.snapshot().counters).sort((one, other) => one - other),
    [1, 2, 4, 8, 16],
  )
})

test('hostile values are escaped in the exposition, one line per series', () => {
  const own = fresh()
  const values = ['"', '\\', '\n', '\\n', '"} 1\nevil_total 666', '{', '}', '\r', '\u2028', '\0', '😀', '\u202eRTL']
  for (const [at, value] of values.entries()) own.inc('a', at + 1, { x: value })
  const text = textOf(own.prometheusSync().body)
  assert.equal(text.split('\n').length, values.length + 2)
  for (const [at, value] of values.entries()) {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    assert.ok(text.includes(`\na_total{x="${escaped}"} ${at + 1}\n`), JSON.stringify(value))
  }
})

test('label names that escaping makes equal stay distinct in the exposition', () => {
  const own = fresh()
  own.inc('a', 1, { 'x.y': 1, x_y: 2, 'x/y': 3, U__x__y: 4 })
  const [sample] = Object.keys(samplesOf(own.prometheusSync().body))
  const names = [...sample.matchAll(/[{,]([^=]+)="/g)].map(([, name]) => name)
  assert.equal(names.length, 4)
  assert.equal(new Set(names).size, 4, sample)
})
