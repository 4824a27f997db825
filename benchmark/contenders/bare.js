'use strict'

// Lower limits: the least that a recording must do, without a library.

const { evenly } = require('../loop')
const { SERIES, methodOf, statusOf } = require('../request-labels')

/** One addition to one of the cells. @param {number} count a power of two */
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

/** A log-linear distribution of positive values, all of whose cells exist from the start. */
class PrivateDistribution {
  #cells = Float64Array.of(0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  #counts
  #shift

  /** @param {number} bits each power of two has 2^`bits` cells */
  constructor(bits) {
    this.#counts = new Int32Array(1 << (11 + bits))
    this.#shift = 20 - bits
  }

  /** @param {number} value */
  add(value) {
    FLOAT[0] = value
    this.#counts[WORDS[1] >>> this.#shift] += 1
    const cells = this.#cells
    cells[0] += value
    if (value < cells[1]) cells[1] = value
    if (value > cells[2]) cells[2] = value
  }

  get count() {
    return this.#counts.reduce((sum, count) => sum + count, 0)
  }
}

/**
 * A count, found by the float's bits, a sum, a minimum and a maximum, in private arrays that no other thread reads.
 * @param {number[]} values a power of two of them
 */
function privateDistribution(values) {
  const distribution = new PrivateDistribution(7)
  const mask = values.length - 1
  return {
    record: (/** @type {number} */ turn) => distribution.add(values[turn & mask]),
    recorded: () => [distribution.count],
  }
}

/**
 * Finds things by the values of their labels, in maps of maps. Nothing is checked.
 * @template Thing
 * @param {() => Thing} make
 * @returns {(labels: Record<string, string>) => Thing}
 */
function findingByMaps(make) {
  /** @type {Map<string, any>} */
  const byValue = new Map()

  /** @param {Record<string, string>} labels */
  function enter({ method, status }) {
    const byStatus = byValue.get(method) ?? new Map()
    const thing = make()
    byValue.set(method, byStatus.set(status, thing))
    return thing
  }

  return (labels) => {
    let node = byValue
    for (const name in labels) {
      const next = node.get(labels[name])
      if (next === undefined) return enter(labels)
      node = next
    }
    return /** @type {any} */ (node)
  }
}

/** One addition to a cell that is found by labels. */
function labelsByMaps() {
  const cells = new Float64Array(SERIES)
  let used = 0
  const cellOf = findingByMaps(() => used++)
  return {
    record: (/** @type {number} */ turn) => {
      cells[cellOf({ method: methodOf(turn), status: statusOf(turn) })] += 1
    },
    recorded: () => [...cells],
    expected: evenly(SERIES),
  }
}

/** A distribution that is found by labels. @param {number[]} values a power of two of them */
function distributionsByMaps(values) {
  /** @type {PrivateDistribution[]} */
  const all = []
  const distributionOf = findingByMaps(() => {
    const distribution = new PrivateDistribution(3)
    all.push(distribution)
    return distribution
  })
  const mask = values.length - 1
  return {
    record: (/** @type {number} */ turn) =>
      distributionOf({ method: methodOf(turn), status: statusOf(turn) }).add(values[turn & mask]),
    recorded: () => [all.reduce((sum, { count }) => sum + count, 0)],
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

module.exports = {
  cellsInTurn,
  clockTwice,
  distributionsByMaps,
  labelsByMaps,
  privateCellsInTurn,
  privateDistribution,
}
