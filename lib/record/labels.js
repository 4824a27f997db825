'use strict'

// Finds the handle of a set of labels without a call into Rust and without joining texts.
//
// A family learns the order in which a call names its labels. A call with the keys of the latest order reads its values and
// walks; any other finds its order by the keys, or is brought into the order of its tree and learned. Each value is read once.

const { invalidLabels } = require('../errors')
const { checkObject, labelPairs, pairsOf, unreadableLabels } = require('./label-texts')
const { Tree } = require('./tree')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Tree} TreeType */
/** @typedef {import('./types').Node} Node */
/** @typedef {{ keys: string[], tree: TreeType, root: Node, steps: number[] }} Order for each step from the root the place of its key */

/** At most this many orders of keys are learned for a family; what comes in yet another one takes the long way. */
const MAX_ORDERS = 8
const ARRAY_INDEX = /^\d+$/
const { hasOwnProperty: isOwn } = Object.prototype

/** Labels that were read, each once. */
class Read {
  /** @param {string[]} keys that begin with those of the values @param {number} count @param {unknown[]} values and more */
  constructor(keys, count, values) {
    this.keys = keys.slice(0, count)
    this.values = values
    values.length = count
  }
}

class LabelTable {
  #family
  #shard
  #removals
  /** @type {Order[]} the latest first */
  #orders = []
  /** @type {Map<string, TreeType>} by sorted names, as JSON */
  #trees = new Map()
  /** @type {Order} */
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
    let order = this.#latest
    let count = 0
    // variables rather than an array: a getter of the user's may ask for labels itself, and an array costs a quarter
    let first
    let second
    let third
    let fourth
    /** @type {Read | undefined} what has more labels, or begins as no order does */
    let read
    if (typeof labels === 'object') {
      try {
        for (const key in labels) {
          // what is inherited is no label
          if (!isOwn.call(labels, key)) continue
          if (read === undefined && key !== order.keys[count]) {
            const other = this.#orderWith(order.keys, count, key)
            if (other === undefined) read = new Read(order.keys, count, [first, second, third, fourth])
            else order = other
          }
          if (read !== undefined) {
            read.keys.push(key)
            read.values.push(labels[key])
            continue
          }
          const value = labels[key]
          if (count === 0) first = value
          else if (count === 1) second = value
          else if (count === 2) third = value
          else if (count === 3) fourth = value
          else read = new Read(order.keys, count + 1, [first, second, third, fourth, value])
          count++
        }
      } catch (cause) {
        throw unreadableLabels(cause)
      }
    }
    if (read !== undefined) return this.#findRead(read, labels)
    const { steps, root } = order
    const last = count - 1
    if (count === 0 || count !== steps.length) {
      return this.#findAnyOrder(labels, new Read(order.keys, count, [first, second, third, fourth]))
    }
    /** @type {any} */
    let leaf = root
    for (let step = 0; step <= last && leaf !== undefined; step++) {
      leaf = leaf.get(chosen(steps[step], first, second, third, fourth))
    }
    if (leaf !== undefined && this.#removals[0] === 0) return leaf
    return this.#findInOrder(order, labels, [first, second, third, fourth])
  }

