'use strict'

// Finds the handle of a set of labels without a call into Rust and without joining texts.
//
// A family learns the orders in which calls name their labels. A call whose keys come in a known order walks a Map of Maps as it
// reads its values; any other is brought into the order of its tree and learned.

const { invalidLabels } = require('../errors/values')
const { labelEntries, labelPairs, textsOf, unreadableLabels } = require('./label-texts')
const { Order } = require('./order')
const { OVERFLOW } = require('./room')
const { Tree } = require('./tree')
const { eachLeaf, formsOf, matching } = require('./walks')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Order} OrderType */
/** @typedef {import('./types').Tree} TreeType */

/** At most this many orders of keys are learned for a family; calls with any other order take the slow path. */
const MAX_ORDERS = 8
const ARRAY_INDEX = /^\d+$/
const { hasOwnProperty: isOwn } = Object.prototype

class LabelTable {
  #family
  #shard
  #removals
  /** @type {OrderType[]} the latest first */
  #orders = []
  /** @type {Map<string, TreeType>} by sorted names, as JSON */
  #trees = new Map()
  /** @type {OrderType} */
  #latest

  /** @param {Family} family */
  constructor(family) {
    this.#family = family
    this.#shard = family.shard
    this.#removals = family.shard.removals
    this.#latest = noOrder(family)
  }

  /**
   * The handle of the series with these labels, made if it is new.
   * @param {any} labels
   * @returns {any}
   */
  find(labels) {
    const { inner, keys, root } = this.#latest
    /** @type {any} */
    let node = root
    let count = 0
    let last
    let isKnown = true
    try {
      for (const key in labels) {
        // what is inherited is no label
        if (key !== keys[count] || !isOwn.call(labels, key)) {
          isKnown = false
          break
        }
        const value = labels[key]
        if (count === inner) last = value
        else {
          const next = node.get(value)
          node = next === undefined ? node.beyond(value) : next
        }
        if (node === undefined) {
          isKnown = false
          break
        }
        count++
      }
    } catch (cause) {
      throw unreadableLabels(cause)
    }
    if (isKnown && count === keys.length && typeof labels === 'object' && this.#removals[0] === 0) {
      const leaf = node.get(last) ?? node.make(last)
      if (leaf !== undefined) return leaf
    }
    return this.#findElsewhere(labels)
  }

