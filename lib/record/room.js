'use strict'

// The room of a full family, in memory that Rust owns: whether label sets were removed meanwhile, so that there is room again, and
// which ones exist in other threads. Both are hints, read without a call; `src/cells/room.rs` has the protocol.

const binding = require('../native')
const {
  KNOWN_FIRST,
  ROOM_FOLDED,
  ROOM_FOLDED_LIMIT,
  ROOM_LIMIT,
  ROOM_USED,
  UNITS_PER_SERIES,
  UNLIMITED,
} = require('./layout')

/** The value of a label that stands for all values that have no room. */
const FOLDED = '…'
/** The label of the series that stands for all label sets that have no room, as in OpenTelemetry. */
const OVERFLOW = 'otel_metric_overflow'
/** The family that counts for all names that have no room. */
const OVERFLOW_FAMILY = 'tallystick_overflow'

/** What a room limits, beside the label sets of a family: those of all families, and the families. */
const WHOLE = -1
const FAMILIES = -2

/** How many units at both ends of a string its hash covers. */
const HASHED_UNITS = 32

class Room {
  #reference
  #number
  #words
  /** of the collector */
  #whole
  /** @type {Uint32Array | undefined} the hashes of what exists */
  #known
  /** @type {Float64Array | undefined} how often this thread has folded */
  #folds

  /** @param {import('./types').Reference} reference @param {number} number a family's, or `FAMILIES` */
  constructor(reference, number) {
    this.#reference = reference
    this.#number = number
    this.#words = wordsOf(reference, number)
    this.#whole = wordsOf(reference, WHOLE)
  }

  /** The most label sets. */
  get limit() {
    const limit = this.#words[ROOM_LIMIT]
    return limit === UNLIMITED ? Number.POSITIVE_INFINITY : limit
  }

  /** For how many series room is taken. */
  get used() {
    return this.#words[ROOM_USED]
  }

  get isFull() {
    return !this.hasRoomFor(1)
  }

  /** @param {number} series as many as it takes */
  hasRoomFor(series) {
    return hasRoomFor(this.#words, series) && hasRoomFor(this.#whole, series)
  }

  /** The most series whose label is folded. */
  get foldedLimit() {
    return this.#words[ROOM_FOLDED_LIMIT]
  }

  /** Whether there is room for another series whose label is folded. */
  get hasRoomToFold() {
    return this.#words[ROOM_FOLDED] < this.#words[ROOM_FOLDED_LIMIT]
  }

  /** Whether a series, or a family by its name, with this hash may exist. False is certain. @param {number} hash */
  mayKnow(hash) {
    if (this.#known === undefined || this.#known[0] !== 0) this.#known = this.#watch()
    const known = this.#known
    const entry = entryOf(hash)
    const mask = known.length - KNOWN_FIRST - 1
    // at most once around, because Rust changes it meanwhile
    for (let at = 0; at <= mask; at++) {
      const found = known[KNOWN_FIRST + ((entry + at) & mask)]
      if (found === entry) return true
      if (found === 0) return false
    }
    return true
  }

  #watch() {
    return /** @type {Uint32Array} */ (binding.knownSeries(this.#reference, this.#number))
  }

  /** Counts a label set or a name that was folded. */
  countFold() {
    this.#folds ??= /** @type {Float64Array} */ (binding.openFolds(this.#reference, this.#number))
    this.#folds[0] += 1
  }
}

/** @param {import('./types').Reference} reference @param {number} number */
function wordsOf(reference, number) {
  return /** @type {Uint32Array} */ (binding.room(reference, number))
}

/** @param {Uint32Array} words @param {number} series */
function hasRoomFor(words, series) {
  const limit = words[ROOM_LIMIT]
  return limit === UNLIMITED || words[ROOM_USED] + series <= limit
}

/** In the table, 0 is an empty slot and 1 a removed entry. @param {number} hash */
function entryOf(hash) {
  const entry = hash >>> 0
  return entry > 1 ? entry : entry + 2
}

/**
 * The hash of a label value or a name: FNV-1a over UTF-16 units with a final mix, as `hash_of` in Rust. That of a series is the sum
 * of those of its values.
 * @param {string} string
 * @returns {number}
 */
function hashOf(string) {
  const { length } = string
  let hash = 0x811c9dc5 ^ length
  const first = Math.min(length, HASHED_UNITS)
  for (let at = 0; at < first; at++) hash = Math.imul(hash ^ string.charCodeAt(at), 0x01000193)
  for (let at = Math.max(first, length - HASHED_UNITS); at < length; at++) {
    hash = Math.imul(hash ^ string.charCodeAt(at), 0x01000193)
  }
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}

/** The room that a string takes beyond that of its series. @param {string} string */
function costOf(string) {
  return Math.floor(string.length / UNITS_PER_SERIES)
}

module.exports = { FAMILIES, FOLDED, OVERFLOW, OVERFLOW_FAMILY, Room, costOf, hashOf }
