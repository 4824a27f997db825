'use strict'

// All series of one kind and name, as this thread knows them.

const binding = require('../native')
const { conflictingOption } = require('../errors')
const { HISTOGRAM_ENTRIES, HISTOGRAM_FIRST, MERGES, TIMING, TIMING_ENTRIES, TIMING_FIRST } = require('./layout')
const { flatLabels } = require('./labels')
const { parsedValue } = require('./parsing')
const { forgetExtremes } = require('./shard')

/** @typedef {import('./types').Shard} Shard */
/** @typedef {import('./types').LogLinear} Layout */
/** @typedef {import('./types').LabelTable} LabelTable */
/** @typedef {import('./types').Order} Order */
/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */

const UNLABELLED_PRECISION = 2
const LABELLED_PRECISION = 1
const KIND_WORDS = ['counter', 'gauge', 'timing', 'histogram']

class Family {
  /** @type {Shard} */
  #shard
  /** @type {LabelTable} */
  #table
  #own = 0
  /** @type {FamilyRequest | undefined} */
  #options
  /** @type {Layout | undefined} */
  #ownLayout
  /** @type {Layout | undefined} */
  #labelledLayout
  /** @type {{ clear(): void } | undefined} */
  #recent

  /**
   * @param {Shard} shard
   * @param {LabelTable} table
   * @param {number} kind
   * @param {string} name
   * @param {FamilyRequest} [request]
   */
  constructor(shard, table, kind, name, request) {
    this.#shard = shard
    this.#table = table
    this.kind = kind
    /** well-formed */
    this.name = name
    /** @type {Order[]} the orders of keys that calls have used */
    this.orders = []
    this.number = this.ask(request)
    /** @type {string[] | undefined} the only label names allowed, also when another thread declared them before */
    this.declared = this.options().labelNames
    /** @type {Map<string, number>} sorted label names, as JSON, to where their walk begins */
    this.roots = new Map()
    table.families.push(this)
  }

  /** Forgets what was learned of labels: the table begins anew. */
  forgetLabels() {
    this.orders = []
    this.roots = new Map()
    this.#recent?.clear()
  }

  /**
   * The cache of this family's handles, which a later declaration of label names empties.
   * @template {{ clear(): void }} Recent
   * @param {Recent} recent
   */
  keepRecent(recent) {
    this.#recent = recent
    return recent
  }

  get shard() {
    return this.#shard
  }

  /**
   * Asks Rust for the family: makes it, or finds that nothing contradicts.
   * @param {FamilyRequest} [request]
   * @returns {number} its number
   */
  ask(request) {
    const { kind, name } = this
    const answer = binding.family(this.#shard.handle, kind, name, request)
    if (typeof answer === 'object') throw conflict(KIND_WORDS[kind], name, answer, request)
    if (request?.labelNames) {
      this.declared = request.labelNames
      // an order that was learned before may have names that are not allowed any more
      this.orders = []
      this.#recent?.clear()
    }
    return answer
  }

  /** What was said of this family by whomever; all but the precision is final once it has a series. @returns {FamilyRequest} */
  options() {
    if (this.#options !== undefined) return this.#options
    const { inUse, options } = binding.familyOptions(this.#shard.handle, this.number)
    if (inUse) this.#options = options
    return options
  }

  /** The precision that was asked for: final for series with labels once there is one, and so for those without. */
  #precision() {
    return binding.familyOptions(this.#shard.handle, this.number).options.precision
  }

  /**
   * How a registered distribution is divided. Labelled ones are many, so they are coarser by default.
   * @param {number} index of its head; labels that are all absent lead to the series without labels
   */
  layoutOf(index) {
    if (index === this.#own) return (this.#ownLayout ??= this.#layout(UNLABELLED_PRECISION))
    return (this.#labelledLayout ??= this.#layout(LABELLED_PRECISION))
  }

  /** Loads what only distributions need. @param {number} precision where none was asked for */
  #layout(precision) {
    const { LogLinear } = require('./log-linear')
    const [first, entries] =
      this.kind === TIMING ? [TIMING_FIRST, TIMING_ENTRIES] : [HISTOGRAM_FIRST, HISTOGRAM_ENTRIES]
    return new LogLinear(this.#shard, this.#precision() ?? precision, first, entries)
  }

  /**
   * What HdrHistogram takes over of a distribution: counts over all threads, of values times `scale`.
   * @param {number} index of its head, 0 for the series without labels, of whatever threads
   * @param {number} scale
   * @returns {import('../../binding').HdrPages | false} false where a value is too large
   */
  hdrPages(index, scale) {
    const { handle } = this.#shard
    const pages =
      index === 0 ? binding.hdrPages(handle, this.kind, this.name, [], scale) : binding.hdrPagesAt(handle, index, scale)
    return pages ?? noPages(this.#precision() ?? (index === 0 ? UNLABELLED_PRECISION : LABELLED_PRECISION))
  }

  /** The cell of the series without labels, registered at the first call. */
  own() {
    if (this.#own === 0) this.#own = this.#shard.register(this.number, [], [])
    return this.#own
  }

  /** The cell of the series with these labels, registered if it is new. @param {import('../..').Labels} labels */
  find(labels) {
    return this.#table.find(this, labels)
  }

  /** The same for labels that were read. @param {Order} order one of this family's @param {unknown[]} values */
  findInOrder(order, values) {
    return this.#table.findInOrder(this, order, values)
  }

  /** Takes a series out of every reading. @param {import('../..').Labels | null} [labels] */
  remove(labels) {
    const removed = binding.remove(this.#shard.handle, this.kind, this.name, flatLabels(labels))
    forgetExtremes()
    this.#table.renewIfDue()
    return removed
  }

  /** A series' current value over all threads. @param {import('../..').Labels | null} [labels] @returns {any} */
  value(labels) {
    return parsedValue(binding.value(this.#shard.handle, this.kind, this.name, flatLabels(labels)))
  }
}

/** What is in effect where nothing was said. @type {Record<string, string>} */
const DEFAULTS = {
  merge: `'${MERGES[0]}'`,
  precision: `${UNLABELLED_PRECISION} without labels and ${LABELLED_PRECISION} with labels (the defaults, as it is used already)`,
  buckets: 'none',
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

/** Of no value. @param {number} digits */
function noPages(digits) {
  return { digits, count: 0, zeros: 0, min: 0, max: 0, places: new Uint32Array(0), counts: new Float64Array(0) }
}

module.exports = { Family, conflict }
