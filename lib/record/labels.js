'use strict'

// Finds the handle of a set of labels without a call into Rust and without joining strings.
//
// A family learns the orders in which calls name their labels. A call whose keys come in a known order walks a Map of Maps as it
// reads its values; any other is brought into the order of its tree and learned.

const { invalidLabels } = require('../errors/values')
const { MAX_LABELS, isList, labelEntries, labelPairs, pairsOf, unreadableLabels } = require('./label-strings')
const { NO_ORDER, Order } = require('./order')
const { OVERFLOW } = require('./room')
const { Tree } = require('./tree')
const { leavesOf, matching } = require('./walks')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Order} OrderType */
/** @typedef {import('./types').Tree} TreeType */

/** At most this many orders of keys are learned for a family; calls with any other order take the slow path. */
const MAX_ORDERS = 8
/** Label names may come and go as label values do: at least this many sets of them are kept. */
const FEW_TREES = 16
const DIGIT_0 = 48
const DIGIT_9 = 57
const { hasOwnProperty: isOwn } = Object.prototype
/** What tables without labelled series share: many families have none. @type {Map<string, TreeType>} */
const NO_TREES = new Map()

class LabelTable {
  #family
  #shard
  #removals
  /** @type {OrderType[]} the latest first */
  #orders = []
  /** @type {Map<string, TreeType>} by sorted names, as JSON */
  #trees = NO_TREES
  /** the number of trees at which the empty ones are dropped */
  #mostTrees = FEW_TREES
  /** @type {OrderType} */
  #latest = NO_ORDER

  /** @param {Family} family */
  constructor(family) {
    this.#family = family
    this.#shard = family.shard
    this.#removals = family.shard.removals
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
    if (typeof labels !== 'object') return this.#findByStrings(labels)
    let leaf
    try {
      leaf = isEmpty(labels) ? null : this.#walkAnother(labels)
    } catch (cause) {
      throw unreadableLabels(cause)
    }
    if (leaf === null) return this.#withoutLabels()
    return leaf !== undefined && this.#removals[0] === 0 ? leaf : this.#findOrMake(labels)
  }

  /** The handle of the series without labels. @returns {Leaf} */
  #withoutLabels() {
    this.#shard.releaseRemoved()
    const family = this.#family.current()
    return family.isUnregistered ? family.detached() : family.instrument
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
    if (values === undefined) return this.#findInNewOrder(labels) ?? this.#findByStrings(labels)
    if (this.#removals[0] !== 0) this.#shard.releaseRemoved()
    // a user's getter may have changed the table
    return (order.isDropped ? undefined : order.find(values)) ?? this.#findByStrings(labels)
  }

  /**
   * The same for labels whose keys come in an order that is new: most are plain, and it is learned.
   * @param {any} labels
   * @returns {Leaf | undefined}
   */
  #findInNewOrder(labels) {
    if (isList(labels)) return undefined
    /** @type {string[]} */
    let keys
    const values = []
    try {
      keys = Object.keys(labels)
      for (const key of keys) values.push(labels[key])
    } catch (cause) {
      throw unreadableLabels(cause)
    }
    // after all of the user's code has run
    this.#shard.releaseRemoved()
    const family = this.#family
    if (!this.#mayLearn(keys, values) || family.current() !== family || family.isUnregistered) return undefined
    if (family.overflows && !this.#trees.has(idOf(keys))) return undefined
    const tree = this.treeOf(keys)
    const leaf = this.#learn(keys, tree).find(values)
    if (tree.size === 0) this.#drop(tree)
    return leaf
  }

  /** @param {string[]} keys @param {unknown[]} values */
  #mayLearn(keys, values) {
    const { declared } = this.#family
    for (let at = 0; at < keys.length; at++) {
      const [key, value] = [keys[at], values[at]]
      if (value === undefined || value === null || value === '' || key === '' || !key.isWellFormed()) return false
      if (startsWithDigit(key) || (declared !== undefined && !declared.includes(key))) return false
    }
    return keys.length > 0 && keys.length <= MAX_LABELS
  }

  /**
   * The same for any labels, by their strings: the slowest path.
   * @param {any} labels
   * @returns {Leaf}
   */
  #findByStrings(labels) {
    const entries = labelEntries(labels)
    const pairs = pairsOf(entries)
    // after all of the user's code has run
    this.#shard.releaseRemoved()
    const family = this.#family.current()
    if (family.isUnregistered) return family.detached()
    if (family !== this.#family) return family.table.find(Object.fromEntries(pairs))
    this.#checkDeclared(pairs)
    const present = pairs.filter(([, string]) => string !== '')
    if (present.length === 0) return family.instrument
    const names = present.map(([name]) => name)
    if (family.overflows && !this.#trees.has(idOf(names))) return family.overflow()
    const tree = this.treeOf(names)
    const strings = tree.names.map((name) => stringOf(present, name))
    const forms = strings.map((string, at) =>
      formOf(string, entries[pairs.findIndex(([name]) => name === tree.names[at])][1]),
    )
    const leaf = tree.find(strings, forms)
    if (tree.size === 0) this.#drop(tree)
    return leaf
  }

  /** Drops the trees whose series were all removed, once they may be as many as the others. */
  #dropEmpty() {
    for (const tree of this.#trees.values()) if (tree.size === 0) this.#drop(tree)
    this.#mostTrees = Math.max(FEW_TREES, 2 * this.#trees.size)
  }

  /** Drops a tree without series. @param {TreeType} tree */
  #drop(tree) {
    this.#trees.delete(tree.id)
    this.forgetOrders(tree)
    tree.close()
  }

