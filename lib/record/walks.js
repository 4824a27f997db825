'use strict'

// Walks through a tree of series.

const { formIn, get } = require('./value-maps')

/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Node} Node */
/** @typedef {import('./types').Tree} Tree */

/** @typedef {{ leaf: Leaf, forms: unknown[] }} Found a handle and the values that lead to it, as they were given */

/** All handles of a tree. @param {Tree} tree @returns {Found[]} */
function leavesOf({ root, names, isMixed }) {
  /** @type {Found[]} */
  const found = []
  if (names.length > 0) collect(root, [], names.length - 1, found)
  if (!isMixed) return found
  // a value that was given in two forms is there twice
  const seen = new Set()
  return found.filter(({ leaf }) => !seen.has(leaf) && seen.add(leaf))
}

/** @param {Node} node @param {unknown[]} above @param {number} steps how many follow @param {Found[]} found */
function collect(node, above, steps, found) {
  for (const [form, next] of node) {
    const forms = above.concat([form])
    if (steps === 0) found.push({ leaf: next, forms })
    else collect(next, forms, steps - 1, found)
  }
}

/**
 * The label values of each series that has these labels. The tree must have all of their names.
 * @param {Tree} tree
 * @param {Record<string, string>} labels as strings
 * @returns {string[][]}
 */
function matching({ root, names }, labels) {
  /** @type {string[][]} */
  const found = []
  const { length } = names
  const visit = (/** @type {any} */ next, /** @type {string[]} */ strings) => {
    if (strings.length === length) found.push(strings)
    else walk(next, strings)
  }
  const walk = (/** @type {Node} */ node, /** @type {string[]} */ strings) => {
    const wanted = labels[names[strings.length]]
    if (wanted !== undefined) {
      const next = get(node, wanted)
      if (next !== undefined) visit(next, [...strings, wanted])
      return
    }
    // a value that was given in two forms is there twice
    const seen = new Set()
    for (const [form, next] of node) {
      if (!seen.has(next)) visit(next, [...strings, String(form)])
      seen.add(next)
    }
  }
  walk(root, [])
  return found
}

/**
 * The values of a series' labels as they were given.
 * @param {Tree} tree
 * @param {string[]} strings
 * @param {number[]} places for each step of the tree the place of its string
 * @returns {unknown[]}
 */
function formsOf({ root }, strings, places) {
  const forms = new Array(strings.length)
  /** @type {any} */
  let node = root
  for (const place of places) {
    const form = formIn(node, strings[place])
    forms[place] = form
    node = node.get(form)
    if (node === undefined) return strings
  }
  return forms
}

module.exports = { formsOf, leavesOf, matching }
