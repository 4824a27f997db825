'use strict'

// One family in this thread: its options, its instrument and the handles of its series.

const binding = require('../native')
const { conflictingOption } = require('../errors/options')
const { MERGES } = require('./layout')
const { flatLabels } = require('./label-strings')
const { LabelTable } = require('./labels')
const { parsedValue } = require('./parsing')
const { OPEN, RESET, SAMPLE } = require('./series')
const { PlainNode } = require('./plain-node')

/** @typedef {import('./types').Shard} Shard */
/** @typedef {import('./types').LogLinear} Layout */
/** @typedef {import('./types').FamiliesByName} FamiliesByName */
/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Node} Node */
/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */

const UNLABELLED_PRECISION = 2
const LABELLED_PRECISION = 1
/** A family that was removed has no number. */
const REMOVED = -1
/** How many handles of series that may never be recorded need no room. */
const FEW_HANDLES = 16

class Family {
  /** @type {Shard} */
  #shard
  /** @type {FamiliesByName} */
  #families
  /** the options of its first request, for when it is made again after a removal */
  #request
  /** @type {FamilyRequest | undefined} */
  #options
  /** @type {Layout | undefined} */
  #plainLayout
  /** @type {Layout | undefined} */
  #labelledLayout
  #number = REMOVED
  /** @type {string[] | undefined} */
  #declared
  #isUnregistered = false
  /** @type {import('./types').Folding | undefined} once there was no room for a label set */
  #folding
  /** @type {any} */
  #instrument

  /**
   * @param {Shard} shard
   * @param {FamiliesByName} families those of its kind
   * @param {string} name
   * @param {FamilyRequest} [request]
   */
  constructor(shard, families, name, request) {
    this.#shard = shard
    this.#families = families
    this.#request = request
    /** the kind's number in Rust */
    this.kindNumber = families.number
    /** well-formed */
    this.name = name
    /** of the series without labels */
    this.plain = new PlainNode(this)
    this.table = new LabelTable(this)
    /** how many handles of labelled series this thread has, except folded and overflow series, which take no room */
    this.handles = 0
    /** how many handles this thread has of series whose last label is folded */
    this.foldedHandles = 0
    /** whether `handles` may count series that take no room, as a label before the last one is folded */
    this.mayHaveOthers = false
    this.request(request)
    this.#instrument = new families.kind.Instrument(this)
  }

  get shard() {
    return this.#shard
  }

  get number() {
    return this.#number
  }

  /** The kind's name. */
  get word() {
    return this.#families.word
  }

  /** Whether its name is free for another family: handles that are still held record nothing. */
  get isUnregistered() {
    return this.#isUnregistered
  }

  get isDistribution() {
    return this.#families.kind.powers !== undefined
  }

  /** Whether its distributions have the bounds of the option `buckets`. */
  get isBounded() {
    return this.#families.kind.countsInBuckets === true && this.options().buckets !== undefined
  }

  /** The object that users have. */
  get instrument() {
    return this.#instrument
  }

  /** What the handles of series with labels are made with. */
  get Bound() {
    return this.#families.kind.Bound
  }

  /** Whether there is no room for another label set. False also while this thread has not asked. */
  get isFull() {
    return this.#folding?.room.isFull === true
  }

  /** Whether labels are folded. */
  get isFolding() {
    return this.#folding?.isFolding === true
  }

  /** What to do with label sets that have no room. */
  get folding() {
    // loaded when it is first needed: most families have room
    this.#folding ??= new (require('./folding').Folding)(this)
    return this.#folding
  }

  /** The room for its label sets. */
  get room() {
    return this.folding.room
  }

  /** Opens the room, so that `isFull` needs no call from now on. */
  watchRoom() {
    return this.room
  }

  /** Whether there may be series that only other threads have. Gauges have handles before they have series. */
  get hasOthers() {
    return this.mayHaveOthers || this.Bound.isLazy || this.room.used > this.handles
  }

  /**
   * Whether there is room for a handle of a series that has no cells yet. A few do no harm.
   * @param {boolean} hasReserved whether cells are reserved for its label set, which a full room counts too
   */
  hasRoomForHandle(hasReserved) {
    const hasRoom = hasReserved || !this.isFull
    return hasRoom && (this.handles < FEW_HANDLES || this.handles < this.room.limit)
  }

