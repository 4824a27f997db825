'use strict'

// The limits: what the runtime itself takes for the least that must be done.

const { evenly } = require('../loop')
const { SERIES, methodOf, statusOf } = require('../request-labels')

/** One addition to one of so many cells. @param {number} count a power of two */
function cellsInTurn(count) {
  const cells = new Float64Array(count)
  const mask = count - 1
  return {
    record: (/** @type {number} */ turn) => {
      cells[turn & mask] += 1
    },
    recorded: () => [...cells],
    expected: evenly(count),
  }
}

/** A cell that only its counter can reach. */
class PrivateCell {
  #cells
  #cell

  /** @param {Float64Array} cells @param {number} cell */
  constructor(cells, cell) {
    this.#cells = cells
    this.#cell = cell
  }

  inc() {
    this.#cells[this.#cell] += 1
  }
}

/** The same through objects whose cells are private, as ours are. @param {number} count a power of two */
function privateCellsInTurn(count) {
  const cells = new Float64Array(count)
  const counters = Array.from(cells, (_, cell) => new PrivateCell(cells, cell))
  const mask = count - 1
  return {
    record: (/** @type {number} */ turn) => counters[turn & mask].inc(),
    recorded: () => [...cells],
    expected: evenly(count),
  }
}

const FLOAT = new Float64Array(1)
const WORDS = new Uint32Array(FLOAT.buffer)

/** A log-linear distribution of positive values, 128 cells for each power of two, and all of them there from the beginning. */
class PrivateDistribution {
  #cells
  #counts = new Int32Array(128 << 11)

  /** @param {Float64Array} cells the sum and the extremes */
  constructor(cells) {
    this.#cells = cells
  }

  /** @param {number} value */
  add(value) {
    FLOAT[0] = value
    this.#counts[WORDS[1] >>> 13] += 1
    const cells = this.#cells
    cells[0] += value
    if (value < cells[1]) cells[1] = value
    if (value > cells[2]) cells[2] = value
  }

  get count() {
    return this.#counts.reduce((sum, count) => sum + count, 0)
  }
}

/** A count by its float's bits, a sum and two extremes, in private arrays that nobody reads meanwhile. @param {number[]} values a power of two of them */
function privateDistribution(values) {
  const distribution = new PrivateDistribution(Float64Array.of(0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY))
  const mask = values.length - 1
  return {
    record: (/** @type {number} */ turn) => distribution.add(values[turn & mask]),
    recorded: () => [distribution.count],
  }
}

/** Labels of any names, read one after the other, and looked up in maps of maps by their values. */
function labelsByMaps() {
  /** @type {Map<string, any>} */
  const byValue = new Map()
  const cells = new Float64Array(SERIES)
  let used = 0

  /** @param {Record<string, string>} labels */
  function cellOf(labels) {
    let node = byValue
    for (const name in labels) {
      const next = node.get(labels[name])
      if (next === undefined) return enter(labels)
      node = next
    }
    return /** @type {any} */ (node)
  }

  /** @param {Record<string, string>} labels */
  function enter({ method, status }) {
    const byStatus = byValue.get(method) ?? new Map()
    byValue.set(method, byStatus.set(status, used))
    return used++
  }

  return {
    record: (/** @type {number} */ turn) => {
      cells[cellOf({ method: methodOf(turn), status: statusOf(turn) })] += 1
    },
    recorded: () => [...cells],
    expected: evenly(SERIES),
  }
}

/** Two readings of the clock, as a timer needs. */
function clockTwice() {
  let forward = 0
  return {
    record: () => {
      const began = performance.now()
      if (performance.now() >= began) forward++
    },
    recorded: () => [forward],
  }
}

module.exports = { cellsInTurn, clockTwice, labelsByMaps, privateCellsInTurn, privateDistribution }
