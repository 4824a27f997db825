'use strict'

// `tests/layout.rs` reads the same table: where both pass, JavaScript counts in the cell that Rust reads.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const layout = require('../lib/record/layout')
const { LogLinear, recordWhole } = require('../lib/record/log-linear')
const vectors = require('./vectors/log-linear.json')

const RANGES = {
  timing: [layout.TIMING_FIRST, layout.TIMING_ENTRIES],
  histogram: [layout.HISTOGRAM_FIRST, layout.HISTOGRAM_ENTRIES],
}
const HEAD = 1
const CELLS = 4096
/** The index of a cell in another chunk. */
const FAR_PAGE = 7 << layout.CHUNK_BITS

/** A head without pages, and a shard that notes what it is asked for instead of doing it. */
function emptyHead() {
  const cells = new Float64Array(CELLS)
  cells[HEAD + layout.MIN] = Infinity
  cells[HEAD + layout.MAX] = -Infinity
  const words = new Int32Array(cells.buffer)
  const asked = []
  const shard = {
    page(index, entry) {
      asked.push({ index, entry })
      return FAR_PAGE
    },
    farPage(_index, _entry, page) {
      return page
    },
    add(cell, delta) {
      asked.push({ cell, delta })
    },
  }
  return { cells, words, asked, shard }
}

function layoutOf({ kind, precision }, shard) {
  return new LogLinear(shard, precision, ...RANGES[kind])
}

/** Where a value is counted: the entry whose page is asked for, and the cell of that page. */
function placeOf(vector) {
  const { cells, words, asked, shard } = emptyHead()
  layoutOf(vector, shard).recordAny(cells, words, HEAD, vector.value)
  const [{ index, entry }, { cell, delta }] = asked
  assert.deepEqual({ index, delta, calls: asked.length }, { index: HEAD, delta: 1, calls: 2 })
  return { entry, cell: cell - FAR_PAGE }
}

test('any value is counted in the entry and the cell that the table says', () => {
  assert.ok(vectors.length > 100)
  for (const vector of vectors) {
    const { entry, cell } = vector
    assert.deepEqual(placeOf(vector), { entry, cell }, JSON.stringify(vector))
  }
})

test('a whole number of nanoseconds is counted there the short way too, and recorded as the long way does', () => {
  const fits = ({ kind, value }) => kind === 'timing' && Number.isInteger(value) && value >= 1 && value < 2 ** 31
  const rows = vectors.filter(fits)
  assert.ok(rows.length > 100)
  for (const vector of rows) {
    const [short, long] = [emptyHead(), emptyHead()]
    for (const { words } of [short, long]) words[2 * (HEAD + layout.DIRECTORY) + vector.entry] = 200
    const timing = layoutOf(vector, long.shard)
    timing.recordAny(long.cells, long.words, HEAD, vector.value)
    assert.equal(recordWhole(short.cells, short.words, HEAD, timing.wholeShift, vector.value), true)
    assert.equal(short.cells[200 + vector.cell], 1, JSON.stringify(vector))
    assert.deepEqual(short.cells, long.cells, JSON.stringify(vector))
  }
})

test('the short way leaves a value alone whose page is missing or in another chunk', () => {
  for (const page of [0, FAR_PAGE + layout.FAR]) {
    const { cells, words, shard } = emptyHead()
    words[2 * (HEAD + layout.DIRECTORY) + 3] = page
    const before = Float64Array.from(cells)
    const { wholeShift } = layoutOf({ kind: 'timing', precision: 2 }, shard)
    assert.equal(recordWhole(cells, words, HEAD, wholeShift, 9), false)
    assert.deepEqual(cells, before)
  }
})

test('a page in the head’s own chunk is written without the shard', () => {
  for (const vector of vectors.filter(({ precision }) => precision < 3)) {
    const { cells, words, asked, shard } = emptyHead()
    const page = 200
    words[2 * (HEAD + layout.DIRECTORY) + vector.entry] = page
    layoutOf(vector, shard).recordAny(cells, words, HEAD, vector.value)
    assert.deepEqual(asked, [], JSON.stringify(vector))
    assert.equal(cells[page + vector.cell], 1, JSON.stringify(vector))
  }
})

test('a known page of another chunk is counted in without asking for it again', () => {
  const { cells, words, asked, shard } = emptyHead()
  words[2 * (HEAD + layout.DIRECTORY)] = FAR_PAGE + layout.FAR
  layoutOf({ kind: 'timing', precision: 1 }, shard).recordAny(cells, words, HEAD, 1)
  assert.deepEqual(asked, [{ cell: FAR_PAGE, delta: 1 }])
})

test('zero is counted in a cell of its own and in no page', () => {
  for (const kind of ['timing', 'histogram']) {
    const { cells, words, asked, shard } = emptyHead()
    layoutOf({ kind, precision: 2 }, shard).recordAny(cells, words, HEAD, 0)
    assert.deepEqual(asked, [])
    const head = ['ZERO', 'SUM', 'MIN', 'MAX'].map((name) => cells[HEAD + layout[name]])
    assert.deepEqual(head, [1, 0, 0, 0])
  }
})

test('a value is added to the sum and moves the extremes', () => {
  const { cells, words, shard } = emptyHead()
  const timing = layoutOf({ kind: 'timing', precision: 2 }, shard)
  for (const value of [5, 3, 9]) timing.recordAny(cells, words, HEAD, value)
  const head = ['SUM', 'MIN', 'MAX'].map((name) => cells[HEAD + layout[name]])
  assert.deepEqual(head, [17, 3, 9])
})
