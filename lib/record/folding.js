'use strict'

// What becomes of label sets that have no room in their family: which label is folded, and the warning of it.

const binding = require('../native')
const { FOLDED, OVERFLOW, OVERFLOW_FAMILY, Room } = require('./room')

/** The most characters of a name in a warning. */
const SHOWN = 80

class Folding {
  #family
  /** @type {string | undefined} */
  #label
  /** @type {import('./types').Leaf | undefined} */
  #overflow

  /** @param {import('./types').Family} family */
  constructor(family) {
    this.#family = family
    this.room = new Room(family.shard.handle, family.current().number)
  }

  /** Whether any label set was folded in this thread. */
  get isFolding() {
    return this.#label !== undefined
  }

  /** The name of the label to fold: the one that had most values when the family was full for the first time. */
  get label() {
    this.#label ??= this.#findLabel()
    return this.#label
  }

  #findLabel() {
    const { number, shard } = this.#family
    const { name = '', values, isFirst } = binding.foldedLabel(shard.handle, number)
    if (isFirst) this.#warn(name, values)
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

  /** The handle that stands for all label sets that cannot be told apart. */
  get overflow() {
    this.#overflow ??= this.#family.table.overflow
    return this.#overflow
  }
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

module.exports = { Folding, warnOfNames }
