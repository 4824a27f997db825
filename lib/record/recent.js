'use strict'

// The handles that `labels()` gave lately, by their values: most calls ask for one of a few label sets again and again. A
// bounded cache and nothing more: whatever is not in it is found, or made, the longer way.

/** Labels beyond this many, and texts longer than this, are not worth keeping. */
const MAX_KEYS = 3
const MAX_LENGTH = 100
const SLOTS = 512
/** So many slots in a row are tried: label sets that meet in one do not push each other out again and again. */
const TRIES = 4
const ARRAY_INDEX = /^\d+$/

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Order} Order */

/** Values and their handle, which is undefined until it is made. @template Handle */
class Entry {
  /** @param {unknown} first @param {unknown} second @param {unknown} third */
  constructor(first, second, third) {
    this.first = first
    this.second = second
    this.third = third
    /** @type {Handle | undefined} */
    this.handle = undefined
  }
}

/** Of no labels: no value equals NaN. */
const NONE = new Entry(Number.NaN, Number.NaN, Number.NaN)

/** A number that differs for most values that differ. @param {unknown} value */
function mix(value) {
  if (typeof value === 'number') return value | 0
  if (typeof value !== 'string') return 0
  const { length } = value
  if (length === 0) return 0
  return Math.imul(value.charCodeAt(length - 1), 31) + Math.imul(value.charCodeAt(length >>> 1), 7) + length
}

/** @param {unknown} first @param {unknown} second @param {unknown} third */
function slotOf(first, second, third) {
  const mixed =
    Math.imul(Math.imul(mix(first), 0x9e3779b1) + mix(second), 0x85ebca6b) + Math.imul(mix(third), 0xc2b2ae35)
  return (mixed >>> 16) & (SLOTS - 1)
}

/** The cache of one order of keys. @template Handle */
class RecentInOrder {
  #order
  #keys
  /** @type {Entry<Handle>[]} */
  #entries = Array(SLOTS).fill(NONE)

  /** @param {Order} order with at most MAX_KEYS keys */
  constructor(order) {
    this.#order = order
    this.#keys = order.keys
  }

  get order() {
    return this.#order
  }

  /** The entry of these labels, or a new one; undefined if they have other keys. @param {any} labels @returns {Entry<Handle> | undefined} */
  find(labels) {
    const keys = this.#keys
    let first
    let second
    let third
    let at = 0
    for (const key in labels) {
      if (key !== keys[at]) return undefined
      const value = labels[key]
      if (at === 0) first = value
      else if (at === 1) second = value
      else third = value
      at++
    }
    if (at !== keys.length) return undefined
    const slot = slotOf(first, second, third)
    const entries = this.#entries
    for (let tried = 0; tried < TRIES; tried++) {
      const entry = entries[(slot + tried) & (SLOTS - 1)]
      if (entry === NONE) break
      // an object, whose text may change, is never kept, so it equals nothing here
      if (entry.first === first && entry.second === second && entry.third === third) return entry
    }
    return new Entry(first, second, third)
  }

  /** The values of an entry, as many as there are keys. @param {Entry<Handle>} entry @returns {unknown[]} */
  valuesOf({ first, second, third }) {
    const { length } = this.#keys
    if (length === 1) return [first]
    return length === 2 ? [first, second] : [first, second, third]
  }

  /** @param {Entry<Handle>} entry with its handle */
  keep(entry) {
    const { first, second, third } = entry
    if (!isLasting(first) || !isLasting(second) || !isLasting(third)) return
    const slot = slotOf(first, second, third)
    const entries = this.#entries
    let tried = 0
    while (tried < TRIES && entries[(slot + tried) & (SLOTS - 1)] !== NONE) tried++
    // with all of them taken, the first makes room
    entries[(slot + (tried % TRIES)) & (SLOTS - 1)] = entry
  }
}

/** @template Handle */
class RecentHandles {
  #family
  #make
  /** @type {RecentInOrder<Handle>[]} */
  #orders = []

  /** @param {Family} family @param {(cell: number) => Handle} make */
  constructor(family, make) {
    this.#family = family
    this.#make = make
  }

  /** @param {any} labels @returns {Handle} */
  find(labels) {
    const orders = this.#orders
    for (let at = 0; at < orders.length && typeof labels === 'object'; at++) {
      const entry = read(orders[at], labels)
      if (entry !== undefined) return entry.handle ?? this.#add(orders[at], entry)
    }
    return this.#findAnyOrder(labels)
  }

  /**
   * Makes a handle of the values that were read, not of the labels: a getter could answer otherwise now.
   * @param {RecentInOrder<Handle>} recent
   * @param {Entry<Handle>} entry
   */
  #add(recent, entry) {
    const handle = this.#make(this.#family.findInOrder(recent.order, recent.valuesOf(entry)))
    entry.handle = handle
    recent.keep(entry)
    return handle
  }

  /** @param {any} labels */
  #findAnyOrder(labels) {
    const handle = this.#make(this.#family.find(labels))
    const keys = Object.keys(labels)
    if (keys.length <= MAX_KEYS) this.#begin(keys)
    return handle
  }

  /** Begins a cache if the family has learned the order of these keys and there is none. @param {string[]} keys */
  #begin(keys) {
    const order = this.#family.orders.find((known) => isSame(known.keys, keys))
    if (order === undefined || this.#orders.some((recent) => recent.order === order)) return
    // names like an array's would let arrays and strings pass for labels
    if (!keys.some((key) => ARRAY_INDEX.test(key))) this.#orders.push(new RecentInOrder(order))
  }

  /** Forgets all: what was allowed may not be any more. */
  clear() {
    this.#orders = []
  }
}

/** @template Handle @param {RecentInOrder<Handle>} recent @param {any} labels @returns {Entry<Handle> | undefined} */
function read(recent, labels) {
  try {
    return recent.find(labels)
  } catch {
    // a getter or a proxy of the caller's threw: the longer way says so
    return undefined
  }
}

/** @param {string[]} one @param {string[]} other */
function isSame(one, other) {
  return one.length === other.length && one.every((key, at) => key === other[at])
}

/** A value whose text stays the same, and is short enough to be kept. @param {unknown} value */
function isLasting(value) {
  if (typeof value === 'string') return value.length <= MAX_LENGTH
  return typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null
}

module.exports = { RecentHandles }
