'use strict'

// Finds the handle of a set of attributes. It is to attributes what `lib/record/labels.js` is to labels, and asks that for the
// handles: in front of it, calls need not name the scope, a view drops attributes before they are looked up, and the number of sets
// is limited.
//
// A table learns the orders in which calls name their attributes. A call whose keys come in a known order walks a Map of Maps as it
// reads its values. By the semantic conventions, many attributes have one value only (scheme, port, version of the protocol), which
// is compared and not looked up: of four attributes with two such, `add` takes a sixth less (`opentelemetry-four`).

const { STRING, stringOf, typeOf } = require('../otlp/attribute-values')

const { hasOwnProperty: isOwn } = Object.prototype

/** At most this many orders are learned; calls with any other one take the slow path. */
const MAX_ORDERS = 8
/** A set of attributes is in the Maps once for each order and form of its values; on average at most this often. */
const MAX_FORMS = 4
const ARRAY_INDEX = /^\d+$/

/** The set that stands for all sets beyond the limit, as OpenTelemetry names it. */
const OVERFLOW = { 'otel.metric.overflow': true }
const OVERFLOW_LABELS = { 'otel.metric.overflow': 'true' }

/** @typedef {{ labels(labels: Record<string, string>): any }} Instrument */
/** The values of an attribute, to further steps or to handles. @extends {Map<unknown, any>} */
class Step extends Map {
  /** @type {unknown} the first value */
  first = undefined
  /** @type {any} where it leads */
  next = undefined

  /** @param {unknown} value @param {any} next */
  enter(value, next) {
    if (this.size === 0) this.first = value
    if (this.first === value) this.next = next
    this.set(value, next)
  }
}

/**
 * @typedef {{ keys: string[], kept: boolean[], root: any }} Order `root` leads to handles, by the values of the keys that are kept
 */

/** @type {Order} */
const NO_ORDER = { keys: ['\0'], kept: [true], root: new Step() }

class AttributeTable {
  /** called before a new set is counted with others, because the limit is reached */
  makeRoom = () => {}
  #instrument
  #scope
  #limit
  #keeps
  #isFiltered
  #noteTypes
  /** @type {Map<string, number>} what was noted */
  #types = new Map()
  /** @type {Map<string, any>} the handles by all their labels, as JSON */
  #known = new Map()
  /** @type {Order[]} the latest first */
  #orders = []
  #latest = NO_ORDER
  /** how many handles the orders lead to */
  #entries = 0
  /** @type {any} */
  #overflow

  /**
   * @param {Instrument} instrument
   * @param {object} options
   * @param {Record<string, string>} options.scope labels of every series
   * @param {number} options.limit of the sets of attributes
   * @param {(key: string) => boolean} options.keeps which attributes a view keeps
   * @param {boolean} options.isFiltered whether that is not all of them
   * @param {(key: string, types: number) => void} options.noteTypes called when values of a key are of further types
   */
  constructor(instrument, { scope, limit, keeps, isFiltered, noteTypes }) {
    this.#instrument = instrument
    this.#scope = scope
    this.#limit = limit
    this.#keeps = keeps
    this.#isFiltered = isFiltered
    this.#noteTypes = noteTypes
  }

  /**
   * The handle of a set of attributes, made if it is new.
   * @param {any} attributes
   * @returns {any}
   */
  find(attributes) {
    if (this.#isFiltered) return walk(this.#latest, attributes) ?? this.#findElsewhere(attributes)
    const { keys, root } = this.#latest
    let node = root
    let count = 0
    for (const key in attributes) {
      if (key !== keys[count] || !isOwn.call(attributes, key)) return this.#findElsewhere(attributes)
      const value = attributes[key]
      node = value === node.first ? node.next : node.get(value)
      if (node === undefined) return this.#findElsewhere(attributes)
      count++
    }
    return count === keys.length ? node : this.#findElsewhere(attributes)
  }

  /** Whether a further set is counted with others. */
  get #isFull() {
    return this.#known.size >= this.#limit - 1
  }

  /** Whether a handle is that of the sets that have no room. @param {any} handle */
  isOverflow(handle) {
    return handle === this.#overflow
  }

  /**
   * The labels of the series of a set of attributes, as strings.
   * @param {any} handle of the series
   * @param {any} attributes
   * @returns {Record<string, string>}
   */
  labelsOf(handle, attributes) {
    if (this.isOverflow(handle)) return { ...this.#scope, ...OVERFLOW_LABELS }
    return { ...this.#keptStrings(entriesOf(attributes)), ...this.#scope }
  }

  /** Forgets a set of attributes whose series was removed. @param {Record<string, string>} labels as of `labelsOf` */
  forget(labels) {
    this.#known.delete(idOf(labels))
    this.#forgetOrders()
  }

  /** @param {any} attributes */
  #findElsewhere(attributes) {
    const orders = this.#orders
    for (let at = 0; at < orders.length; at++) {
      const handle = orders[at] === this.#latest ? undefined : walk(orders[at], attributes)
      if (handle !== undefined) return handle
    }
    return this.#findOrMake(attributes)
  }

  /** @param {any} attributes */
  #findOrMake(attributes) {
    const given = entriesOf(attributes)
    // a Map finds an array by its identity only
    const entries = given.map(
      ([key, value]) => /** @type {[string, unknown]} */ ([key, isObject(value) ? stringOf(value) : value]),
    )
    const known = given.some(([, value]) => isObject(value)) ? this.#findKnown(Object.fromEntries(entries)) : undefined
    return known ?? this.#findByLabels(entries, given)
  }

