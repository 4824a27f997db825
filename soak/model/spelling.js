'use strict'

// The many ways to write the same labels: keys in any order, values as text, number, boolean or object, additional absent labels, and
// properties of a prototype, which are not labels.

const { Random } = require('../random')

/** @typedef {import('./types').Series} Series */

const NAMES = ['a', 'b', 'c']
const ABSENT = [undefined, null, '']
/** One spelling in this many has a prototype. */
const INHERITING = 8
/** A property of the prototype with a label's name, which must not count as a label. */
const INHERITED = { c: 'x' }

/**
 * @param {Series} series
 * @param {number} spelling the same number gives the same labels
 * @param {boolean} [mayInherit]
 * @returns {Record<string, any>}
 */
function spelled({ labels }, spelling, mayInherit = true) {
  const random = new Random(spelling)
  /** @type {[string, any][]} */
  const pairs = labels.map(([name, value]) => [name, spelledValue(value, random)])
  for (const name of NAMES) {
    if (random.below(6) === 0 && !labels.some(([known]) => known === name)) pairs.push([name, random.pick(ABSENT)])
  }
  shuffle(pairs, random)
  // an object with only inherited properties is not valid as labels
  const inherits = random.below(INHERITING) === 0 && mayInherit && pairs.length > 0
  const object = inherits ? Object.create(INHERITED) : {}
  return Object.assign(object, Object.fromEntries(pairs))
}

/** @param {string} text @param {InstanceType<typeof Random>} random @returns {any} */
function spelledValue(text, random) {
  const forms = [text, text]
  if (text === 'true') forms.push(/** @type {any} */ (true))
  if (Number.isFinite(Number(text))) forms.push(/** @type {any} */ (Number(text)))
  if (random.below(10) === 0) return new String(text)
  return random.pick(forms)
}

/** @param {unknown[]} list @param {InstanceType<typeof Random>} random */
function shuffle(list, random) {
  for (let at = list.length - 1; at > 0; at--) {
    const other = random.below(at + 1)
    ;[list[at], list[other]] = [list[other], list[at]]
  }
}

module.exports = { shuffle, spelled }
