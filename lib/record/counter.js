'use strict'

// Counters. Recording is one addition to a cell that belongs to this thread alone.

const { unexpectedArgument } = require('../errors/values')
const { exemplarIn, putExemplar } = require('./exemplars')
const { labelled } = require('./labelled')
const { CHUNK_MASK, LARGE } = require('./layout')
const { checkedDelta, checkedTotal } = require('./numbers')
const { EXEMPLAR, OPEN, RESET, SAMPLE, Series, nodeOf } = require('./series')
const { readValue } = require('./series-values')
const { NO_CELLS } = require('./shard')

/** @typedef {import('./types').Node} Node */

/** The bit that makes the index of a cell negative, so that recordings take the slow path and may have exemplars. */
const SAMPLED = 1 << 31

/** @type {(counter: BoundCounter, delta: number) => void} the slow path */
let count
/** @type {(counter: BoundCounter, delta: number, options: unknown) => void} */
let countWith
/** @type {(counter: BoundCounter, total: number) => void} */
let followTotal
/**
 * Lends the cell of a counter, which is claimed if it has none, to another object, which may count in it until its method RESET is
 * called. Undefined where each recording has to take the slow path.
 * @type {(counter: BoundCounter, borrower: Borrower) => Float64Array | undefined} an array of this one cell
 */
let lend

/** @typedef {{ [RESET](): void }} Borrower */

class Rest {
  /** the sibling cells for deltas that are not above 0; 0 while there is none */
  decrements = 0
  zeros = 0
  /** the latest total of a source that counts itself */
  total = 0
  /** @type {Borrower | undefined} */
  borrower = undefined
}

/**
 * One series. There are many of them, so it has few fields. It has no private methods, which would add a word to each object.
 */
class BoundCounter extends Series {
  #cells
  /** its cell's index, 0 while it has none; with the bit above if the collector has a function for exemplars */
  #cell
  /** @type {Rest | undefined} what few counters need */
  #rest

  static isLazy = false

