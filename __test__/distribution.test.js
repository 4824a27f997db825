'use strict'

// The short way of a value to its count, beside the long one, which `log-linear.test.js` is about.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { Distribution } = require('../lib/record/distribution')
const layout = require('../lib/record/layout')
const { LogLinear } = require('../lib/record/log-linear')
const { forgetExtremes } = require('../lib/record/shard')
const vectors = require('./vectors/log-linear.json')

const RANGES = {
  timing: [layout.TIMING_FIRST, layout.TIMING_ENTRIES],
  histogram: [layout.HISTOGRAM_FIRST, layout.HISTOGRAM_ENTRIES],
}
const HEAD = 1
const CELLS = 8192
const FIRST_PAGE = 64

/**
 * A head in a chunk, the handle of its series, and a shard that makes pages where `pageFor` says: at a cell of the chunk, or
 * undefined for another chunk, whose counts are only noted.
 */
function openHead({ kind, precision }, pageFor) {
  const cells = new Float64Array(CELLS)
  cells[HEAD + layout.MIN] = Infinity
  cells[HEAD + layout.MAX] = -Infinity
  const words = new Int32Array(cells.buffer)
  const directory = new Uint16Array(cells.buffer, 8 * (HEAD + layout.DIRECTORY))
  const elsewhere = new Map()
  const shard = {
    cellsOf: () => cells,
    wordsOf: () => words,
    countInPage(index, entry, known, cell) {
      assert.equal(index, HEAD)
      const page = known === 0 ? pageFor(entry) : undefined
      directory[entry] = page ?? layout.FAR + 3
      if (page === undefined) elsewhere.set(`${entry}/${cell}`, (elsewhere.get(`${entry}/${cell}`) ?? 0) + 1)
      else words[2 * page + cell]++
    },
    emptyPages() {
      elsewhere.set('emptied', (elsewhere.get('emptied') ?? 0) + 1)
    },
  }
  const logLinear = new LogLinear(shard, precision, ...RANGES[kind])
  const distribution = new Distribution()
  distribution.open(shard, HEAD, logLinear)
  return { cells, words, directory, elsewhere, distribution, logLinear }
}

/** Pages side by side from that of an entry on. */
function inRowFrom(first, precision) {
  const size = (1 << layout.PRECISION_BITS[precision]) / 2
  return (entry) => FIRST_PAGE + (entry - first) * size
}

