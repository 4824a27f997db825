'use strict'

// `tests/layout.rs` reads the same table: if both pass, JavaScript counts in the bucket that Rust reads.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { DistributionSeries, open, record, recordAny } = require('../../lib/record/distribution')
const layout = require('../../lib/record/layout')
const { LogLinear } = require('../../lib/record/log-linear')
const vectors = require('../vectors/log-linear.json')

const RANGES = {
  timing: [layout.TIMING_FIRST, layout.TIMING_ENTRIES],
  histogram: [layout.HISTOGRAM_FIRST, layout.HISTOGRAM_ENTRIES],
}
const HEAD = 1
const CELLS = 8192
const FLAT_CELLS = 1 << 17
const PAGE = 512

/** An empty distribution and what is asked of its tree: each count of a page that is not in the head's chunk. */
function empty({ kind, precision }, isFlat = false) {
  const cells = new Float64Array(isFlat ? FLAT_CELLS : CELLS)
  cells[HEAD + layout.MIN] = Infinity
  cells[HEAD + layout.MAX] = -Infinity
  const words = new Int32Array(cells.buffer)
  const asked = []
  const tree = {
    family: { isBounded: false },
    layout: new LogLinear(precision, ...RANGES[kind], isFlat),
    shard: {
      cellsOf: () => cells,
      wordsOf: () => words,
      entriesOf: () => new Int16Array(cells.buffer),
      count(_head, page, bucket) {
        words[2 * page + bucket] += 1
      },
    },
    register: () => HEAD,
    countInPage: (index, entry, bucket) => asked.push({ index, entry, bucket }),
    flush: (index) => asked.push({ flushed: index }),
  }
  const series = new DistributionSeries({ tree }, '')
  open(series)
  /** Puts an entry's page at a cell of the head's chunk. */
  const enter = (entry, page) => {
    new Uint16Array(cells.buffer)[layout.ENTRIES_PER_CELL * (HEAD + layout.DIRECTORY) + entry] = page
  }
  const head = (...names) => names.map((name) => cells[HEAD + layout[name]])
  return { words, asked, series, enter, head }
}

test('any value is counted in the entry and the bucket of the table', () => {
  assert.ok(vectors.length > 100)
  for (const vector of vectors) {
    const { asked, series } = empty(vector)
    recordAny(series, vector.value)
    const { entry, bucket } = vector
    assert.deepEqual(asked[0], { index: HEAD, entry, bucket }, JSON.stringify(vector))
  }
})

test('a value within the range whose page is known is counted there without the shard', () => {
  const within = vectors.filter(({ kind, value }) => value >= 2 ** RANGES[kind][0] && value < 2 ** 40)
  assert.ok(within.length > 100)
  for (const vector of within) {
    const { words, asked, series, enter, head } = empty(vector)
    assert.equal(record(series, vector.value), false, 'no page is known')
    enter(vector.entry, PAGE)
    assert.equal(record(series, vector.value), true, JSON.stringify(vector))
    assert.deepEqual(asked, [])
    assert.equal(words[2 * PAGE + vector.bucket], 1, JSON.stringify(vector))
    assert.deepEqual(head('SUM', 'MIN', 'MAX'), [vector.value, vector.value, vector.value])
  }
})

test('without labels any value is counted behind the head, in the page and the bucket that the table says', () => {
  for (const vector of vectors) {
    const bits = layout.PRECISION_BITS[vector.precision]
    const at = 2 * (HEAD + layout.PAGES) + (vector.entry << bits) + vector.bucket
    const { words, asked, series } = empty(vector, true)
    recordAny(series, vector.value)
    assert.equal(words[at], 1, JSON.stringify(vector))
    if (record(series, vector.value)) assert.equal(words[at], 2, JSON.stringify(vector))
    assert.ok(
      asked.every(({ entry }) => entry === undefined),
      'no page is claimed',
    )
  }
})

test('without labels, too, a value out of range takes the slow path', () => {
  for (const kind of ['timing', 'histogram']) {
    const { series } = empty({ kind, precision: 3 }, true)
    for (const value of [NaN, -NaN, Infinity, -Infinity, -5, 0, -0, 1e-300, 1e300]) {
      assert.equal(record(series, value), false, String(value))
    }
    assert.equal(record(series, 2 ** RANGES[kind][0]), true)
    assert.equal(record(series, 2 ** RANGES[kind].reduce((first, entries) => first + entries)), false)
  }
})

test('a value out of range, or with its page in another chunk, takes the slow path', () => {
  for (const kind of ['timing', 'histogram']) {
    const { words, series, enter } = empty({ kind, precision: 1 })
    for (let entry = 0; entry < RANGES[kind][1]; entry++) enter(entry, PAGE)
    for (const value of [NaN, -NaN, Infinity, -Infinity, -5, 0, -0, 1e-300, 1e300]) {
      assert.equal(record(series, value), false, String(value))
    }
    assert.equal(record(series, 16), true)
    enter(4 - RANGES[kind][0], layout.FAR + 3)
    assert.equal(record(series, 16), false)
    assert.equal(words[2 * PAGE], 1)
  }
})

test('a shard flushes a distribution before a count is full or its sum is too large', () => {
  const { words, asked, series, enter } = empty({ kind: 'histogram', precision: 1 })
  const entry = 4 - layout.HISTOGRAM_FIRST
  enter(entry, PAGE)
  words[2 * PAGE] = layout.FULL - 2
  assert.equal(record(series, 16), true)
  assert.equal(record(series, 16), false)
  recordAny(series, 16)
  assert.deepEqual(asked, [{ index: HEAD, entry, bucket: 0 }])
  recordAny(series, layout.LARGE)
  assert.deepEqual(asked.at(-1), { flushed: HEAD })
})

test('zero is counted in its own cell and in no page', () => {
  for (const kind of ['timing', 'histogram']) {
    const { asked, series, head } = empty({ kind, precision: 2 })
    recordAny(series, 0)
    assert.deepEqual(asked, [])
    assert.deepEqual(head('ZERO', 'SUM', 'MIN', 'MAX'), [1, 0, 0, 0])
  }
})

test('a value is added to the sum and moves the extremes', () => {
  const { series, head } = empty({ kind: 'timing', precision: 2 })
  for (const value of [5, 3, 9]) recordAny(series, value)
  assert.deepEqual(head('SUM', 'MIN', 'MAX'), [17, 3, 9])
})
