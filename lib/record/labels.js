'use strict'

// Finds the series of a set of labels without a call into Rust and without joining strings. Values have numbers, and one
// integer table holds all steps from a family by its labels' values to a cell: a million series cost two arrays, not a
// million objects.
//
// A family learns the order in which a call names its labels. A call in a known order compares the keys and walks; any
// other is brought into sorted order first, finds its cell there, and is learned.

const { invalidLabels } = require('../errors')

/** @typedef {import('./types').Shard} Shard */
/** @typedef {import('./types').Family} Family */

/** So many orders of keys are learned for a family; what comes in yet another one is found the slow way. */
const MAX_ORDERS = 4
const MAX_LABELS = 1000
/** What the walk answers when the keys are others. */
const OTHER_KEYS = -1

class LabelTable {
  /** @type {Shard} */
  #shard
  /** @type {Map<unknown, number>} a value as it was given (no objects) to the number of its text */
  #symbols = new Map([
    [undefined, 0],
    [null, 0],
    ['', 0],
  ])
  /** steps: node, value's number, next node or cell; next 0 is a free slot */
  #slots = new Uint32Array(3 * 64)
  #mask = 63
  #used = 0
  #nodes = 0

  /** @param {Shard} shard */
  constructor(shard) {
    this.#shard = shard
  }

  /**
   * The cell of a family's series with these labels; it is registered if it is new.
   * @param {Family} family
   * @param {import('../..').Labels} labels
   * @returns {number}
   */
  find(family, labels) {
    const { orders } = family
    for (let at = 0; at < orders.length; at++) {
      const cell = this.#walk(orders[at], labels)
      if (cell > 0) return cell
      if (cell !== OTHER_KEYS) break
    }
    return this.#findAnyOrder(family, labels)
  }

  /** @param {import('./types').Order} order @param {any} labels @returns {number} a cell, 0 for an unknown value, or OTHER_KEYS */
  #walk(order, labels) {
    const { keys } = order
    let node = order.root
    let at = 0
    for (const key in labels) {
      if (key !== keys[at]) return OTHER_KEYS
      const symbol = this.#symbols.get(labels[key])
      if (symbol === undefined) return 0
      node = this.#next(node, symbol)
      if (node === 0) return 0
      at++
    }
    return at === keys.length ? node : OTHER_KEYS
  }

  /** @param {Family} family @param {any} labels */
  #findAnyOrder(family, labels) {
    const pairs = labelPairs(labels)
    checkDeclared(family, pairs)
    const present = pairs.filter(([, text]) => text !== '').sort(([one], [other]) => (one < other ? -1 : 1))
    if (present.length === 0) return family.own()
    const root = this.#rootOf(family, present)
    const symbols = present.map(([name, text, value]) => [this.#symbolOf(name, name), this.#symbolOf(text, value)])
    let cell = this.#follow(root, symbols)
    if (cell === 0) {
      cell = this.#shard.register(family.number, symbols.flat())
      this.#enter(root, symbols, cell)
    }
    this.#learn(family, pairs, cell)
    return cell
  }

  /** @param {Family} family @param {Pair[]} present */
  #rootOf(family, present) {
    const names = JSON.stringify(present.map(([name]) => name))
    let root = family.roots.get(names)
    if (root === undefined) {
      root = ++this.#nodes
      family.roots.set(names, root)
    }
    return root
  }

  /** Lets the next call with these keys in this order walk. @param {Family} family @param {Pair[]} pairs @param {number} cell */
  #learn(family, pairs, cell) {
    let order = family.orders.find(
      ({ keys }) => keys.length === pairs.length && keys.every((key, at) => key === pairs[at][0]),
    )
    if (order === undefined) {
      if (family.orders.length === MAX_ORDERS) return
      const keys = pairs.map(([name]) => name)
      const isSorted = keys.every((key, at) => at === 0 || keys[at - 1] < key)
      // in sorted order the steps are the same ones
      const shared = isSorted ? family.roots.get(JSON.stringify(keys)) : undefined
      order = { keys, root: shared ?? ++this.#nodes }
      if (isSorted) family.roots.set(JSON.stringify(keys), order.root)
      family.orders.push(order)
    }
    const symbols = pairs.map(([, text, value]) => [0, this.#symbolOf(text, value)])
    if (this.#follow(order.root, symbols) === 0) this.#enter(order.root, symbols, cell)
  }

  /** @param {string} text @param {unknown} value as it was given @returns {number} */
  #symbolOf(text, value) {
    let symbol = this.#symbols.get(text)
    if (symbol === undefined) {
      symbol = this.#shard.symbol(text)
      this.#symbols.set(text, symbol)
    }
    if (value !== text && typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') {
      this.#symbols.set(value, symbol)
    }
    return symbol
  }

  /** @param {number} root @param {number[][]} symbols at least one pair */
  #follow(root, symbols) {
    let node = root
    for (const [, value] of symbols) {
      node = this.#next(node, value)
      if (node === 0) return 0
    }
    return node
  }

  /** @param {number} root @param {number[][]} symbols at least one @param {number} cell */
  #enter(root, symbols, cell) {
    let node = root
    for (let at = 0; at < symbols.length - 1; at++) {
      const [, value] = symbols[at]
      let next = this.#next(node, value)
      if (next === 0) {
        next = ++this.#nodes
        this.#insert(node, value, next)
      }
      node = next
    }
    this.#insert(node, symbols[symbols.length - 1][1], cell)
  }

  /** @param {number} node @param {number} symbol */
  #next(node, symbol) {
    const slots = this.#slots
    const mask = this.#mask
    for (let at = hash(node, symbol) & mask; ; at = (at + 1) & mask) {
      const next = slots[3 * at + 2]
      if (next === 0 || (slots[3 * at] === node && slots[3 * at + 1] === symbol)) return next
    }
  }

  /** @param {number} node @param {number} symbol @param {number} next */
  #insert(node, symbol, next) {
    // three quarters full at most, so that walks stay short
    if (4 * ++this.#used > 3 * (this.#mask + 1)) this.#grow()
    place(this.#slots, this.#mask, node, symbol, next)
  }

  #grow() {
    const old = this.#slots
    this.#mask = 2 * this.#mask + 1
    this.#slots = new Uint32Array(3 * (this.#mask + 1))
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] !== 0) place(this.#slots, this.#mask, old[at], old[at + 1], old[at + 2])
    }
  }
}

