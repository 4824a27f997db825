'use strict'

// Maps of Maps whose keys are the values of labels in the form in which they were given. A number and its string are the same value,
// so a value that is looked up in a new form gets a second entry.

const DIGIT_0 = 48
const DIGIT_9 = 57
const MINUS = 45

/**
 * Empties the Maps from here on: a handle that a user keeps leads to them, and would keep all the others alive.
 * @param {Map<unknown, any>} node
 */
function empty(node) {
  for (const next of node.values()) if (next instanceof Map) empty(next)
  node.clear()
}

/**
 * What a value leads to. If the value is here in its other form only, adds an entry in this form.
 * @param {import('./types').Node} map
 * @param {string} string
 * @param {unknown} form
 */
function getOrAddForm(map, string, form) {
  let found = map.get(form)
  if (found !== undefined || (form === string && !map.isMixed)) return found
  const other = form === string ? otherForm(string) : string
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

/** What a string leads to, in whatever form it was given. @param {Map<unknown, any>} map @param {string} string */
function get(map, string) {
  const found = map.get(string)
  if (found !== undefined) return found
  return map.get(otherForm(string))
}

/** The form in which a map was first given a string. @param {import('./types').Node} map @param {string} string */
function formIn(map, string) {
  const other = otherForm(string)
  return map.has(other) && !map.later?.has(other) ? other : string
}

/** @param {Map<unknown, any> & { later?: Set<unknown> }} map @param {string} string */
function remove(map, string) {
  for (const form of [string, otherForm(string)]) {
    map.delete(form)
    map.later?.delete(form)
  }
}

/** The number or the boolean that has this string; else the string. @param {string} string @returns {unknown} */
function otherForm(string) {
  const first = string.charCodeAt(0)
  if ((first >= DIGIT_0 && first <= DIGIT_9) || first === MINUS || string === 'NaN' || string === 'Infinity') {
    const number = Number(string)
    return String(number) === string ? number : string
  }
  if (string === 'true') return true
  return string === 'false' ? false : string
}

module.exports = { empty, formIn, get, remove, getOrAddForm }
