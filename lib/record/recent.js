'use strict'

// The handles that `labels()` gave lately, by their values: most calls ask for one of a few label sets again and again. A
// bounded cache and nothing more: whatever is not in it is found, or made, the longer way.

/** Labels beyond this many, and texts longer than this, are not worth keeping. */
const MAX_KEYS = 3
const MAX_LENGTH = 100
/** Slots are made as they are needed, each time twice as many. */
const FIRST_SLOTS = 64
const MAX_SLOTS = 4096
/** Of so many that find no slot, one takes another's place: what comes and goes must not push out what stays. */
const REFUSALS = 64
/** So many slots in a row are tried: label sets that meet in one do not push each other out again and again. */
const TRIES = 4
/** Texts up to this length are told apart by some of their characters, longer ones by numbers: routes differ anywhere. */
const MAX_SAMPLED = 8
const MAX_NUMBERS = 4096
const SPREAD = 0x9e3779b1
const FINISH = 0x85ebca6b
const ARRAY_INDEX = /^\d+$/

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Order} Order */

/** The values of labels, the last one first, and their handle, which is undefined until it is made. @template Handle */
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

/** @type {Map<string, number>} of long texts that are kept. When they begin anew, labels are kept once more, elsewhere. */
const numbers = new Map()

/** A number that differs for most values that differ. @param {unknown} value */
function mix(value) {
  if (typeof value !== 'string') return typeof value === 'number' ? value | 0 : 0
  const { length } = value
  if (length === 0) return 0
  if (length > MAX_SAMPLED) return numberOf(value)
  // the last two: where there are many values, they end in numbers
  const last = value.charCodeAt(length - 1)
  const other = value.charCodeAt(length === 1 ? 0 : length - 2)
  return (Math.imul(last, 31) + Math.imul(other, 7) + length) | 0
}

/** @param {string} text */
function numberOf(text) {
  return numbers.get(text) ?? 0
}

/** The same, once long texts have got a number. @param {unknown} value */
function mixKept(value) {
  if (typeof value !== 'string' || value.length <= MAX_SAMPLED) return mix(value)
  return numbers.get(value) ?? newNumber(value)
}

/** @param {string} text */
function newNumber(text) {
  if (numbers.size === MAX_NUMBERS) numbers.clear()
  numbers.set(text, numbers.size + 1)
  return numbers.size
}

/**
 * The cache of one order of keys. Its fields are not private: that takes more bytecode, and V8 does not inline what is long.
 * @template Handle
 */
class RecentInOrder {
  /** @type {RecentInOrder<Handle> | undefined} of the order that was begun after this one */
  next
  /** @type {Entry<Handle>[]} */
  entries = slots(FIRST_SLOTS)
  /** @type {Entry<Handle>} the last one that was made: who asks twice in a row gets it, kept or not */
  latest = NONE
  /** how many are kept */
  size = 0
  /** how many found no slot since one of them took another's place */
  refused = 0
  /** a hash's upper bits are the slot */
  shift = Math.clz32(FIRST_SLOTS - 1)

  /** @param {Order} order with at most MAX_KEYS keys */
  constructor(order) {
    this.order = order
    this.count = order.keys.length
    const [key0, key1, key2] = order.keys
    this.key0 = key0
    this.key1 = key1
    this.key2 = key2
  }

  /** The entry of these labels, or a new one; undefined if they have other keys. @param {any} labels @returns {Entry<Handle> | undefined} */
  find(labels) {
    // the keys awaited and the values read move on by one place at each step: that takes no array
    /** @type {string | undefined} */
    let awaited = this.key0
    /** @type {string | undefined} */
    let next = this.key1
    /** @type {string | undefined} */
    let last = this.key2
    let first
    let second
    let third
    let hash = 0
    for (const key in labels) {
      if (key !== awaited) return undefined
      awaited = next
      next = last
      last = undefined
      third = second
      second = first
      first = labels[key]
      hash = (Math.imul(hash, SPREAD) + mix(first)) | 0
    }
    if (awaited !== undefined) return undefined
    const slot = Math.imul(hash, FINISH) >>> this.shift
    const entry = this.entries[slot]
    return isOf(entry, this.count, first, second, third) ? entry : this.findFurther(slot, first, second, third)
  }

  /** @param {number} slot @param {unknown} first @param {unknown} second @param {unknown} third @returns {Entry<Handle>} */
  findFurther(slot, first, second, third) {
    const { entries, count } = this
    for (let tried = 1; tried < TRIES; tried++) {
      const entry = entries[(slot + tried) & (entries.length - 1)]
      if (entry === NONE) break
      if (isOf(entry, count, first, second, third)) return entry
    }
    return isOf(this.latest, count, first, second, third) ? this.latest : new Entry(first, second, third)
  }