  /** Whether there is room for another series whose label is folded, or for a handle of one that may never be recorded. */
  get hasRoomToFold() {
    const { foldedLimit, hasRoomToFold } = this.room
    return hasRoomToFold && (!this.Bound.isLazy || this.foldedHandles < foldedLimit)
  }

  /** Whether label sets are recorded as one as long as they differ from all known ones in a label that is not folded. */
  get overflows() {
    return this.isFull && !this.hasRoomToFold && !this.hasOthers
  }

  /** The series of all label sets that cannot be told apart, for one more of them. @returns {Leaf} */
  overflow() {
    this.room.countFold()
    return this.folding.overflow
  }

  /** The present family of this kind and name. If this one was removed and not replaced, it is declared again. */
  current() {
    if (this.#number !== REMOVED || this.#isUnregistered) return this
    const other = this.#families.get(this.name)
    if (other !== undefined) return other
    this.request(this.#request)
    this.#families.add(this)
    return this
  }

  /**
   * Declares the family in Rust, which creates it or checks that the options agree with its present ones.
   * @param {FamilyRequest} [request]
   */
  request(request) {
    const { kindNumber, name } = this
    const { reference } = this.#shard
    const result =
      request === undefined
        ? binding.family(reference, kindNumber, name)
        : binding.family(reference, kindNumber, name, JSON.stringify(request), request.buckets, request.quantiles)
    // some may be declared later than others, such as the label names
    this.#options = undefined
    if (typeof result === 'object') throw conflict(this.word, name, result, request)
    if (this.#number !== REMOVED && this.#number !== result) {
      // another thread has just unregistered this one
      this.#shard.releaseRemoved()
      return
    }
    const isNew = this.#number === REMOVED
    this.#number = result
    if (this.#declared !== undefined) return
    // of a new family they are asked for when a call names labels: most programs declare them in each thread, or in none
    this.#declared = request?.labelNames ?? (isNew ? undefined : this.options().labelNames)
    // an order that was learned before may have names that are not allowed any more
    if (this.#declared !== undefined) this.table.forgetOrders()
  }

  /** The only label names allowed, also when another thread declared them before. */
  get declared() {
    this.#declared ??= this.options().labelNames
    return this.#declared
  }

  /** The options that any thread gave. @returns {FamilyRequest} */
  options() {
    if (this.#isUnregistered) return this.#request ?? {}
    if (this.#number === REMOVED) return this.current().options()
    if (this.#options !== undefined) return this.#options
    const { inUse, options } = binding.familyOptions(this.#shard.reference, this.#number)
    if (inUse) this.#options = options
    return options
  }

  /** The precision of its distributions, with or without labels: final once there is such a series. @param {boolean} isLabelled */
  precisionOf(isLabelled) {
    const { precision } = this.#isUnregistered
      ? this.options()
      : binding.familyOptions(this.#shard.reference, this.current().number).options
    return precision ?? (isLabelled ? LABELLED_PRECISION : UNLABELLED_PRECISION)
  }

  /**
   * The buckets of a registered distribution. With labels there are many series, so they are coarser by default.
   * @param {boolean} isLabelled
   */
  layoutOf(isLabelled) {
    if (isLabelled) {
      this.#labelledLayout ??= this.#layout(true)
      return this.#labelledLayout
    }
    this.#plainLayout ??= this.#layout(false)
    return this.#plainLayout
  }

  /** Only distributions need this file. @param {boolean} isLabelled */
  #layout(isLabelled) {
    const { LogLinear } = require('./log-linear')
    const { first, count } = /** @type {{ first: number, count: number }} */ (this.#families.kind.powers)
    return new LogLinear(this.precisionOf(isLabelled), first, count, !isLabelled)
  }

  /**
   * Removes the series that have these labels, and maybe others, from all readings. Without labels, removes the series without
   * labels, and also the family if it has no other series.
   * @param {import('../..').Labels | null} [labels]
   * @returns {number} how many of them were visible in readings
   */
  remove(labels) {
    const { reference } = this.#shard
    const flat = flatLabels(labels)
    // removals by other threads are applied first, so that the table and Rust agree
    this.#shard.releaseRemoved()
    if (this.#isUnregistered) return 0
    const family = this.#families.get(this.name)
    if (flat.length > 0) {
      family?.table.forgetMatching(labelsOf(flat))
      return binding.remove(reference, this.kindNumber, this.name, flat)
    }
    family?.forget({})
    const { wasRecorded, isFamily } = binding.removeUnlabelled(reference, this.kindNumber, this.name)
    if (isFamily) family?.leave()
    return wasRecorded ? 1 : 0
  }

  /** Removes the series that has exactly these labels, and keeps the family. @param {string[]} flat names and values in turn */
  removeSeries(flat) {
    this.#shard.releaseRemoved()
    if (this.#isUnregistered) return
    this.#families.get(this.name)?.forget(labelsOf(flat))
    binding.removeSeries(this.#shard.reference, this.kindNumber, this.name, flat)
  }

  /**
   * Hides the series that has exactly these labels from readings, or shows it again. Its cells keep their values.
   * @param {string[]} flat names and values in turn
   * @param {boolean} isHidden
   */
  setHidden(flat, isHidden) {
    if (!this.#isUnregistered)
      binding.setSeriesHidden(this.#shard.reference, this.kindNumber, this.name, flat, isHidden)
  }

  /** Removes all series, and keeps the family. Returns whether it had a series without labels. */
  removeAll() {
    this.#shard.releaseRemoved()
    const family = this.current()
    if (family.isUnregistered) return false
    family.clear()
    return binding.resetFamily(this.#shard.reference, this.kindNumber, this.name)
  }

  /** Removes all series, so that the family is as when it was made. */
  reset() {
    // the series without labels is shown at 0 again
    if (this.removeAll()) this.current().instrument[OPEN]()
  }

  /** Forgets the cells of a series. @param {import('../..').Labels} labels as strings */
  forget(labels) {
    if (Object.keys(labels).length === 0) this.#instrument[RESET]()
    else this.table.forget(labels)
  }

  /** Notes in each handle whether the collector has a function for exemplars. */
  sample() {
    this.#instrument[SAMPLE]()
    this.table.each((handle) => handle[SAMPLE]())
  }

  /** Forgets the cells of all series. */
  clear() {
    this.#instrument[RESET]()
    this.plain.forgetCells()
    this.table.clear()
  }

  /** Forgets the family's number and name until it is used again. */
  leave() {
    this.clear()
    this.#number = REMOVED
    this.#options = undefined
    this.#folding = undefined
    this.#plainLayout = undefined
    this.#labelledLayout = undefined
    this.#declared = undefined
    this.#families.delete(this.name)
  }

  /** Leaves the family for good: its name is free for another one. */
  unregister() {
    this.leave()
    this.#isUnregistered = true
  }

  /** A handle that records nothing, for labels of an unregistered family. */
  detached() {
    return new this.Bound(/** @type {any} */ (this.plain), '', 0)
  }

  /** A series' current value over all threads. @param {string[]} labels names and values in turn @returns {any} */
  valueOf(labels) {
    return parsedValue(binding.value(this.#shard.reference, this.kindNumber, this.name, labels))
  }
}

/** @param {string[]} flat names and values in turn @returns {Record<string, string>} */
function labelsOf(flat) {
  /** @type {Record<string, string>} */
  const labels = Object.create(null)
  for (let at = 0; at < flat.length; at += 2) labels[flat[at]] = flat[at + 1]
  return labels
}

/** The value in effect if an option was not given, for messages. @type {Record<string, string>} */
const DEFAULTS = {
  merge: `'${MERGES[0]}'`,
  precision: `${UNLABELLED_PRECISION} without labels and ${LABELLED_PRECISION} with labels (the defaults, which apply because it is in use)`,
  buckets: 'none',
  quantiles: '0.5, 0.9 and 0.99',
  maxAge: '600000 (the default)',
  ageBuckets: '5 (the default)',
  maxSeries: 'that of its collector',
  ttl: 'that of its collector (gauges: none)',
}

/**
 * The error for options that contradict the family's.
 * @param {string} kind
 * @param {string} name
 * @param {import('../../binding').Conflict} conflict
 * @param {any} requested options
 */
function conflict(kind, name, { option, known }, requested) {
  const existing = optionOf(option, known)
  return conflictingOption({
    kind,
    name,
    option,
    existing,
    fallback: DEFAULTS[option],
    requested: optionOf(option, requested),
  })
}

/** As users write it. @param {string} option @param {any} options */
function optionOf(option, options) {
  const value = options[option]
  return option === 'merge' ? MERGES[value] : value
}

module.exports = { Family, conflict, labelsOf }