  /** The names of labels, in the order in which this thread first used them. */
  get names() {
    if (this.#trees.size === 0) return []
    return [...new Set([...this.#trees.values()].flatMap((tree) => tree.given))]
  }

  /** The tree of these names, made if it is new. @param {string[]} names in any order */
  treeOf(names) {
    const id = idOf(names)
    let tree = this.#trees.get(id)
    if (tree === undefined) {
      if (this.#trees === NO_TREES) this.#trees = new Map()
      if (this.#trees.size >= this.#mostTrees) this.#dropEmpty()
      tree = new Tree(this.#family, names, id)
      this.#trees.set(id, tree)
    }
    return tree
  }

  /** The handle that stands for all label sets that have no room and cannot be told apart. @returns {Leaf} */
  get overflow() {
    return this.treeOf([OVERFLOW]).force(['true'])
  }

  /** Lets the next call with these keys find its series without making strings. @param {string[]} keys @param {TreeType} tree */
  #learn(keys, tree) {
    let order = this.#orders.find((known) => isSame(known.keys, keys))
    if (order === undefined) {
      order = new Order(keys, tree)
      if (this.#orders.length === MAX_ORDERS) this.#forgetLast()
      this.#orders.unshift(order)
    }
    this.#latest = order
    return order
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

  /** Learns the orders of a tree again, whose steps have another order now. @param {TreeType} tree */
  relearn(tree) {
    const latest = this.#orders.indexOf(this.#latest)
    this.#orders = this.#orders.map((order) => (order.tree === tree ? order.again() : order))
    if (latest !== -1) this.#latest = this.#orders[latest]
  }

  /** Forgets the orders of a tree that was dropped, or all of them. @param {TreeType} [tree] */
  forgetOrders(tree) {
    const kept = this.#orders.filter((order) => tree !== undefined && order.tree !== tree)
    for (const order of this.#orders) if (!kept.includes(order)) order.drop()
    this.#orders = kept
    this.#latest = this.#orders[0] ?? NO_ORDER
  }

  /** Removes the handle of a series from the table. @param {import('../..').Labels} labels */
  forget(labels) {
    const present = labelPairs(labels).filter(([, string]) => string !== '')
    const tree = this.#trees.get(idOf(present.map(([name]) => name)))
    if (tree === undefined) return
    tree.forget(tree.names.map((name) => stringOf(present, name)))
  }

  /** The tree of these names, if there is one. @param {string[]} names in any order */
  peekTree(names) {
    return this.#trees.get(idOf(names))
  }

  /** The labels of all series that this thread has a handle of, as they were given. @returns {Record<string, any>[]} */
  labelSets() {
    /** @type {Record<string, any>[]} */
    const sets = []
    for (const tree of this.#trees.values()) {
      for (const { forms } of leavesOf(tree)) {
        sets.push(Object.fromEntries(tree.names.map((name, at) => [name, forms[at]])))
      }
    }
    return sets
  }

  /** Removes the handles of the series that have these labels. @param {Record<string, string>} labels as strings */
  forgetMatching(labels) {
    const names = Object.keys(labels)
    for (const tree of this.#trees.values()) {
      if (!names.every((name) => tree.names.includes(name))) continue
      for (const strings of matching(tree, labels)) tree.forget(strings)
    }
  }

  /** Calls `visit` with each handle. @param {(handle: Leaf) => void} visit */
  each(visit) {
    for (const tree of this.#trees.values()) for (const { leaf } of leavesOf(tree)) visit(leaf)
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

/** Such keys are not learned: with those of an array, arrays and strings would pass for labels. @param {string} key */
function startsWithDigit(key) {
  const first = key.charCodeAt(0)
  return first >= DIGIT_0 && first <= DIGIT_9
}

/** @param {string[]} names in any order */
function idOf(names) {
  return JSON.stringify([...names].sort())
}

/** Whether labels are a plain object without keys. @param {any} labels */
function isEmpty(labels) {
  for (const _ in labels) return false
  return labels !== null && Object.getPrototypeOf(labels) === Object.prototype
}

/** @param {[string, string][]} pairs @param {string} name */
function stringOf(pairs, name) {
  const pair = pairs.find(([known]) => known === name)
  return /** @type {[string, string]} */ (pair)[1]
}

/** @param {string[]} one @param {string[]} other */
function isSame(one, other) {
  return one.length === other.length && one.every((key, at) => key === other[at])
}

/**
 * A value as a Map finds it again: what always has the same string as it is, other things as their string.
 * @param {string} string
 * @param {unknown} value
 */
function formOf(string, value) {
  return typeof value === 'number' || typeof value === 'boolean' ? value : string
}

module.exports = { LabelTable }
