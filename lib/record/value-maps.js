'use strict'

// Maps of Maps whose keys are labels' values as they were given. A number and its text are the same value, so a value that is looked
// up in a new form gets a second entry.

const DIGIT_0 = 48
const DIGIT_9 = 57
const MINUS = 45

/** Empties the Maps from here on: a handle that a user keeps leads to them, and would keep all the others alive. @param {Map<unknown, any>} node */
function empty(node) {
  for (const next of node.values()) if (next instanceof Map) empty(next)
  node.clear()
}

/** What a value leads to. A value that is given in a new form gets a second entry. @param {import('./types').Node} map @param {string} text @param {unknown} form */
function step(map, text, form) {
  let found = map.get(form)
  if (found !== undefined || (form === text && !map.isMixed)) return found
  const other = form === text ? otherForm(text) : text
  if (other === form) return undefined
  found = map.get(other)
  if (found !== undefined) {
    map.set(form, found)
    map.isMixed = true
    map.later ??= new Set()
    map.later.add(form)
    map.tree.isMixed = true
  }
  return found
}

/** What a text leads to, in whatever form it was given. @param {Map<unknown, any>} map @param {string} text */
function get(map, text) {
  const found = map.get(text)
  if (found !== undefined) return found
  return map.get(otherForm(text))
}

/** The form in which a map was first given a text. @param {import('./types').Node} map @param {string} text */
function formIn(map, text) {
  const other = otherForm(text)
  return map.has(other) && !map.later?.has(other) ? other : text
}

/** @param {Map<unknown, any> & { later?: Set<unknown> }} map @param {string} text */
function remove(map, text) {
  for (const form of [text, otherForm(text)]) {
    map.delete(form)
    map.later?.delete(form)
  }
}

/** The number or the boolean that has this text; else the text. @param {string} text @returns {unknown} */
function otherForm(text) {
  const first = text.charCodeAt(0)
  if ((first >= DIGIT_0 && first <= DIGIT_9) || first === MINUS || text === 'NaN' || text === 'Infinity') {
    const number = Number(text)
    return String(number) === text ? number : text
  }
  if (text === 'true') return true
  return text === 'false' ? false : text
}

module.exports = { empty, formIn, get, remove, step }