  /** The values of an entry, in the order of the keys. @param {Entry<Handle>} entry @returns {unknown[]} */
  valuesOf({ first, second, third }) {
    if (this.count === 2) return [second, first]
    return this.count === 1 ? [first] : [third, second, first]
  }

  /** Where `find` will look first. @param {Entry<Handle>} entry */
  slotOf({ first, second, third }) {
    let hash = this.count === 3 ? mixKept(third) : 0
    if (this.count > 1) hash = Math.imul(hash, SPREAD) + mixKept(second)
    hash = Math.imul(hash, SPREAD) + mixKept(first)
    return Math.imul(hash, FINISH) >>> this.shift
  }

  /** @param {Entry<Handle>} entry with its handle @param {boolean} isNew whether its series is */
  note(entry, isNew) {
    if (!isLasting(entry.first) || !isLasting(entry.second) || !isLasting(entry.third)) return
    this.latest = entry
    // many are asked for once: what is new is kept when it is asked for again, and pushes nothing out before
    if (!isNew) this.keep(entry)
  }

  /** @param {Entry<Handle>} entry */
  keep(entry) {
    if (this.place(entry)) return
    // more slots do not help label sets that meet where there are few
    if (this.size > this.entries.length / 4 && this.entries.length < MAX_SLOTS) {
      this.grow()
      this.keep(entry)
    } else if (++this.refused === REFUSALS) {
      this.refused = 0
      this.entries[this.slotOf(entry)] = entry
    }
  }

  /** Puts an entry in a free slot; false if there is none where it would be looked for. @param {Entry<Handle>} entry */
  place(entry) {
    const { entries } = this
    const slot = this.slotOf(entry)
    for (let tried = 0; tried < TRIES; tried++) {
      const at = (slot + tried) & (entries.length - 1)
      if (entries[at] !== NONE) continue
      entries[at] = entry
      this.size++
      return true
    }
    return false
  }

  grow() {
    const { entries } = this
    this.entries = slots(2 * entries.length)
    this.size = 0
    this.shift--
    // what finds no slot is forgotten
    for (const entry of entries) if (entry !== NONE) this.place(entry)
  }
}

/** @param {number} length a power of two @returns {Entry<any>[]} */
function slots(length) {
  return Array.from({ length }, () => NONE)
}

/**
 * Whether an entry has these values. An object, whose text may change, is never kept, so it equals nothing here.
 * Values that no key is for are not compared: a comparison of ever the same type is the faster one.
 * @param {Entry<any>} entry
 * @param {number} count
 * @param {unknown} first
 * @param {unknown} second
 * @param {unknown} third
 */
function isOf(entry, count, first, second, third) {
  return entry.first === first && (count === 1 || (entry.second === second && (count === 2 || entry.third === third)))
}

/** @template Handle */
class RecentHandles {
  #family
  #make
  /** @type {RecentInOrder<Handle> | undefined} */
  #first

  /** @param {Family} family @param {(cell: number) => Handle} make */
  constructor(family, make) {
    this.#family = family
    this.#make = make
  }

  /** @param {any} labels @returns {Handle} */
  find(labels) {
    if (typeof labels === 'object') {
      for (let recent = this.#first; recent !== undefined; recent = recent.next) {
        const entry = read(recent, labels)
        if (entry !== undefined) return entry.handle ?? this.#add(recent, entry)
      }
    }
    return this.#findAnyOrder(labels)
  }

  /**
   * Makes a handle of the values that were read, not of the labels: a getter could answer otherwise now.
   * @param {RecentInOrder<Handle>} recent
   * @param {Entry<Handle>} entry
   */
  #add(recent, entry) {
    const { shard } = this.#family
    const { registrations } = shard
    const handle = this.#make(this.#family.findInOrder(recent.order, recent.valuesOf(entry)))
    entry.handle = handle
    recent.note(entry, shard.registrations !== registrations)
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
    // names like an array's would let arrays and strings pass for labels
    if (order === undefined || keys.some((key) => ARRAY_INDEX.test(key))) return
    let last = this.#first
    while (last?.next !== undefined && last.order !== order) last = last.next
    if (last === undefined) this.#first = new RecentInOrder(order)
    else if (last.order !== order) last.next = new RecentInOrder(order)
  }

  /** Forgets all: what was allowed may not be any more. */
  clear() {
    this.#first = undefined
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
