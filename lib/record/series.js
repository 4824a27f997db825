'use strict'

// One series in this thread: what the handles of all kinds share. A thread has one handle for each series, the leaf of the
// label table. Removing the series resets its handle, so that nobody writes its cells when another series claims them; when
// the handle is used again, it takes its place in the table and claims other cells.

/** @typedef {import('./types').Node} Node */

/** Forgets the cells. @type {unique symbol} */
const RESET = Symbol('tallystick reset')
/** Claims cells if it has none, for a recording or because the series is shown before it. @type {unique symbol} */
const OPEN = Symbol('tallystick open')

/**
 * Keeps an exemplar of a recording that has been made: its value, and the exemplar's names and values in turn.
 * @type {unique symbol}
 */
const EXEMPLAR = Symbol('tallystick exemplar')

/** Notes whether the collector has a function for exemplars. @type {unique symbol} */
const SAMPLE = Symbol('tallystick sample')

/** @type {(series: Series) => Node} where it is, or was, in the label table */
let nodeOf
/** @type {(series: Series) => string} the value of its last label */
let keyOf
/** @type {(series: Series, node: Node, key: string) => void} the table has it elsewhere now */
let move

class Series {
  /** @type {Node} */
  #node
  #key

  /** @param {Node} node the last but one step of its labels' values @param {string} key the last value */
  constructor(node, key) {
    this.#node = node
    this.#key = key
  }

  // functions of this package rather than methods: from a node there is a way to the arrays of cells
  static {
    nodeOf = (series) => series.#node
    keyOf = (series) => series.#key
    move = (series, node, key) => {
      series.#node = node
      series.#key = key
    }
  }

  [RESET]() {}
  [OPEN]() {}
  [SAMPLE]() {}
  /** @param {number} _value @param {string[]} _strings */
  [EXEMPLAR](_value, _strings) {}
}

/** Whether the name of an instrument's family is free for another one: then it records nothing. @param {any} instrument */
function isUnregistered(instrument) {
  return nodeOf(instrument).tree.family.isUnregistered
}

module.exports = {
  EXEMPLAR: /** @type {typeof EXEMPLAR} */ (EXEMPLAR),
  OPEN: /** @type {typeof OPEN} */ (OPEN),
  RESET: /** @type {typeof RESET} */ (RESET),
  SAMPLE: /** @type {typeof SAMPLE} */ (SAMPLE),
  Series,
  isUnregistered,
  keyOf,
  move,
  nodeOf,
}
