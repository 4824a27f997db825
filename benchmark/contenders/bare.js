'use strict'

// The limits: what the runtime itself takes for the least that must be done.

const { evenly } = require('../loop')

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

module.exports = { cellsInTurn, clockTwice }
