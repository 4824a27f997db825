'use strict'

// A node of a tree of series. Its keys are values of one label, as calls gave them. Each leads to the node of the next label or, at the
// last label, to the handle of a series.

const { keyOf, nodeOf } = require('./series')

/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Tree} Tree */

const NONE = -1
/** of a node that is not in its tree any more */
const GONE = -2

/** @extends {Map<unknown, any>} */
class Node extends Map {
  /** @param {Tree} tree @param {Node | undefined} parent @param {string} key */
  constructor(tree, parent, key) {
    super()
    this.tree = tree
    this.parent = parent
    this.key = key
    /** the tree's names when this node was made: a handle that has left the table finds the order of its values at its root */
    this.names = tree.names
    /** whether some keys are numbers or booleans: then a string may be here in that form */
    this.isMixed = false
    /** @type {Set<unknown> | undefined} the keys that are second forms of a value that was here before */
    this.later = undefined
    /** the number in Rust of the label set of the series below, once there are many: the log then has only their last value */
    this.labelSet = NONE
    /** @type {Leaf | undefined} the series that stands for the values that have no room, once there is one */
    this.folded = undefined
    /** the sum of the hashes of the label values down to here, set together with `folded` */
    this.hash = 0
  }

  /** @returns {import('./types').Shard} */
  get shard() {
    return this.tree.shard
  }

  /**
   * The step for a value that is not here, once the family cannot tell further label sets apart.
   * @param {unknown} value
   * @returns {Node | undefined}
   */
  beyond(value) {
    return this.tree.beyond(this, value)
  }

  /**
   * A new series of the value of the last label. Undefined where it takes the slow path.
   * @param {unknown} value
   * @returns {Leaf | undefined}
   */
  make(value) {
    if (this.folded !== undefined) {
      const leaf = this.tree.foldIn(this, value)
      if (leaf !== undefined) return leaf
    }
    // a user's getter may have removed the node, while its labels were read
    if (this.isMixed || this.labelSet === GONE || !isPlainString(value)) return undefined
    return this.labelSet === NONE ? this.tree.makeBelow(this, value) : this.tree.makeIn(this, value)
  }
}

/** Whether a value is itself a label's string. @param {unknown} value @returns {value is string} */
function isPlainString(value) {
  return typeof value === 'string' && value !== '' && value.isWellFormed()
}

/** The values of a series' labels, in the order of these names. @param {Leaf} handle @param {string[]} names @returns {string[]} */
function stringsOf(handle, names) {
  if (names.length === 0) return []
  const strings = [keyOf(handle)]
  let node = nodeOf(handle)
  for (; node.parent !== undefined; node = node.parent) strings.push(node.key)
  strings.reverse()
  return node.names === names ? strings : names.map((name) => strings[node.names.indexOf(name)])
}

/**
 * Closes a node, and all below it, that leaves its tree.
 * @param {Node} root
 * @returns {number[]} the numbers of their own label sets
 */
function close(root) {
  root.labelSet = GONE
  /** @type {number[]} */
  const sets = []
  for (const node of root.values()) {
    // below a node there are either nodes or handles
    if (!(node instanceof Node)) break
    if (node.labelSet !== NONE) sets.push(node.labelSet)
    sets.push(...close(node))
  }
  return sets
}

module.exports = { GONE, NONE, Node, close, isPlainString, stringsOf }
