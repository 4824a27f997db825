'use strict'

// `tests/layout.rs` reads the same table: where both pass, JavaScript counts in the cell that Rust reads.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const layout = require('../lib/record/layout')
const { LogLinear } = require('../lib/record/log-linear')
const vectors = require('./vectors/log-linear.json')

const RANGES = {
  timing: [layout.TIMING_FIRST, layout.TIMING_ENTRIES],
  histogram: [layout.HISTOGRAM_FIRST, layout.HISTOGRAM_ENTRIES],
}
const HEAD = 1
const CELLS = 4096

/** A head without pages, and a shard that notes what it is asked for instead of doing it. */
function emptyHead() {
  const cells = new Float64Array(CELLS)
  cells[HEAD + layout.MIN] = Infinity
  cells[HEAD + layout.MAX] = -Infinity
  const words = new Int32Array(cells.buffer)
  const asked = []
  const shard = {
    countInPage(index, entry, known, cell) {
      asked.push({ index, entry, known, cell })
    },
    emptyPages(index) {
      asked.push({ emptied: index })
    },
  }
  return { cells, words, asked, shard }
}

/** Enters a page in the directory, whose entries are 16 bits wide. */
function enter(cells, entry, page) {
  new Uint16Array(cells.buffer)[4 * (HEAD + layout.DIRECTORY) + entry] = page
}

function layoutOf({ kind, precision }, shard) {
  return new LogLinear(shard, precision, ...RANGES[kind])
}

/** Where a value is counted: the entry whose page is asked for, and the cell of that page. */
function placeOf(vector) {
  const { cells, words, asked, shard } = emptyHead()
  layoutOf(vector, shard).recordAny(cells, words, HEAD, vector.value)
  const [{ index, entry, known, cell }] = asked
  assert.deepEqual({ index, known, calls: asked.length }, { index: HEAD, known: 0, calls: 1 })
  return { entry, cell }
}

test('any value is counted in the entry and the cell that the table says', () => {
  assert.ok(vectors.length > 100)
  for (const vector of vectors) {
    const { entry, cell } = vector
    assert.deepEqual(placeOf(vector), { entry, cell }, JSON.stringify(vector))
  }
})

test('a page in the head’s own chunk is written without the shard', () => {
  for (const vector of vectors.filter(({ precision }) => precision < 3)) {
    const { cells, words, asked, shard } = emptyHead()
    const page = 200
    enter(cells, vector.entry, page)
    assert.equal(layoutOf(vector, shard).recordAny(cells, words, HEAD, vector.value), false)
    assert.deepEqual(asked, [], JSON.stringify(vector))
    assert.equal(words[2 * page + vector.cell], 1, JSON.stringify(vector))
  }
})

test('a known page of another chunk is left to the shard', () => {
  const { cells, words, asked, shard } = emptyHead()
  const known = layout.FAR + 3
  enter(cells, 0, known)
  layoutOf({ kind: 'timing', precision: 1 }, shard).recordAny(cells, words, HEAD, 1)
  assert.deepEqual(asked, [{ index: HEAD, entry: 0, known, cell: 0 }])
})

test('a page is emptied when a count of it is full', () => {
  const { cells, words, asked, shard } = emptyHead()
  const page = 200
  enter(cells, 0, page)
  words[2 * page] = layout.FULL - 2
  const timing = layoutOf({ kind: 'timing', precision: 1 }, shard)
  timing.recordAny(cells, words, HEAD, 1)
  assert.deepEqual([words[2 * page], asked], [layout.FULL - 1, []])
  timing.recordAny(cells, words, HEAD, 1)
  assert.deepEqual([words[2 * page], asked], [layout.FULL, [{ emptied: HEAD }]])
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
