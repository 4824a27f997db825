'use strict'

// All series of one kind and name, as this thread knows them.

const binding = require('../native')
const { conflictingOption } = require('../errors')
const {
  HISTOGRAM,
  HISTOGRAM_ENTRIES,
  HISTOGRAM_FIRST,
  MERGES,
  TIMING,
  TIMING_ENTRIES,
  TIMING_FIRST,
} = require('./layout')
const { flatLabels } = require('./label-texts')
const { LabelTable } = require('./labels')
const { parsedValue } = require('./parsing')
const { RESET } = require('./series')
const { Tree } = require('./tree')

/** @typedef {import('./types').Shard} Shard */
/** @typedef {import('./types').LogLinear} Layout */
/** @typedef {import('./types').FamiliesByName} FamiliesByName */
/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Node} Node */
/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */

const UNLABELLED_PRECISION = 2
const LABELLED_PRECISION = 1
const KIND_WORDS = ['counter', 'gauge', 'timing', 'histogram']
/** A family that was removed has no number. */
const REMOVED = -1

class Family {
  /** @type {Shard} */
  #shard
  /** @type {FamiliesByName} */
  #families
  /** what it was asked for with first, in case it is made again */
  #request
  /** @type {FamilyRequest | undefined} */
  #options
  /** @type {Layout | undefined} */
  #plainLayout
  /** @type {Layout | undefined} */
  #labelledLayout
  #number = REMOVED
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
    this.kind = families.number
    /** well-formed */
    this.name = name
    /** @type {string[] | undefined} the only label names allowed, also when another thread declared them before */
    this.declared = undefined
    /** the series without labels */
    this.plain = new Tree(this, [], '[]')
    this.table = new LabelTable(this)
    this.ask(request)
    this.#instrument = new families.Class(this)
  }

  get shard() {
    return this.#shard
  }

  get number() {
    return this.#number
  }

  get isDistribution() {
    return this.kind === TIMING || this.kind === HISTOGRAM
  }

  /** Whether its distributions have bounds of the user's choice. */
  get isBounded() {
    return this.kind === HISTOGRAM && this.options().buckets !== undefined
  }

  /** What users have: the series without labels, and the way to those with labels. */
  get instrument() {
    return this.#instrument
  }

  /** @param {Node} node @param {string} key @returns {Leaf} */
  newSeries(node, key) {
    return new this.#families.Bound(node, key)
  }

  /** The family of this kind and name: this one, which is made again if it was removed, unless another was made since. */
  current() {
    if (this.#number !== REMOVED) return this
    const other = this.#families.get(this.name)
    if (other !== undefined) return other
    this.ask(this.#request)
    this.#families.add(this)
    return this
  }

  /**
   * Asks Rust for the family: makes it, or finds that nothing contradicts.
   * @param {FamilyRequest} [request]
   */
  ask(request) {
    const { kind, name } = this
    const answer = binding.family(this.#shard.handle, kind, name, request)
    if (typeof answer === 'object') throw conflict(KIND_WORDS[kind], name, answer, request)
    this.#number = answer
    const { labelNames } = this.options()
    if (labelNames !== undefined && labelNames !== this.declared) {
      this.declared = labelNames
      // an order that was learned before may have names that are not allowed any more
      this.table.forgetOrders()
    }
  }

  /** What was asked for by anybody; all but the precision is final once the family has a series. @returns {FamilyRequest} */
  options() {
    if (this.#number === REMOVED) return this.current().options()
    if (this.#options !== undefined) return this.#options
    const { inUse, options } = binding.familyOptions(this.#shard.handle, this.#number)
    if (inUse) this.#options = options
    return options
  }

  /** The precision of its distributions: final for series with labels once there is one, and so for those without. @param {boolean} isLabelled */
  precisionOf(isLabelled) {
    const { precision } = binding.familyOptions(this.#shard.handle, this.current().number).options
    return precision ?? (isLabelled ? LABELLED_PRECISION : UNLABELLED_PRECISION)
  }

  /** How a registered distribution is divided. Labelled ones are many, so they are coarser by default. @param {boolean} isLabelled */
  layoutOf(isLabelled) {
    if (isLabelled) {
      this.#labelledLayout ??= this.#layout(true)
      return this.#labelledLayout
    }
    this.#plainLayout ??= this.#layout(false)
    return this.#plainLayout
  }

  /** Loads what only distributions need. @param {boolean} isLabelled */
  #layout(isLabelled) {
    const { LogLinear } = require('./log-linear')
    const [first, entries] =
      this.kind === TIMING ? [TIMING_FIRST, TIMING_ENTRIES] : [HISTOGRAM_FIRST, HISTOGRAM_ENTRIES]
    return new LogLinear(this.precisionOf(isLabelled), first, entries, !isLabelled)
  }

  /**
   * Takes a series out of every reading. With the series without labels goes the family, if it has no other.
   * @param {import('../..').Labels | null} [labels]
   */
  remove(labels) {
    const { handle } = this.#shard
    const flat = flatLabels(labels)
    // what others have removed is released first, so that the table and Rust agree on what there is
    this.#shard.releaseRemoved()
    const family = this.#families.get(this.name)
    family?.forget(labelsOf(flat))
    if (flat.length > 0) return binding.remove(handle, this.kind, this.name, flat)
    const { wasRecorded, isFamily } = binding.removeUnlabelled(handle, this.kind, this.name)
    if (isFamily) family?.leave()
    return wasRecorded
  }

  /** Forgets the cells of a series. @param {import('../..').Labels} labels as texts */
  forget(labels) {
    if (Object.keys(labels).length === 0) this.#instrument[RESET]()
    else this.table.forget(labels)
  }

  /** Forgets the cells of all series. */
  clear() {
    this.#instrument[RESET]()
    this.plain.forgetSet()
    this.table.clear()
  }

  /** Forgets its number and that there is such a name: until it is used again. */
  leave() {
    this.clear()
    this.#number = REMOVED
    this.#options = undefined
    this.#plainLayout = undefined
    this.#labelledLayout = undefined
    this.declared = undefined
    this.#families.delete(this.name)
  }

  /** A series' current value over all threads. @param {string[]} labels names and values in turn @returns {any} */
  valueOf(labels) {
    return parsedValue(binding.value(this.#shard.handle, this.kind, this.name, labels))
  }
}

/** @param {string[]} flat names and values in turn @returns {Record<string, string>} */
function labelsOf(flat) {
  /** @type {Record<string, string>} */
  const labels = Object.create(null)
  for (let at = 0; at < flat.length; at += 2) labels[flat[at]] = flat[at + 1]
  return labels
}

/** What is in effect where no option was given. @type {Record<string, string>} */
const DEFAULTS = {
  merge: `'${MERGES[0]}'`,
  precision: `${UNLABELLED_PRECISION} without labels and ${LABELLED_PRECISION} with labels (the defaults, as it is used already)`,
  buckets: 'none',
  quantiles: '0.5, 0.9 and 0.99',
}

/**
 * The error of options that contradict.
 * @param {string} kind
 * @param {string} name
 * @param {import('../../binding').Conflict} conflict
 * @param {any} asked the options asked for
 */
function conflict(kind, name, { option, known }, asked) {
  const existing = optionOf(option, known)
  return conflictingOption({ kind, name, option, existing, fallback: DEFAULTS[option], asked: optionOf(option, asked) })
}

/** As users write it. @param {string} option @param {any} options */
function optionOf(option, options) {
  const value = options[option]
  return option === 'merge' ? MERGES[value] : value
}

module.exports = { Family, conflict, labelsOf }
