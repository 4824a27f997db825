'use strict'

// Finds the series of a set of labels without a call into Rust and without joining strings. Values have numbers, and one
// integer table holds all steps from a family by its labels' values to a cell, two values a step: a million series cost one
// array, not a million objects.
//
// A family learns the order in which a call names its labels. A call in a known order compares the keys and walks; any
// other is brought into sorted order first, finds its cell there, and is learned. Two labels in either order take the same
// steps; an unsorted order of more has steps of its own.

const { invalidLabels, notLabels } = require('../errors')
const { wellFormed } = require('./options')

/** @typedef {import('./types').Shard} Shard */
/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Order} Order */

/** So many orders of keys are learned for a family; what comes in yet another one is found the slow way. */
const MAX_ORDERS = 4
const MAX_LABELS = 1000
const FIRST_SLOTS = 64
/** @type {[unknown, number][]} values that stand for no label */
const ABSENT = [
  [undefined, 0],
  [null, 0],
  ['', 0],
]

class LabelTable {
  /** @type {Shard} */
  #shard
  /** @type {Family[]} */
  families = []
  /** @type {Map<unknown, number>} a value as it was given (no objects) to the number of its text */
  #symbols = new Map(ABSENT)
  /** steps: node, two values' numbers, next node or cell; next 0 is a free slot */
  #slots = new Uint32Array(4 * FIRST_SLOTS)
  #mask = FIRST_SLOTS - 1
  #used = 0
  #nodes = 0
  /** of the values of the call that is under way; may have more from calls before */
  #numbers = [0, 0, 0]

  /** @param {Shard} shard */
  constructor(shard) {
    this.#shard = shard
  }

  /** Begins anew where most of what is here was removed: what is still used is found, or registered, again. */
  renewIfDue() {
    if (!this.#shard.isRenewalDue) return
    this.#shard.renew()
    this.#symbols = new Map(ABSENT)
    this.#slots = new Uint32Array(4 * FIRST_SLOTS)
    this.#mask = FIRST_SLOTS - 1
    this.#used = 0
    this.#nodes = 0
    for (const family of this.families) family.forgetLabels()
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
      const values = valuesInOrder(orders[at].keys, labels)
      if (values !== undefined) return this.findInOrder(family, orders[at], values)
    }
    return this.#findAnyOrder(family, labelPairs(labels))
  }

  /**
   * The same for labels that were read.
   * @param {Family} family
   * @param {Order} order one of the family's
   * @param {unknown[]} values as many as the order has keys
   * @returns {number}
   */
  findInOrder(family, order, values) {
    const { names, root } = order
    const { length } = values
    const numbers = this.#numbers
    // a getter of the caller's may have let this table begin anew
    const arePlain = order.renewals === this.#shard.renewals && this.#number(values)
    if (order.swapped) swap(numbers)
    let cell = arePlain ? this.#follow(root, numbers, length) : 0
    if (cell !== 0) return cell
    // what is absent has no place among the labels of a new series
    if (!arePlain || names === undefined || isAnyZero(numbers, length) || this.#shard.isRenewalDue) {
      return this.#findAnyOrder(family, pairsOf(order.keys.map((key, at) => [key, values[at]])))
    }
    cell = this.#shard.register(family.number, names, numbers)
    this.#enter(root, numbers, length, cell)
    return cell
  }