  static {
    count = (counter, delta) => {
      if (counter.#cell === 0) {
        const leaf = nodeOf(counter).tree.attach(counter)
        if (leaf !== counter) return leaf?.inc(delta)
        counter[OPEN]()
      }
      add(counter, delta)
      if (delta > 0 && counter.#cell < 0) ask(counter, delta)
    }

    /** @param {BoundCounter} counter that has a cell @param {number} delta */
    const add = (counter, delta) => {
      if (delta <= 0) return countInSibling(counter, delta)
      const cells = counter.#cells
      const at = counter.#cell & CHUNK_MASK
      const sum = cells[at] + delta
      cells[at] = sum
      if (sum > LARGE) nodeOf(counter).tree.shard.flush(counter.#cell & ~SAMPLED)
    }

    /** @param {BoundCounter} counter @param {number} delta */
    const ask = (counter, delta) => {
      counter.#cell &= ~SAMPLED
      const { sampler } = nodeOf(counter).tree.shard
      sampler?.askAgainLater(counter)
      sampler?.ask(counter.#cell, delta)
    }

    countWith = (counter, delta, options) => {
      const exemplar = exemplarIn(options)
      const { tree } = nodeOf(counter)
      if (counter.#cell === 0) {
        const leaf = tree.attach(counter)
        if (leaf !== counter) return leaf?.inc(delta, options)
        counter[OPEN]()
      }
      add(counter, delta)
      if (delta > 0) counter[EXEMPLAR](delta, exemplar)
    }

    /** Counts in a sibling cell, so that each cell only goes up. @param {BoundCounter} counter @param {number} delta 0 or below */
    const countInSibling = (counter, delta) => {
      const { shard } = nodeOf(counter).tree
      counter.#rest ??= new Rest()
      const rest = counter.#rest
      if (delta < 0) {
        rest.decrements ||= shard.decrements(counter.#cell & ~SAMPLED)
        shard.add(rest.decrements, -delta)
      } else {
        rest.zeros ||= shard.zeros(counter.#cell & ~SAMPLED)
        shard.add(rest.zeros, 1)
      }
    }

    followTotal = (counter, total) => {
      const { tree } = nodeOf(counter)
      const { shard } = tree
      // what several totals have gone up by cannot be told from their latest one
      if (tree.isShared(counter)) return require('./folding').warnOfTotals(tree.family)
      // a series that another thread has removed starts over at the whole total
      shard.releaseRemoved()
      if (counter.#cell === 0) {
        const leaf = tree.attach(counter)
        if (leaf !== counter) return leaf?.setTotal(total)
        counter[OPEN]()
      }
      counter.#rest ??= new Rest()
      const { total: last } = counter.#rest
      counter.#rest.total = total
      if (total === last) {
        // a source that is still read is not idle: were its series to leave, it would come back with the whole total
        if (tree.family.options().ttl !== undefined) countInSibling(counter, 0)
        return
      }
      const cells = counter.#cells
      const at = counter.#cell & CHUNK_MASK
      // a source whose total went down has started over at 0; without other increments the sum is the total itself, unrounded
      const sum = total < last ? cells[at] + total : cells[at] === last ? total : cells[at] + (total - last)
      cells[at] = sum
      if (sum > LARGE) shard.flush(counter.#cell & ~SAMPLED)
    }

    lend = (counter, borrower) => {
      if (counter.#cell === 0 && nodeOf(counter).tree.attach(counter) === counter) counter[OPEN]()
      if (counter.#cell <= 0) return undefined
      counter.#rest ??= new Rest()
      counter.#rest.borrower?.[RESET]()
      counter.#rest.borrower = borrower
      const { buffer, byteOffset, BYTES_PER_ELEMENT } = counter.#cells
      return new Float64Array(buffer, byteOffset + BYTES_PER_ELEMENT * (counter.#cell & CHUNK_MASK), 1)
    }
  }

  /** @param {Node} node @param {string} key @param {number} [cell] */
  constructor(node, key, cell = 0) {
    super(node, key)
    this.#cells = cell === 0 ? NO_CELLS : node.shard.cellsOf(cell)
    this.#cell = cell
    this.#rest = undefined
    if (node.shard.sampler !== undefined) this[SAMPLE]()
  }

  /** @param {number | null} [delta] @param {unknown} [options] */
  inc(delta, options) {
    if (options !== undefined) countWith(this, checkedDelta(delta), options)
    // Node.js 26 checks that a sum of whole numbers is exact, except after `++`: without, OpenTelemetry's `add(1)` takes a quarter more
    else if ((delta === undefined || delta === 1) && this.#cell > 0) this.#cells[this.#cell & CHUNK_MASK]++
    else count(this, checkedDelta(delta))
  }

  /** @param {number} total @param {unknown} [more] nothing */
  setTotal(total, more) {
    if (more !== undefined) throw unexpectedArgument('setTotal() takes one value', more)
    followTotal(this, checkedTotal(total))
  }

  [OPEN]() {
    if (this.#cell !== 0) return
    this.#cell = nodeOf(this).tree.register(this)
    this.#cells = nodeOf(this).tree.shard.cellsOf(this.#cell)
    this[SAMPLE]()
  }

  [SAMPLE]() {
    const isSampled = this.#cell !== 0 && nodeOf(this).tree.shard.sampler !== undefined
    this.#cell = (this.#cell & ~SAMPLED) | (isSampled ? SAMPLED : 0)
    if (isSampled) this.#rest?.borrower?.[RESET]()
  }

  /** @param {number} delta @param {string[]} strings */
  [EXEMPLAR](delta, strings) {
    putExemplar(nodeOf(this).tree.shard, this.#cell & ~SAMPLED, delta, strings)
  }

  [RESET]() {
    this.#cells = NO_CELLS
    this.#cell = 0
    this.#rest?.borrower?.[RESET]()
    this.#rest = undefined
  }

  /** @returns {number | undefined} */
  value() {
    return readValue(this, this.#cell & ~SAMPLED)
  }
}

/** The series without labels, and those with labels. */
class Counter extends labelled(BoundCounter) {
  #table

  /** @param {import('./types').Family} family */
  constructor(family) {
    super(family)
    this.#table = family.table
  }

  /** @param {import('../..').Labels} labels */
  labels(labels) {
    return this.#table.find(labels)
  }
}

/** @type {import('./types').Kind} */
const kind = {
  options: ['name', 'help', 'unit', 'labelNames', 'maxSeries', 'ttl', 'collect'],
  Instrument: Counter,
  Bound: BoundCounter,
}

module.exports = { BoundCounter, Counter, kind, lend }
