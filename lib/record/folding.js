'use strict'

// What becomes of label sets that have no room in their family: which label is folded, and the warning of it.

const binding = require('../native')
const { FOLDED, OVERFLOW, OVERFLOW_FAMILY, Room, hashOf } = require('./room')
const { nodeOf } = require('./series')

/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Tree} Tree */

/** The most characters of a name in a warning. */
const SHOWN = 80

class Folding {
  #family
  /** @type {string | undefined} */
  #label
  /** @type {Leaf | undefined} */
  #overflow

  /** @param {import('./types').Family} family */
  constructor(family) {
    this.#family = family
    this.room = new Room(family.shard.reference, family.current().number)
  }

  /** Whether any label set was folded in this thread. */
  get isFolding() {
    return this.#label !== undefined
  }

  /**
   * The name of the label to fold: the one that had most values when the family was full for the first time.
   * @param {Tree} tree whose last label it is if the family has handles only, and no series
   */
  #labelOf({ names, size }) {
    if (this.#label !== undefined) return this.#label
    const { number, shard } = this.#family
    const { name, values, isFirst } = binding.foldedLabel(shard.reference, number, names[names.length - 1])
    if (isFirst) this.#warn(name, values || size)
    this.#label = name
    return name
  }

  /** @param {string} label @param {number} values */
  #warn(label, values) {
    const { name, word } = this.#family
    const message =
      `${word} ${shown(name)} is full (maxSeries): label ${shown(label)} has ${values} values. Further values are recorded as ` +
      `${shown(FOLDED)}, and label sets that still have no room as ${OVERFLOW}="true". Use a label with fewer values, or raise maxSeries`
    process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_MAX_SERIES' })
  }

  /**
   * The handle of the series that stands for one that has no room: with the label folded that has most values, or the one for all label
   * sets.
   * @param {Tree} tree with such labels
   * @param {string[]} strings of the labels
   * @returns {Leaf}
   */
  fold(tree, strings) {
    const { names } = tree
    const label = names.indexOf(this.#labelOf(tree))
    if (label !== -1 && label < strings.length - 1) {
      tree.reorder(label)
      strings = tree.names.map((name) => strings[names.indexOf(name)])
    }
    if (tree.room.isKnown(strings)) return tree.force(strings)
    this.room.countFold()
    return this.#foldLast(tree, strings) ?? this.overflow
  }

  /**
   * @param {Tree} tree
   * @param {string[]} strings
   * @returns {Leaf | undefined} undefined if the other labels cannot be told apart either
   */
  #foldLast(tree, strings) {
    const others = strings.slice(0, -1)
    const folded = [...others, FOLDED]
    let leaf = tree.peek(folded)
    if (leaf === undefined) {
      if (tree.room.costOf(others) > 0 || !(this.#family.hasRoomToFold || tree.room.isKnown(folded))) return undefined
      leaf = tree.force(folded)
    }
    const node = nodeOf(leaf)
    node.folded = leaf
    node.hash = others.reduce((sum, string) => sum + hashOf(string), 0)
    return leaf
  }

  /** The handle that stands for all label sets that cannot be told apart. */
  get overflow() {
    this.#overflow ??= this.#family.table.overflow
    return this.#overflow
  }
}

/** @type {WeakSet<import('./types').Family>} */
const warned = new WeakSet()

/** Of totals that have no series of their own. @param {import('./types').Family} family */
function warnOfTotals(family) {
  if (warned.has(family)) return
  warned.add(family)
  const message =
    `setTotal() of the ${family.word} ${shown(family.name)} is ignored for label sets that have no room (maxSeries), because several ` +
    'totals cannot be followed in one series. Use a label with fewer values, or raise maxSeries'
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_MAX_SERIES' })
}

/** Of the families that recordings by name make. */
function warnOfNames() {
  const message =
    `the collector is full (maxSeries): recordings by new names are recorded as ${shown(OVERFLOW_FAMILY)}. ` +
    'Use a label for what varies, make the instruments once, or raise maxSeries'
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_MAX_SERIES' })
}

/** @param {string} name */
function shown(name) {
  return JSON.stringify(name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name)
}

module.exports = { Folding, warnOfNames, warnOfTotals }