  /** Leaves the numbers of values in `#numbers`; false if one of them is no plain value. @param {unknown[]} values */
  #number(values) {
    for (let at = 0; at < values.length; at++) {
      const value = values[at]
      const symbol = this.#symbols.get(value) ?? this.#plainSymbolOf(value)
      if (symbol === undefined) return false
      this.#numbers[at] = symbol
    }
    return true
  }

  /** @param {unknown} value */
  #plainSymbolOf(value) {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined
    return this.#symbolOf(wellFormed(String(value)), value)
  }

  /** @param {Family} family @param {Pair[]} pairs */
  #findAnyOrder(family, pairs) {
    // after all code of the caller's has run, and before the first number is asked for
    this.renewIfDue()
    checkDeclared(family, pairs)
    const present = pairs.filter(([, text]) => text !== '').sort(([one], [other]) => (one < other ? -1 : 1))
    if (present.length === 0) return family.own()
    const root = this.#rootOf(
      family,
      present.map(([name]) => name),
    )
    const values = present.map(([, text, value]) => this.#symbolOf(text, value))
    let cell = this.#follow(root, values, values.length)
    if (cell === 0) {
      const names = present.map(([name]) => this.#symbolOf(name, name))
      cell = this.#shard.register(family.number, names, values)
      this.#enter(root, values, values.length, cell)
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
    if (order.swapped) swap(values)
    if (this.#follow(order.root, values, values.length) === 0) this.#enter(order.root, values, values.length, cell)
  }

  /** @param {Family} family @param {string[]} keys @returns {Order} */
  #newOrder(family, keys) {
    const sorted = [...keys].sort()
    const isSorted = keys.every((key, at) => key === sorted[at])
    const swapped = !isSorted && keys.length === 2
    const { renewals } = this.#shard
    if (!isSorted && !swapped) return { keys, root: ++this.#nodes, swapped, names: undefined, renewals }
    const names = sorted.map((name) => this.#symbolOf(name, name))
    return { keys, root: this.#rootOf(family, sorted), swapped, names, renewals }
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

  /** @param {number} root @param {number[]} values @param {number} count of them, at least one @returns {number} the cell, or 0 */
  #follow(root, values, count) {
    let node = root
    for (let at = 0; at < count && (at === 0 || node !== 0); at += 2) {
      node = this.#next(node, values[at], at + 1 < count ? values[at + 1] : 0)
    }
    return node
  }

  /** Enters a cell that is not found yet. @param {number} root @param {number[]} values @param {number} count @param {number} cell */
  #enter(root, values, count, cell) {
    let node = root
    let at = 0
    for (; at + 2 < count; at += 2) {
      let next = this.#next(node, values[at], values[at + 1])
      if (next === 0) {
        next = ++this.#nodes
        this.#insert(node, values[at], values[at + 1], next)
      }
      node = next
    }
    this.#insert(node, values[at], at + 1 < count ? values[at + 1] : 0, cell)
  }

  /** @param {number} node @param {number} first @param {number} second */
  #next(node, first, second) {
    const slots = this.#slots
    const mask = this.#mask
    const hashed = hash(node, first, second)
    const step = stepOf(hashed)
    for (let slot = hashed & mask; ; slot = (slot + step) & mask) {
      const at = 4 * slot
      const next = slots[at + 3]
      if (next === 0 || (slots[at + 2] === second && slots[at + 1] === first && slots[at] === node)) return next
    }
  }

  /** @param {number} node @param {number} first @param {number} second @param {number} next */
  #insert(node, first, second, next) {
    // three quarters full at most, so that walks stay short
    if (4 * ++this.#used > 3 * (this.#mask + 1)) this.#grow()
    this.#place(node, first, second, next)
  }

  /** @param {number} node @param {number} first @param {number} second @param {number} next */
  #place(node, first, second, next) {
    const slots = this.#slots
    const mask = this.#mask
    const hashed = hash(node, first, second)
    const step = stepOf(hashed)
    let slot = hashed & mask
    while (slots[4 * slot + 3] !== 0) slot = (slot + step) & mask
    const at = 4 * slot
    slots[at] = node
    slots[at + 1] = first
    slots[at + 2] = second
    slots[at + 3] = next
  }

  #grow() {
    const old = this.#slots
    this.#mask = 2 * this.#mask + 1
    // a page of new memory is mapped twice if it is read before it is written
    this.#slots = new Uint32Array(4 * (this.#mask + 1)).fill(0)
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 3] !== 0) this.#place(old[at], old[at + 1], old[at + 2], old[at + 3])
    }
  }
}

/** @param {number} node @param {number} first @param {number} second */
function hash(node, first, second) {
  const mixed = Math.imul(Math.imul(node, 0x9e3779b1) + (first >>> 6), 0x85ebca6b) + Math.imul(second, 0xc2b2ae35)
  // steps of 64 texts that came one after the other are beside each other, where the processor expects the next new series
  return ((mixed ^ (mixed >>> 15)) & ~63) | (first & 63)
}

// From a slot that is taken to the next: the same for steps beside each other, and odd, so that it leads to all slots.
/** @param {number} hashed */
function stepOf(hashed) {
  return (hashed >>> 16) | 1
}

/** Two labels' numbers, in the other order. @param {number[]} numbers */
function swap(numbers) {
  const [first, second] = numbers
  numbers[0] = second
  numbers[1] = first
}

/** @param {number[]} numbers @param {number} count */
function isAnyZero(numbers, count) {
  for (let at = 0; at < count; at++) if (numbers[at] === 0) return true
  return false
}

/**
 * The values of labels that have just these keys in this order.
 * @param {string[]} keys
 * @param {any} labels
 * @returns {unknown[] | undefined}
 */
function valuesInOrder(keys, labels) {
  const values = []
  try {
    if (typeof labels !== 'object' || Array.isArray(labels)) return undefined
    for (const key in labels) {
      if (key !== keys[values.length]) return undefined
      values.push(labels[key])
    }
  } catch (cause) {
    // only a getter or a proxy of the caller's throws here
    throw unreadableLabels(cause)
  }
  return values.length === keys.length ? values : undefined
}

/** @typedef {[name: string, text: string, value: unknown]} Pair */

/**
 * Labels as texts, in the order given; an absent value's text is empty.
 * @param {any} labels
 * @returns {Pair[]}
 */
function labelPairs(labels) {
  return pairsOf(labelEntries(labels))
}

/** @param {[string, unknown][]} entries @returns {Pair[]} */
function pairsOf(entries) {
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
    if (typeof labels === 'object' && labels !== null && !isList(labels)) {
      entries = Object.entries(labels)
      // a Map or a Date has no labels, but who passes one means some
      if (entries.length > 0 || isPlain(labels)) return entries
    }
  } catch (cause) {
    throw unreadableLabels(cause)
  }
  throw notLabels(labels)
}

/** An array, a Buffer or a `new String`: its keys are no names. @param {object} object */
function isList(object) {
  return (
    Array.isArray(object) || ArrayBuffer.isView(object) || Object.prototype.toString.call(object) === '[object String]'
  )
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

module.exports = { LabelTable, flatLabels, labelPairs }