  /** The same for what was read into arrays. @param {Read} read @param {any} labels */
  #findRead(read, labels) {
    const order = this.#orders.find(({ keys }) => isSame(keys, read.keys))
    if (order === undefined) return this.#findAnyOrder(labels, read)
    const { steps, root } = order
    /** @type {any} */
    let node = root
    for (const place of steps) {
      node = node.get(read.values[place])
      if (node === undefined) return this.#findInOrder(order, labels, read.values)
    }
    return this.#removals[0] === 0 ? node : this.#findInOrder(order, labels, read.values)
  }

  /** An order that goes on with this key where the other one does not. @param {string[]} keys @param {number} at @param {string} key */
  #orderWith(keys, at, key) {
    const orders = this.#orders
    for (let number = 0; number < orders.length; number++) {
      const order = orders[number]
      if (order.keys[at] !== key) continue
      let same = 0
      while (same < at && order.keys[same] === keys[same]) same++
      if (same === at) return order
    }
    return undefined
  }

  /**
   * The same for labels that were read in an order that is known.
   * @param {Order} order
   * @param {any} labels
   * @param {unknown[]} values and more
   */
  #findInOrder({ keys, tree, root, steps }, labels, values) {
    this.#shard.releaseRemoved()
    const { length } = steps
    /** @type {string[]} */
    const texts = new Array(length)
    /** @type {unknown[]} the same array while all values are texts */
    let forms = texts
    for (let step = 0; step < length; step++) {
      const value = values[steps[step]]
      const text = plainText(value)
      // absent values and what is not plain
      if (text === '') return this.#findAnyOrder(labels, new Read(keys, length, values))
      if (value !== text && forms === texts) forms = texts.slice()
      texts[step] = text
      if (forms !== texts) forms[step] = value
    }
    // releasing what was removed, or a getter of the user's, may have changed the table or the order of the tree's steps
    if (this.#trees.get(tree.id) !== tree || tree.root !== root)
      return this.#findAnyOrder(labels, new Read(keys, length, values))
    return tree.find(texts, forms)
  }

  /**
   * The same for labels that were read.
   * @param {any} labels
   * @param {Read} read
   * @returns {Leaf}
   */
  #findAnyOrder(labels, { keys, values }) {
    checkObject(labels, keys.length)
    const pairs = pairsOf(keys, values)
    // after all code of the user's has run
    this.#shard.releaseRemoved()
    const family = this.#family.current()
    if (family !== this.#family) return family.table.find(Object.fromEntries(pairs))
    this.#checkDeclared(pairs)
    const present = pairs.filter(([, text]) => text !== '')
    if (present.length === 0) return family.instrument
    const tree = this.treeOf(present.map(([name]) => name))
    const texts = tree.names.map((name) => textOf(present, name))
    const forms = texts.map((text, at) => formOf(text, values[keys.indexOf(tree.names[at])]))
    const leaf = tree.find(texts, forms)
    // afterwards, because a new series may have changed the order of the steps
    if (present.length === keys.length) this.#learn(keys, tree)
    return leaf
  }

  /** The tree of these names, made if it is new. @param {string[]} names in any order */
  treeOf(names) {
    const id = JSON.stringify([...names].sort())
    let tree = this.#trees.get(id)
    if (tree === undefined) {
      tree = new Tree(this.#family, names, id)
      this.#trees.set(id, tree)
    }
    return tree
  }

  /** Lets the next call with these keys find its series without making texts. @param {string[]} keys @param {TreeType} tree */
  #learn(keys, tree) {
    // names like an array's would let arrays and strings pass for labels
    if (keys.some((key) => ARRAY_INDEX.test(key) || !key.isWellFormed())) return
    let order = this.#orders.find((known) => isSame(known.keys, keys))
    if (order === undefined) {
      order = { keys, tree, root: tree.root, steps: tree.names.map((name) => keys.indexOf(name)) }
      if (this.#orders.length === MAX_ORDERS) this.#orders.pop()
      this.#orders.unshift(order)
    }
    this.#latest = order
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

  /** Orders that lead to a tree lead elsewhere now, or were allowed and are not any more. @param {TreeType} [tree] */
  forgetOrders(tree) {
    this.#orders = tree === undefined ? [] : this.#orders.filter((order) => order.tree !== tree)
    this.#latest = this.#orders[0] ?? noOrder(this.#family)
  }

  /** Takes the handle of a series out. @param {import('../..').Labels} labels */
  forget(labels) {
    const present = labelPairs(labels).filter(([, text]) => text !== '')
    const key = JSON.stringify(present.map(([name]) => name).sort())
    const tree = this.#trees.get(key)
    if (tree === undefined) return
    tree.forget(tree.names.map((name) => textOf(present, name)))
  }

  /** Takes all handles out. */
  clear() {
    for (const tree of this.#trees.values()) tree.clear()
    this.#trees.clear()
    this.forgetOrders()
  }
}

/** @param {number} place @param {unknown} first @param {unknown} second @param {unknown} third @param {unknown} fourth */
function chosen(place, first, second, third, fourth) {
  if (place === 0) return first
  if (place === 1) return second
  return place === 2 ? third : fourth
}

/** @param {Family} family @returns {Order} */
function noOrder(family) {
  return { keys: [], tree: family.plain, root: family.plain.root, steps: [] }
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

/** The text of a string or a number; empty for what takes the long way. @param {unknown} value */
function plainText(value) {
  if (typeof value === 'string') return value.isWellFormed() ? value : ''
  return typeof value === 'number' ? String(value) : ''
}

/** A value as a Map finds it again: what always has the same text as it is, other things as their text. @param {string} text @param {unknown} value */
function formOf(text, value) {
  return typeof value === 'number' || typeof value === 'boolean' ? value : text
}

module.exports = { LabelTable }
