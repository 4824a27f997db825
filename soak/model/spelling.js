'use strict'

// The many ways to write the same labels: keys in any order, values as text, number, boolean or object, absent labels beside
// them, and what a prototype has, which is no label.

const { Random } = require('../random')

/** @typedef {import('./types').Series} Series */

const NAMES = ['a', 'b', 'c']
const ABSENT = [undefined, null, '']
/** One spelling in so many takes after a prototype. */
const INHERITING = 8
/** The name of a label, so that it must not be taken for one. */
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
  // an object that has nothing but its prototype's is no labels at all
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
