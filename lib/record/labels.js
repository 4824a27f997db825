'use strict'

// Finds the series of a set of labels without a call into Rust and without joining strings. Values have numbers, and one
// integer table holds all steps from a family by its labels' values to a cell, two values a step: a million series cost one
// array, not a million objects.
//
// A family learns the order in which a call names its labels. A call in a known order compares the keys and walks; any
// other is brought into sorted order first, finds its cell there, and is learned. Two labels in either order take the same
// steps; an unsorted order of more has steps of its own.

const { invalidLabels, notLabels } = require('../errors')

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
  /** steps: node, two values' numbers, next node or cell; next 0 is a free slot */
  #slots = new Uint32Array(4 * 64)
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
      const cell = this.#tryWalk(orders[at], labels)
      if (cell > 0) return cell
      if (cell !== OTHER_KEYS) return this.#registerInOrder(family, orders[at], labels)
    }
    return this.#findAnyOrder(family, labels)
  }

  /** @param {import('./types').Order} order @param {any} labels */
  #tryWalk(order, labels) {
    try {
      return this.#walk(order, labels)
    } catch (cause) {
      // only a getter or a proxy of the caller's throws here
      throw unreadableLabels(cause)
    }
  }

  /** @param {import('./types').Order} order @param {any} labels @returns {number} a cell, 0 for an unknown value, or OTHER_KEYS */
  #walk(order, labels) {
    const { keys } = order
    if (typeof labels !== 'object' || Array.isArray(labels)) return OTHER_KEYS
    let node = order.root
    let first = 0
    let at = 0
    for (const key in labels) {
      if (key !== keys[at]) return OTHER_KEYS
      const symbol = this.#symbols.get(labels[key])
      if (symbol === undefined) return 0
      if ((at & 1) === 0) {
        first = symbol
      } else {
        node = order.swapped ? this.#next(node, symbol, first) : this.#next(node, first, symbol)
        if (node === 0) return 0
      }
      at++
    }
    if (at !== keys.length) return OTHER_KEYS
    return (at & 1) === 0 ? node : this.#next(node, first, 0)
  }

  /**
   * The series of labels that began like a known order and have a value, or a pair of values, that is new.
   * @param {Family} family
   * @param {import('./types').Order} order
   * @param {any} labels
   */
  #registerInOrder(family, order, labels) {
    const values = order.names === undefined ? undefined : this.#valuesInOrder(order.keys, labels)
    if (order.names === undefined || values === undefined) return this.#findAnyOrder(family, labels)
    if (order.swapped) values.reverse()
    let cell = this.#follow(order.root, values)
    if (cell === 0) {
      cell = this.#shard.register(family.number, order.names, values)
      this.#enter(order.root, values, cell)
    }
    return cell
  }

  /**
   * The numbers of the values, if the labels have just these keys in this order, each with a plain value.
   * @param {string[]} keys
   * @param {any} labels
   * @returns {number[] | undefined}
   */
  #valuesInOrder(keys, labels) {
    /** @type {number[]} */
    const values = []
    for (const key in labels) {
      const value = labels[key]
      if (key !== keys[values.length]) return undefined
      if (typeof value !== 'string' && typeof value !== 'number') return undefined
      const symbol = this.#symbols.get(value) ?? this.#symbolOf(wellFormed(String(value)), value)
      if (symbol === 0) return undefined
      values.push(symbol)
    }
    return values.length === keys.length ? values : undefined
  }

  /** @param {Family} family @param {any} labels */
  #findAnyOrder(family, labels) {
    const pairs = labelPairs(labels)
    checkDeclared(family, pairs)
    const present = pairs.filter(([, text]) => text !== '').sort(([one], [other]) => (one < other ? -1 : 1))
    if (present.length === 0) return family.own()
    const root = this.#rootOf(
      family,
      present.map(([name]) => name),
    )
    const values = present.map(([, text, value]) => this.#symbolOf(text, value))
    let cell = this.#follow(root, values)
    if (cell === 0) {
      const names = present.map(([name]) => this.#symbolOf(name, name))
      cell = this.#shard.register(family.number, names, values)
      this.#enter(root, values, cell)
    }
    this.#learn(family, pairs, cell)
    return cell
  }

  /** Where the walk of labels with these names begins. @param {Family} family @param {string[]} sorted */
  #rootOf(family, sorted) {
    const names = JSON.stringify(sorted)
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
      order = this.#newOrder(
        family,
        pairs.map(([name]) => name),
      )
      family.orders.push(order)
    }
    const values = pairs.map(([, text, value]) => this.#symbolOf(text, value))
    if (order.swapped) values.reverse()
    if (this.#follow(order.root, values) === 0) this.#enter(order.root, values, cell)
  }

  /** @param {Family} family @param {string[]} keys @returns {import('./types').Order} */
  #newOrder(family, keys) {
    const sorted = [...keys].sort()
    const isSorted = keys.every((key, at) => key === sorted[at])
    const swapped = !isSorted && keys.length === 2
    if (!isSorted && !swapped) return { keys, root: ++this.#nodes, swapped, names: undefined }
    const names = sorted.map((name) => this.#symbolOf(name, name))
    return { keys, root: this.#rootOf(family, sorted), swapped, names }
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

  /** @param {number} root @param {number[]} values at least one @returns {number} the cell, or 0 */
  #follow(root, values) {
    let node = root
    for (let at = 0; at < values.length && (at === 0 || node !== 0); at += 2) {
      node = this.#next(node, values[at], values[at + 1] ?? 0)
    }
    return node
  }

  /** @param {number} root @param {number[]} values at least one @param {number} cell */
  #enter(root, values, cell) {
    let node = root
    for (let at = 0; at < values.length; at += 2) {
      const second = values[at + 1] ?? 0
      let next = this.#next(node, values[at], second)
      if (next === 0) {
        next = at + 2 < values.length ? ++this.#nodes : cell
        this.#insert(node, values[at], second, next)
      }
      node = next
    }
  }

  /** @param {number} node @param {number} first @param {number} second */
  #next(node, first, second) {
    const slots = this.#slots
    const mask = this.#mask
    for (let slot = hash(node, first, second) & mask; ; slot = (slot + 1) & mask) {
      const at = 4 * slot
      const next = slots[at + 3]
      if (next === 0 || (slots[at + 2] === second && slots[at + 1] === first && slots[at] === node)) return next
    }
  }

  /** @param {number} node @param {number} first @param {number} second @param {number} next */
  #insert(node, first, second, next) {
    // three quarters full at most, so that walks stay short
    if (4 * ++this.#used > 3 * (this.#mask + 1)) this.#grow()
    place(this.#slots, this.#mask, node, first, second, next)
  }

  #grow() {
    const old = this.#slots
    this.#mask = 2 * this.#mask + 1
    this.#slots = new Uint32Array(4 * (this.#mask + 1))
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 3] !== 0) place(this.#slots, this.#mask, old[at], old[at + 1], old[at + 2], old[at + 3])
    }
  }
}

