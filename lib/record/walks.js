'use strict'

// Walks through a tree of series.

const { formIn, get } = require('./value-maps')

/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Node} Node */
/** @typedef {import('./types').Tree} Tree */

/** Calls `visit` with each handle and the values that lead to it, as they were given. @param {Tree} tree @param {(leaf: Leaf, forms: unknown[]) => void} visit */
function eachLeaf({ root, names }, visit) {
  const last = names.length - 1
  if (last < 0) return
  // a value that was given in two forms is there twice
  const seen = new Set()
  const walk = (/** @type {Node} */ node, /** @type {unknown[]} */ forms) => {
    for (const [form, next] of node) {
      if (seen.has(next)) continue
      seen.add(next)
      if (forms.length === last) visit(/** @type {any} */ (next), [...forms, form])
      else walk(next, [...forms, form])
    }
  }
  walk(root, [])
}

/** The labels' values of the series that have these, of which the tree has all names. @param {Tree} tree @param {Record<string, string>} labels as texts @returns {string[][]} */
function matching({ root, names }, labels) {
  /** @type {string[][]} */
  const found = []
  const { length } = names
  const visit = (/** @type {any} */ next, /** @type {string[]} */ texts) => {
    if (texts.length === length) found.push(texts)
    else walk(next, texts)
  }
  const walk = (/** @type {Node} */ node, /** @type {string[]} */ texts) => {
    const wanted = labels[names[texts.length]]
    if (wanted !== undefined) {
      const next = get(node, wanted)
      if (next !== undefined) visit(next, [...texts, wanted])
      return
    }
    // a value that was given in two forms is there twice
    const seen = new Set()
    for (const [form, next] of node) {
      if (!seen.has(next)) visit(next, [...texts, String(form)])
      seen.add(next)
    }
  }
  walk(root, [])
  return found
}

/** The values of a series' labels as they were given. @param {Tree} tree @param {Map<string, string>} texts by name */
function formsOf({ root, names }, texts) {
  const forms = new Map(texts)
  /** @type {any} */
  let node = root
  for (const name of names) {
    const text = /** @type {string} */ (texts.get(name))
    const form = formIn(node, text)
    forms.set(name, /** @type {any} */ (form))
    node = node.get(form)
    if (node === undefined) return texts
  }
  return forms
}

module.exports = { eachLeaf, formsOf, matching }