  /** @param {any} attributes */
  #findKnown(attributes) {
    for (const order of this.#orders) {
      const handle = walk(order, attributes)
      if (handle !== undefined) return handle
    }
    return undefined
  }

  /** @param {[string, unknown][]} entries whose values a Map finds @param {[string, unknown][]} given */
  #findByLabels(entries, given) {
    const labels = { ...this.#keptStrings(entries), ...this.#scope }
    const id = idOf(labels)
    let handle = this.#known.get(id)
    if (handle === undefined) {
      if (this.#isFull) this.makeRoom()
      if (this.#isFull) return this.#overflowing()
      handle = this.#instrument.labels(labels)
      this.#known.set(id, handle)
    }
    this.#note(given)
    this.#learn(entries, handle)
    return handle
  }

  #overflowing() {
    if (this.#overflow === undefined) {
      this.#note(Object.entries(OVERFLOW))
      this.#overflow = this.#instrument.labels({ ...this.#scope, ...OVERFLOW_LABELS })
    }
    return this.#overflow
  }

  /** @param {[string, unknown][]} entries @returns {Record<string, string>} */
  #keptStrings(entries) {
    /** @type {Record<string, string>} */
    const strings = Object.create(null)
    for (const [key, value] of entries) {
      const string = this.#keeps(key) ? stringOf(value) : undefined
      // an empty key is no name, and an empty string no label
      if (string !== undefined && string !== '' && key !== '') strings[key] = string
    }
    return strings
  }

  /** @param {[string, unknown][]} entries */
  #note(entries) {
    for (const [key, value] of entries) {
      if (value === undefined || value === null || !this.#keeps(key)) continue
      const known = this.#types.get(key) ?? 0
      const types = known | typeOf(value)
      if (types === known) continue
      this.#types.set(key, types)
      // strings alone need no note
      if (types !== STRING) this.#noteTypes(key, types)
    }
  }

  /** Lets the next such call find its handle without making strings. @param {[string, unknown][]} entries @param {any} handle */
  #learn(entries, handle) {
    const keys = entries.map(([key]) => key)
    // names like an array's would let arrays and strings pass for attributes
    if (keys.some((key) => ARRAY_INDEX.test(key))) return
    if (++this.#entries > MAX_FORMS * this.#limit) this.#forgetOrders()
    const order = this.#orderOf(keys)
    const values = entries.filter((_, at) => order.kept[at]).map(([, value]) => value)
    if (values.length === 0) order.root = handle
    else enter(order.root, values, handle)
    this.#latest = order
  }

  /** @param {string[]} keys */
  #orderOf(keys) {
    const isSame = (/** @type {Order} */ known) =>
      known.keys.length === keys.length && known.keys.every((key, at) => key === keys[at])
    let order = this.#orders.find(isSame)
    if (order === undefined) {
      order = { keys, kept: keys.map((key) => this.#keeps(key)), root: new Step() }
      if (this.#orders.length === MAX_ORDERS) this.#orders.pop()
      this.#orders.unshift(order)
    }
    return order
  }

  #forgetOrders() {
    this.#orders = []
    this.#latest = NO_ORDER
    this.#entries = 0
  }
}

/**
 * The handle that attributes lead to; undefined if they are new, or their keys are not those of the order.
 * @param {Order} order
 * @param {any} attributes
 */
function walk({ keys, kept, root }, attributes) {
  let node = root
  let count = 0
  for (const key in attributes) {
    if (key !== keys[count] || !isOwn.call(attributes, key)) return undefined
    if (kept[count]) {
      const value = attributes[key]
      node = value === node.first ? node.next : node.get(value)
      if (node === undefined) return undefined
    }
    count++
  }
  return count === keys.length ? node : undefined
}

/** @param {Step} root @param {unknown[]} values @param {any} handle */
function enter(root, values, handle) {
  let node = root
  for (const value of values.slice(0, -1)) {
    let next = node.get(value)
    if (next === undefined) {
      next = new Step()
      node.enter(value, next)
    }
    node = next
  }
  node.enter(values[values.length - 1], handle)
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null
}

/** @param {any} attributes @returns {[string, unknown][]} */
function entriesOf(attributes) {
  return typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes)
    ? Object.entries(attributes)
    : []
}

/** @param {Record<string, string>} labels */
function idOf(labels) {
  return JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)))
}

module.exports = { AttributeTable }
