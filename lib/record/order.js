'use strict'

// An order in which calls name their labels. The tree's own order leads to the tree, any other order to an index of its own, so that a
// call finds its handle while it reads its values.

const { nodeOf } = require('./series')
const { get, remove } = require('./value-maps')

/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Tree} Tree */

/** A step of an index: values to further steps or to the handles of series. @extends {Map<unknown, any>} */
class IndexNode extends Map {
  /** @type {import('./types').Node | undefined} the node of the tree that has the same series */
  treeNode = undefined

  /** Such calls take the slow path. @returns {undefined} */
  beyond() {
    return undefined
  }

  /**
   * A new series of the value of the last label. Undefined where it takes the slow path.
   * @param {unknown} value
   * @returns {Leaf | undefined}
   */
  make(value) {
    const leaf = this.treeNode?.get(value) ?? this.treeNode?.make(value)
    // not the many values that have no room
    if (leaf !== undefined && leaf !== this.treeNode?.folded) this.set(value, leaf)
    return leaf
  }
}

class Order {
  /** @param {string[]} keys @param {Tree} tree with these labels */
  constructor(keys, tree) {
    this.keys = keys
    this.tree = tree
    /** whether the table has forgotten it, so that it may lead nowhere */
    this.isDropped = false
    /** the place of the label whose Maps are innermost, which is looked up last */
    this.inner = keys.indexOf(tree.names[tree.names.length - 1])
    const steps = keys.filter((_, at) => at !== this.inner)
    const isTrees = steps.every((name, at) => name === tree.names[at])
    /** @type {import('./types').Node | IndexNode} */
    this.root = isTrees ? tree.root : new IndexNode()
    /** for each step of the tree the place of its key */
    this.places = tree.names.map((name) => keys.indexOf(name))
    if (!isTrees) tree.addIndex(this)
  }

  /**
   * The handle that values lead to, made if it is new. Undefined if one of them is absent or not plain.
   * @param {unknown[]} values in the order of the keys
   * @returns {Leaf | undefined}
   */
  find(values) {
    const { places, tree } = this
    const leaf = tree.make(values, places) ?? this.#findWithNumbers(values)
    if (leaf === undefined) return undefined
    // a new series may have changed the order of the steps, and then nothing leads here any more
    if (this.root !== tree.root && nodeOf(leaf).tree === tree) this.#enter(values, leaf)
    return leaf
  }

  /** The same where some values are numbers. @param {unknown[]} values */
  #findWithNumbers(values) {
    const forms = inTreeOrder(values, this.places)
    const strings = plainStrings(forms)
    return strings && this.tree.find(strings, forms)
  }

  /** @param {unknown[]} values @param {Leaf} leaf */
  #enter(values, leaf) {
    let node = /** @type {IndexNode} */ (this.root)
    values.forEach((value, at) => {
      if (at === this.inner) return
      // a number and its string lead to the same step, so that a handle is at one place and leaves it for good
      const next = get(node, String(value)) ?? new IndexNode()
      node.set(value, next)
      node = next
    })
    node.treeNode = nodeOf(leaf)
    // not the many values that have no room
    if (leaf !== node.treeNode.folded) node.set(values[this.inner], leaf)
  }

  /** The same order, of a tree whose steps have another one now. */
  again() {
    this.drop()
    return new Order(this.keys, this.tree)
  }

  drop() {
    this.isDropped = true
    this.tree.dropIndex(this)
  }

  /** Takes a handle out of the index. @param {string[]} strings in the order of the tree */
  forget(strings) {
    /** @type {Map<unknown, any>[]} */
    const path = [this.root]
    const steps = this.keys.filter((_, at) => at !== this.inner)
    steps.push(this.keys[this.inner])
    const keys = steps.map((name) => strings[this.tree.names.indexOf(name)])
    for (let at = 0; at < keys.length - 1; at++) {
      const next = get(path[at], keys[at])
      if (next === undefined) return
      path.push(next)
    }
    for (let at = keys.length - 1; at >= 0; at--) {
      remove(path[at], keys[at])
      if (path[at].size > 0) return
    }
  }
}

/** Stands for the orders of a table that has learned none. It fits no labels, as no key is undefined. */
const NO_ORDER = new Order([/** @type {any} */ (undefined)], /** @type {any} */ ({ names: [], root: new IndexNode() }))
NO_ORDER.isDropped = true

/** @param {unknown[]} values @param {number[]} places */
function inTreeOrder(values, places) {
  const { length } = places
  const moved = new Array(length)
  for (let at = 0; at < length; at++) moved[at] = values[places[at]]
  return moved
}

/**
 * Strings and numbers as strings: the same array where all are strings, undefined if one needs the slow path.
 * @param {unknown[]} values
 */
function plainStrings(values) {
  /** @type {unknown[]} */
  let strings = values
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (typeof value === 'string') {
      if (value === '' || !value.isWellFormed()) return undefined
    } else if (typeof value === 'number') {
      if (strings === values) strings = values.slice()
      strings[at] = String(value)
    } else return undefined
  }
  return /** @type {string[]} */ (strings)
}

module.exports = { NO_ORDER, Order }