/** @param {Uint32Array} slots @param {number} mask @param {number} node @param {number} symbol @param {number} next */
function place(slots, mask, node, symbol, next) {
  let at = hash(node, symbol) & mask
  while (slots[3 * at + 2] !== 0) at = (at + 1) & mask
  slots[3 * at] = node
  slots[3 * at + 1] = symbol
  slots[3 * at + 2] = next
}

/** @param {number} node @param {number} symbol */
function hash(node, symbol) {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

/** @typedef {[name: string, text: string, value: unknown]} Pair */

/**
 * Labels as texts, in the order given; an absent value's text is empty.
 * @param {any} labels
 * @returns {Pair[]}
 */
function labelPairs(labels) {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    throw invalidLabels('labels must be an object of names and values, as in { method: "GET" }')
  }
  const names = Object.keys(labels)
  if (names.length > MAX_LABELS) throw invalidLabels(`labels must be at most ${MAX_LABELS}, got ${names.length}`)
  const seen = new Set()
  return names.map((raw) => {
    const name = wellFormed(raw)
    if (name === '') throw invalidLabels('a label name must be a non-empty string')
    if (seen.has(name)) throw invalidLabels('two label names are the same once lone surrogates are replaced')
    seen.add(name)
    const value = labels[raw]
    return [name, labelText(name, value), value]
  })
}

/** @param {string} name @param {unknown} value */
function labelText(name, value) {
  if (value === undefined || value === null) return ''
  try {
    return wellFormed(String(value))
  } catch (cause) {
    throw invalidLabels(`the value of label ${JSON.stringify(name.slice(0, 80))} cannot be made a string`, cause)
  }
}

/** @param {Family} family @param {Pair[]} pairs */
function checkDeclared({ declared }, pairs) {
  if (declared === undefined) return
  const unknown = pairs.find(([name]) => !declared.has(name))
  if (unknown === undefined) return
  const shown = JSON.stringify(unknown[0].slice(0, 80))
  throw invalidLabels(`label ${shown} was not declared: labelNames has ${JSON.stringify([...declared])}`)
}

/**
 * Label names and values in turn, as Rust takes them.
 * @param {import('../..').Labels | null | undefined} labels
 */
function flatLabels(labels) {
  if (labels === undefined || labels === null) return []
  return labelPairs(labels).flatMap(([name, text]) => (text === '' ? [] : [name, text]))
}

/** Lone surrogates have no UTF-8: they become U+FFFD here, so that both halves have the same text. @param {string} text */
function wellFormed(text) {
  return text.toWellFormed()
}

module.exports = { LabelTable, flatLabels, labelPairs, wellFormed }