  /** @param {any} labels @returns {any} */
  #findElsewhere(labels) {
    let leaf
    try {
      leaf = this.#walkAnother(labels)
    } catch (cause) {
      throw unreadableLabels(cause)
    }
    return leaf !== undefined && this.#removals[0] === 0 ? leaf : this.#findOrMake(labels)
  }

  /** @param {any} labels */
  #walkAnother(labels) {
    const orders = this.#orders
    for (let at = 0; at < orders.length; at++) {
      const leaf = orders[at] === this.#latest ? null : walk(orders[at], labels)
      if (leaf !== null) return leaf
    }
    return undefined
  }

  /**
   * The same for labels whose series is new, or whose order is.
   * @param {any} labels
   * @returns {Leaf}
   */
  #findOrMake(labels) {
    let order = this.#latest
    let values = valuesOf(order.keys, labels)
    for (let at = 0; values === undefined && at < this.#orders.length; at++) {
      order = this.#orders[at]
      values = valuesOf(order.keys, labels)
    }
    if (this.#removals[0] !== 0) this.#shard.releaseRemoved()
    // a user's getter may have changed the table
    const leaf = values === undefined || order.isDropped ? undefined : order.find(values)
    return leaf ?? this.#findAnyOrder(labels)
  }

  /**
   * @param {any} labels
   * @returns {Leaf}
   */
  #findAnyOrder(labels) {
    const entries = labelEntries(labels)
    const pairs = textsOf(entries)
    // after all of the user's code has run
    this.#shard.releaseRemoved()
    const family = this.#family.current()
    if (family.isUnregistered) return family.detached()
    if (family !== this.#family) return family.table.find(Object.fromEntries(pairs))
    this.#checkDeclared(pairs)
    const present = pairs.filter(([, text]) => text !== '')
    if (present.length === 0) return family.instrument
    const names = present.map(([name]) => name)
    if (family.overflows && !this.#trees.has(idOf(names))) return family.overflow()
    const tree = this.treeOf(names)
    const texts = tree.names.map((name) => textOf(present, name))
    const forms = texts.map((text, at) =>
      formOf(text, entries[pairs.findIndex(([name]) => name === tree.names[at])][1]),
    )
    const leaf = tree.find(texts, forms)
    if (tree.size === 0) {
      // there is no room for series with these names
      this.#trees.delete(tree.id)
      this.forgetOrders(tree)
      tree.close()
      return leaf
    }
    // afterwards, because a new series may have changed the order of the steps
    if (present.length === entries.length)
      this.#learn(
        entries.map(([key]) => key),
        tree,
      )
    return leaf
  }

  /** The names of labels, in the order in which this thread first used them. */
  get names() {
    return [...new Set([...this.#trees.values()].flatMap((tree) => tree.given))]
  }

  /** The tree of these names, made if it is new. @param {string[]} names in any order */
  treeOf(names) {
    const id = idOf(names)
    let tree = this.#trees.get(id)
    if (tree === undefined) {
      tree = new Tree(this.#family, names, id)
      this.#trees.set(id, tree)
    }
    return tree
  }

  /** The handle that stands for all label sets that have no room and cannot be told apart. @returns {Leaf} */
  get overflow() {
    return this.treeOf([OVERFLOW]).force(['true'])
  }

  /** Lets the next call with these keys find its series without making texts. @param {string[]} keys @param {TreeType} tree */
  #learn(keys, tree) {
    // names like an array's would let arrays and strings pass for labels
    if (keys.some((key) => ARRAY_INDEX.test(key) || !key.isWellFormed())) return
    let order = this.#orders.find((known) => isSame(known.keys, keys))
    if (order === undefined) {
      order = new Order(keys, tree)
      if (this.#orders.length === MAX_ORDERS) this.#forgetLast()
      this.#orders.unshift(order)
    }
    this.#latest = order
  }

  #forgetLast() {
    const order = /** @type {OrderType} */ (this.#orders.pop())
    order.drop()
  }

  /** @param {[string, string][]} pairs */
  #checkDeclared(pairs) {
    const { declared } = this.#family
    if (declared === undefined) return
    const unknown = pairs.find(([name]) => !declared.includes(name))
    if (unknown === undefined) return
    const shown = JSON.stringify(unknown[0].slice(0, 80))
    throw invalidLabels(`label ${shown} was not declared: labelNames has ${JSON.stringify(declared)}`)
  }

  /** Forgets the orders of a tree that was rearranged or dropped, or all of them. @param {TreeType} [tree] */
  forgetOrders(tree) {
    const kept = this.#orders.filter((order) => tree !== undefined && order.tree !== tree)
    for (const order of this.#orders) if (!kept.includes(order)) order.drop()
    this.#orders = kept
    this.#latest = this.#orders[0] ?? noOrder(this.#family)
  }

  /** Removes the handle of a series from the table. @param {import('../..').Labels} labels */
  forget(labels) {
    const present = labelPairs(labels).filter(([, text]) => text !== '')
    const tree = this.#trees.get(idOf(present.map(([name]) => name)))
    if (tree === undefined) return
    tree.forget(tree.names.map((name) => textOf(present, name)))
  }

  /** The values of a series' labels as this thread gave them, where they are no texts. @param {Map<string, string>} texts by name */
  formsOf(texts) {
    const tree = this.#trees.get(JSON.stringify([...texts.keys()].sort()))
    return tree?.isMixed ? formsOf(tree, texts) : texts
  }

  /** The labels of all series that this thread has a handle of, as they were given. @returns {Record<string, any>[]} */
  labelSets() {
    /** @type {Record<string, any>[]} */
    const sets = []
    for (const tree of this.#trees.values()) {
      eachLeaf(tree, (_, forms) => sets.push(Object.fromEntries(tree.names.map((name, at) => [name, forms[at]]))))
    }
    return sets
  }

  /** Removes the handles of the series that have these labels. @param {Record<string, string>} labels as texts */
  forgetMatching(labels) {
    const names = Object.keys(labels)
    for (const tree of this.#trees.values()) {
      if (!names.every((name) => tree.names.includes(name))) continue
      for (const texts of matching(tree, labels)) tree.forget(texts)
    }
  }

  /** Calls `visit` with each handle. @param {(handle: Leaf) => void} visit */
  each(visit) {
    for (const tree of this.#trees.values()) eachLeaf(tree, visit)
  }

  /** Removes all handles. */
  clear() {
    for (const tree of this.#trees.values()) tree.clear()
    this.#trees.clear()
    this.forgetOrders()
  }
}

/**
 * The handle that labels lead to: undefined if it is new, null if their keys are not those of the order.
 * @param {OrderType} order
 * @param {any} labels
 */
function walk({ root, keys, inner }, labels) {
  /** @type {any} */
  let node = root
  let count = 0
  let last
  for (const key in labels) {
    if (key !== keys[count] || !isOwn.call(labels, key)) return null
    const value = labels[key]
    if (count === inner) last = value
    else {
      node = node.get(value)
      if (node === undefined) return undefined
    }
    count++
  }
  return count === keys.length ? (node.get(last) ?? node.make(last)) : null
}

/**
 * The values of labels whose keys come in this order.
 * @param {string[]} keys
 * @param {any} labels
 * @returns {unknown[] | undefined}
 */
function valuesOf(keys, labels) {
  const { length } = keys
  const values = new Array(length)
  let count = 0
  try {
    for (const key in labels) {
      if (key !== keys[count] || !isOwn.call(labels, key)) return undefined
      values[count++] = labels[key]
    }
  } catch (cause) {
    throw unreadableLabels(cause)
  }
  return count === length ? values : undefined
}

/** @param {string[]} names in any order */
function idOf(names) {
  return JSON.stringify([...names].sort())
}

/** @param {Family} family */
function noOrder(family) {
  const order = new Order([], family.plain)
  order.isDropped = true
  return order
}

/** @param {[string, string][]} pairs @param {string} name */
function textOf(pairs, name) {
  const pair = pairs.find(([known]) => known === name)
  return /** @type {[string, string]} */ (pair)[1]
}

/** @param {string[]} one @param {string[]} other */
function isSame(one, other) {
  return one.length === other.length && one.every((key, at) => key === other[at])
}

/** A value as a Map finds it again: what always has the same text as it is, other things as their text. @param {string} text @param {unknown} value */
function formOf(text, value) {
  return typeof value === 'number' || typeof value === 'boolean' ? value : text
}

module.exports = { LabelTable }