/**
 * @param {Uint32Array} slots
 * @param {number} mask
 * @param {number} node
 * @param {number} first
 * @param {number} second
 * @param {number} next
 */
function place(slots, mask, node, first, second, next) {
  let slot = hash(node, first, second) & mask
  while (slots[4 * slot + 3] !== 0) slot = (slot + 1) & mask
  const at = 4 * slot
  slots[at] = node
  slots[at + 1] = first
  slots[at + 2] = second
  slots[at + 3] = next
}

/** @param {number} node @param {number} first @param {number} second */
function hash(node, first, second) {
  const mixed = Math.imul(Math.imul(node, 0x9e3779b1) + first, 0x85ebca6b) + Math.imul(second, 0xc2b2ae35)
  return mixed ^ (mixed >>> 15)
}

/** @typedef {[name: string, text: string, value: unknown]} Pair */

/**
 * Labels as texts, in the order given; an absent value's text is empty.
 * @param {any} labels
 * @returns {Pair[]}
 */
function labelPairs(labels) {
  const entries = labelEntries(labels)
  if (entries.length > MAX_LABELS) throw invalidLabels(`labels must be at most ${MAX_LABELS}, got ${entries.length}`)
  const seen = new Set()
  return entries.map(([raw, value]) => {
    const name = wellFormed(raw)
    if (name === '') throw invalidLabels('a label name must be a non-empty string')
    if (seen.has(name)) throw invalidLabels('two label names are the same once lone surrogates are replaced')
    seen.add(name)
    return [name, labelText(name, value), value]
  })
}

/** @param {any} labels @returns {[string, unknown][]} */
function labelEntries(labels) {
  let entries
  try {
    if (typeof labels === 'object' && labels !== null && !Array.isArray(labels)) {
      entries = Object.entries(labels)
      // a Map or a Date has no labels, but who passes one means some
      if (entries.length > 0 || isPlain(labels)) return entries
    }
  } catch (cause) {
    throw unreadableLabels(cause)
  }
  throw notLabels(labels)
}

/** Of any realm. @param {object} object */
function isPlain(object) {
  const prototype = Object.getPrototypeOf(object)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** @param {unknown} cause */
function unreadableLabels(cause) {
  return invalidLabels('labels cannot be read: a getter or a proxy throws', cause)
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
  const unknown = pairs.find(([name]) => !declared.includes(name))
  if (unknown === undefined) return
  const shown = JSON.stringify(unknown[0].slice(0, 80))
  throw invalidLabels(`label ${shown} was not declared: labelNames has ${JSON.stringify(declared)}`)
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