/** A repeatable sequence of numbers from 0 up to 1. */
function random(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test('a value takes the short way once its page is known, to the cell that the table says', () => {
  const rows = vectors.filter(({ value, precision }) => value > 0 && precision < 3)
  assert.ok(rows.length > 100)
  for (const vector of rows) {
    const { words, distribution } = openHead(vector, () => FIRST_PAGE)
    assert.equal(distribution.record(vector.value), false)
    distribution.recordAny(vector.value)
    // rows end where a half cannot be added, and a value beyond the range has a place, but not this one
    const isQuick = vector.value >= 2 ** RANGES[vector.kind][0] && vector.value < 2 ** 52
    assert.equal(distribution.record(vector.value), isQuick, JSON.stringify(vector))
    assert.equal(words[2 * FIRST_PAGE + vector.cell], isQuick ? 2 : 1, JSON.stringify(vector))
  }
})

for (const kind of ['timing', 'histogram']) {
  for (const precision of [1, 2]) {
    test(`both ways leave the same memory behind: a ${kind} of precision ${precision}`, () => {
      const next = random(7)
      const size = (1 << layout.PRECISION_BITS[precision]) / 2
      const rounded = kind === 'timing' ? Math.round : (value) => value
      const sequences = {
        'log-normal': () => rounded(1000 * Math.exp(3 * (next() + next() + next() - 1.5))),
        constant: () => rounded(77),
        'two values': () => rounded(next() < 0.5 ? 3 : 3000),
        'ever larger': (
          (value) => () =>
            rounded((value *= 1.01))
        )(1),
        'ever smaller': (
          (value) => () =>
            rounded((value /= 1.01))
        )(1e6),
        'with zeros': () => (next() < 0.2 ? 0 : rounded(9 * next())),
        'at the edges of cells': () => rounded(2 ** Math.floor(12 * next()) * (next() < 0.5 ? 1 : 1 + 1 / (2 * size))),
      }
      for (const [name, sequence] of Object.entries(sequences)) {
        /** Pages come side by side, apart, or in another chunk. */
        const placing = () => {
          const chance = random(3)
          let free = FIRST_PAGE
          return () => {
            if (chance() < 0.2) return undefined
            if (chance() < 0.3) free += size
            free += size
            return free - size
          }
        }
        const [short, long] = [openHead({ kind, precision }, placing()), openHead({ kind, precision }, placing())]
        let quick = 0
        for (let turn = 0; turn < 2000; turn++) {
          const value = sequence()
          if (turn % 500 === 499) forgetExtremes()
          if (short.distribution.record(value)) quick++
          else short.distribution.recordAny(value)
          long.logLinear.recordAny(long.cells, long.words, HEAD, value)
        }
        assert.deepEqual(short.cells, long.cells, name)
        assert.deepEqual(short.elsewhere, long.elsewhere, name)
        if (name === 'constant') assert.ok(quick > 1900, `${quick} of 2000 took the short way`)
      }
    })
  }
}

test('what is no value of a known page records nothing', () => {
  const { cells, distribution } = openHead({ kind: 'histogram', precision: 2 }, inRowFrom(64, 2))
  for (const value of [2, 5, 9]) distribution.recordAny(value)
  const before = Float64Array.from(cells)
  for (const value of [NaN, -NaN, Infinity, -Infinity, -5, 0, -0, 1, 1e-300, 1e300, 16]) {
    assert.equal(distribution.record(value), false, String(value))
  }
  assert.deepEqual(cells, before)
  assert.equal(distribution.record(5), true)
})

test('a value beyond the smallest or the largest one takes the long way, also in the same cell', () => {
  const { cells, distribution } = openHead({ kind: 'histogram', precision: 1 }, inRowFrom(64, 1))
  for (const value of [2, 4.01, 9]) distribution.recordAny(value)
  for (const value of [2.01, 9, 2, 4]) assert.equal(distribution.record(value), true)
  assert.equal(distribution.record(9.001), false)
  distribution.recordAny(9.001)
  assert.equal(distribution.record(9.001), true)
  assert.deepEqual([cells[HEAD + layout.MIN], cells[HEAD + layout.MAX]], [2, 9.001])
  assert.equal(cells[HEAD + layout.SUM], 2 + 4.01 + 9 + 2.01 + 9 + 2 + 4 + 9.001 + 9.001)
})

test('zeros take the short way after the first one', () => {
  const { cells, distribution } = openHead({ kind: 'histogram', precision: 2 }, inRowFrom(64, 2))
  distribution.recordAny(5)
  assert.equal(distribution.record(0), false)
  distribution.recordAny(0)
  assert.deepEqual([distribution.record(0), distribution.record(-0)], [true, true])
  assert.deepEqual([cells[HEAD + layout.ZERO], cells[HEAD + layout.SUM]], [3, 5])
})

test('values between take the short way in all pages side by side', () => {
  const { distribution } = openHead({ kind: 'timing', precision: 2 }, inRowFrom(3, 2))
  for (const value of [2 ** 6, 2 ** 3, 2 ** 5, 2 ** 4, 2 ** 7]) distribution.recordAny(value)
  for (let value = 2 ** 3; value <= 2 ** 7; value++) assert.equal(distribution.record(value), true, String(value))
  assert.equal(distribution.record(2 ** 7 + 1), false)
})

test('a page elsewhere does not end the short way to those side by side', () => {
  const row = inRowFrom(3, 2)
  const { distribution } = openHead({ kind: 'timing', precision: 2 }, (entry) => (entry > 5 ? undefined : row(entry)))
  for (const value of [2 ** 3, 2 ** 4, 2 ** 5, 2 ** 20, 2 ** 30]) distribution.recordAny(value)
  assert.equal(distribution.record(20), true)
  assert.equal(distribution.record(2 ** 20), false)
})

test('pages that are not side by side are found too, and the row follows the values', () => {
  const apart = new Map([
    [3, 64],
    [4, 128],
    [20, 256],
  ])
  const { words, distribution } = openHead({ kind: 'timing', precision: 2 }, (entry) => apart.get(entry))
  for (const value of [2 ** 3, 2 ** 4, 2 ** 20, 2 ** 20 + 2 ** 19]) distribution.recordAny(value)
  const row = () => [distribution.first, distribution.last]
  assert.deepEqual(row(), [2 * 64, 2 * 192 - 1])
  let long = 0
  for (let turn = 0; turn < 2000; turn++) {
    if (distribution.record(2 ** 20 + 2 ** 18)) continue
    long++
    distribution.recordAny(2 ** 20 + 2 ** 18)
  }
  assert.deepEqual(row(), [2 * 256, 2 * 320 - 1])
  assert.deepEqual([long, words[2 * 256 + 32]], [1, 2000])
})

test('once extremes have begun anew, they are read again before the short way is taken', () => {
  const { cells, distribution } = openHead({ kind: 'timing', precision: 2 }, inRowFrom(3, 2))
  for (const value of [8, 15, 12]) distribution.recordAny(value)
  assert.equal(distribution.record(12), true)
  cells[HEAD + layout.MIN] = Infinity
  cells[HEAD + layout.MAX] = -Infinity
  forgetExtremes()
  assert.equal(distribution.record(12), false)
  distribution.recordAny(12)
  assert.deepEqual([cells[HEAD + layout.MIN], cells[HEAD + layout.MAX]], [12, 12])
  assert.deepEqual([distribution.record(12), distribution.record(13)], [true, false])
})

test('a count that would be full is left to the long way', () => {
  const { words, elsewhere, distribution } = openHead({ kind: 'timing', precision: 2 }, inRowFrom(3, 2))
  for (const value of [8, 10, 15]) distribution.recordAny(value)
  const place = 2 * FIRST_PAGE + (10 - 8) * 16
  assert.equal(words[place], 1)
  words[place] = layout.FULL - 2
  assert.deepEqual([distribution.record(10), distribution.record(10)], [true, false])
  distribution.recordAny(10)
  assert.deepEqual([words[place], elsewhere.get('emptied')], [layout.FULL, 1])
})
