'use strict'

// The instruments of one collector in this thread, by kind and name. The same name returns the same instrument.

const binding = require('../native')
const { noteCopy } = require('../copies')
const { callbacksOf } = require('./callbacks')
const { Families } = require('./families')
const { KINDS } = require('./kinds')
const { checkedName, checkedOptions } = require('./options')
const { Shard } = require('./shard')

/** @typedef {import('../../binding').FamilyRequest} FamilyRequest */
/** @typedef {import('./types').Family} Family */
/** @typedef {InstanceType<typeof Families>} FamiliesOfKind */
/** @typedef {import('../..').FamilyReading['kind']} Word the kinds' names */

/** Bounds that end here or before may be seconds; those of requests in milliseconds go on. */
const LONGEST_SECONDS = 60

/** Loaded with the first instrument: a program that only loads this package should not wait for them. */
const familyModule = () => require('./family')
const labelStrings = () => require('./label-strings')
/** @type {typeof import('./room') | undefined} loaded with the first recording by name */
let rooms

/** What `checkedOptions` has to know of a summary. */
const SUMMARY = {
  options: [
    'name',
    'help',
    'unit',
    'labelNames',
    'precision',
    'quantiles',
    'maxAge',
    'ageBuckets',
    'maxSeries',
    'ttl',
    'collect',
  ],
}

class Instruments {
  #shard
  /** by the kinds' numbers */
  #kinds = Object.entries(KINDS).map(([word, load], number) => new Families(word, number, load))
  #counters = this.#families('counter')
  #gauges = this.#families('gauge')
  #timings = this.#families('timing')
  #histograms = this.#families('histogram')
  /** @type {InstanceType<typeof import('./room').Room> | undefined} for families */
  #room
  /** @type {(() => void)[]} */
  #unregistered = []

  /** @param {import('./types').Reference} reference */
  constructor(reference) {
    this.#shard = new Shard(reference, this)
    /** @type {WeakRef<import('../..').Collector> | undefined} the object that users have */
    this.collector = undefined
  }

  get reference() {
    return this.#shard.reference
  }

  /** The instruments by name, for the fast path of recording by name. */
  get counters() {
    return this.#counters.instruments
  }

  get gauges() {
    return this.#gauges.instruments
  }

  get timings() {
    return this.#timings.instruments
  }

  get histograms() {
    return this.#histograms.instruments
  }

  /** A function for each kind, which returns the instrument of a name. */
  factories() {
    /** @type {Record<string, (options: any) => any>} */
    const makers = Object.fromEntries(
      this.#kinds.map((kind) => [kind.word, (options) => this.#instrument(kind, options)]),
    )
    makers.timing = (options) => this.#instrument(this.#timings, options, warnOfSeconds)
    makers.summary = (options) => this.#summary(options)
    const factories = Object.fromEntries(Object.entries(makers).map(([word, make]) => [word, oneArgument(word, make)]))
    return /** @type {Pick<import('../..').Metrics, Word | 'summary'>} */ (factories)
  }

  /** A histogram whose quantiles are those of recent values. @param {any} options */
  #summary(options) {
    const { name, request, collect } = checkedOptions({ kind: SUMMARY }, options)
    const { instrument } = this.#family(this.#histograms, name, { ...request, isSummary: true })
    if (collect !== undefined) this.#histograms.collect(instrument, collect, callbacksOf(this))
    return instrument
  }

  /**
   * @template {Word} Of
   * @param {Of} word
   * @param {any} options
   * @returns {ReturnType<import('../..').Metrics[Of]>}
   */
  instrument(word, options) {
    return this.#instrument(this.#families(word), options)
  }

  /**
   * An instrument that another part of this package declares, with options that users do not have.
   * @param {string} word
   * @param {string} name not empty
   * @param {FamilyRequest} [request]
   */
  declared(word, name, request) {
    return this.#family(this.#families(/** @type {Word} */ (word)), checkedName(name), request).instrument
  }

  /** @param {Word} word */
  #families(word) {
    return /** @type {FamiliesOfKind} */ (this.#kinds.find((kind) => kind.word === word))
  }

  /**
   * @param {FamiliesOfKind} families
   * @param {any} options
   * @param {(name: string, buckets: number[]) => void} [check] of `buckets`
   * @returns {any}
   */
  #instrument(families, options, check) {
    const { name, request, collect, hasBuckets } = checkedOptions(families, options)
    if (hasBuckets && request?.buckets !== undefined) check?.(name, request.buckets)
    const { instrument } = this.#family(families, name, request)
    if (collect !== undefined) families.collect(instrument, collect, callbacksOf(this))
    return instrument
  }

  /** @param {FamiliesOfKind} families @param {string} name @param {FamilyRequest} [request] */
  #family(families, name, request) {
    this.#shard.releaseRemoved()
    const known = families.get(name)
    if (known !== undefined && request !== undefined) known.request(request)
    if (known !== undefined && !known.isUnregistered) return known
    noteCopy()
    return families.make(this.#shard, name, request)
  }

  /**
   * The family of an instrument.
   * @param {Word} word
   * @param {any} options
   * @param {FamilyRequest} [more] which users cannot give it
   */
  family(word, options, more) {
    const { name, request } = checkedOptions(this.#families(word), options)
    return this.#family(this.#families(word), name, { ...request, ...more })
  }

  /** Frees the name of a family in all threads. @param {Family} family */
  unregisterFamily({ kindNumber, name }) {
    this.#shard.releaseRemoved()
    this.#drop(this.#kinds[kindNumber], name)
    binding.unregisterFamily(this.reference, kindNumber, name)
  }

  /** The instrument of a name that any thread has. @param {string} name well-formed @returns {any} */
  get(name) {
    this.#shard.releaseRemoved()
    const found = this.#kinds.find(
      (kind) => kind.get(name) !== undefined || binding.hasFamily(this.reference, kind.number, name),
    )
    return found && this.#family(found, name).instrument
  }

  /** The numbers of those families that any thread has. @param {Word} word @param {Iterable<string>} names */
  numbersOf(word, names) {
    this.#shard.releaseRemoved()
    const kind = this.#families(word)
    const isKnown = (/** @type {string} */ name) =>
      kind.get(name) !== undefined || binding.hasFamily(this.reference, kind.number, name)
    return Array.from(names)
      .filter(isKnown)
      .map((name) => this.#family(kind, name).number)
  }

  /** Frees a name, of whatever kinds, in all threads. @param {string} name well-formed */
  unregister(name) {
    this.#shard.releaseRemoved()
    let wasKnown = false
    for (const kind of this.#kinds) {
      this.#drop(kind, name)
      if (binding.unregisterFamily(this.reference, kind.number, name)) wasKnown = true
    }
    return wasKnown
  }

  /** @param {FamiliesOfKind} kind @param {string} name */
  #drop(kind, name) {
    kind.unregister(name)
    for (const listener of this.#unregistered) listener()
  }

  /** @param {() => void} listener called whenever a family is unregistered, as long as this thread has the collector */
  onUnregister(listener) {
    this.#unregistered.push(listener)
  }

  /** Sets a labelled gauge. @param {string} name @param {number} value @param {import('../..').Labels} labels */
  set(name, value, labels) {
    this.#bound(this.#gauges, name, labels).set(value)
  }

  /** Records in a histogram. @param {string} name @param {number} value @param {import('../..').Labels} [labels] */
  observe(name, value, labels) {
    if (value < 0) this.#checkNegative(name, value)
    if (labels === undefined) this.named('histogram', checkedName(name)).observe(value)
    else this.#bound(this.#histograms, name, labels).observe(value)
  }

  /** A value that its histogram refuses makes neither a histogram nor a series. @param {string} name @param {number} value */
  #checkNegative(name, value) {
    const kind = this.#histograms
    const checked = checkedName(name)
    const isKnown = kind.get(checked) !== undefined || binding.hasFamily(this.reference, kind.number, checked)
    const options = isKnown ? this.#family(kind, checked).options() : {}
    require('./histogram').checkSign(value, options)
  }

  /** Adds to a labelled counter. @param {string} name @param {number} delta @param {import('../..').Labels} labels */
  count(name, delta, labels) {
    this.#bound(this.#counters, name, labels).inc(delta)
  }

  /** Records in a labelled timing. @param {string} name @param {number} nanos @param {import('../..').Labels} labels */
  time(name, nanos, labels) {
    this.#bound(this.#timings, name, labels).observeNanos(nanos)
  }

  /** The handle of a labelled series by name. @param {Word} word @param {string} name @param {import('../..').Labels} labels */
  labelled(word, name, labels) {
    return this.#bound(this.#families(word), name, labels)
  }

  /**
   * The series of a recording by name. A new family is made only if the labels are valid.
   * @param {FamiliesOfKind} kind
   * @param {string} name
   * @param {any} labels
   */
  #bound(kind, name, labels) {
    const known = kind.instruments.get(name)
    if (known !== undefined) return known.labels(labels)
    const checked = checkedName(name)
    labelStrings().flatLabels(labels)
    return this.#folded(kind, checked) ?? this.#instrument(kind, checked).labels(labels)
  }

  /**
   * The series without labels of a first recording by name.
   * @param {Word} word
   * @param {string} name well-formed
   * @returns {any}
   */
  named(word, name) {
    const kind = this.#families(word)
    return kind.instruments.get(name) ?? this.#folded(kind, name) ?? this.#instrument(kind, name)
  }

  /**
   * The series that stands for a name without room. Undefined if there is room, or a family.
   * @param {Word} word
   * @param {string} name well-formed
   * @returns {any}
   */
  folded(word, name) {
    const kind = this.#families(word)
    return kind.instruments.has(name) ? undefined : this.#folded(kind, name)
  }

  /**
   * The series that stands for all families that have no room. Names that come from outside the program could fill the memory.
   * Undefined if there is room, or if another thread has the family.
   * @param {FamiliesOfKind} kind
   * @param {string} name well-formed
   */
  #folded(kind, name) {
    rooms ??= require('./room')
    const { FAMILIES, Room, costOf, hashOf } = rooms
    this.#room ??= new Room(this.reference, FAMILIES)
    const room = this.#room
    if (room.hasRoomFor(1 + costOf(name))) return undefined
    const hasOthers = room.used > this.#kinds.reduce((sum, { size }) => sum + size, 0)
    if (hasOthers && room.mayKnow(hashOf(name)) && binding.hasFamily(this.reference, kind.number, name))
      return undefined
    room.countFold()
    kind.overflow ??= this.#overflow(kind)
    return kind.overflow
  }

  /** @param {FamiliesOfKind} kind */
  #overflow(kind) {
    const { FAMILIES, OVERFLOW_FAMILY } = require('./room')
    const { isFirst } = binding.foldedLabel(this.reference, FAMILIES, '')
    if (isFirst) require('./folding').warnOfNames()
    return this.#family(kind, OVERFLOW_FAMILY).folding.overflow
  }

  /** @param {string} name well-formed @param {any} labels */
  value(name, labels) {
    const strings = labelStrings().flatLabels(labels)
    for (const { number } of this.#kinds) {
      const json = binding.value(this.reference, number, name, strings)
      if (json !== null) return require('./parsing').parsedValue(json)
    }
    return undefined
  }

  /** @param {string} name well-formed @param {FamilyRequest} description */
  describe(name, description) {
    const conflicting = binding.describe(this.reference, name, description.help, description.unit)
    if (conflicting !== null) throw familyModule().conflict('metric', name, conflicting, description)
  }

  /** Resets the handles of series that other threads have removed. @param {import('../../binding').RemovedNames[]} removed */
  forget(removed) {
    for (const { kind, name, labels, unregistered } of removed) {
      const family = this.#kinds[kind].get(name)
      if (unregistered !== undefined) {
        if (family?.number === unregistered) this.#drop(this.#kinds[kind], name)
      } else if (labels === undefined) family?.leave()
      else family?.forget(familyModule().labelsOf(labels))
    }
  }

  /**
   * Sets the function that returns exemplars for recordings of this thread.
   * @param {import('../..').ExemplarSource | undefined} source
   */
  setExemplars(source) {
    const shard = this.#shard
    shard.sampler = source && new (require('./exemplar-sampler').ExemplarSampler)(shard, source)
    for (const kind of this.#kinds) kind.sample()
  }

  /** Removes all series from all readings. */
  clear() {
    for (const kind of this.#kinds) kind.clear()
    binding.clear(this.reference)
  }
}

/**
 * A factory that refuses options as a second argument, which other libraries take: they would be ignored.
 * @param {string} word
 * @param {(options: any) => any} make
 */
function oneArgument(word, make) {
  return (/** @type {any} */ options, /** @type {unknown} */ more) => {
    // `names.map(metrics.counter)` passes an index, too
    if (typeof more === 'object' || typeof more === 'string')
      throw require('../errors/options').secondArgument(word, more)
    return make(options)
  }
}

let hasWarned = false

/** Warns, once, of bounds in milliseconds that other clients take in seconds. @param {string} name @param {number[]} buckets */
function warnOfSeconds(name, buckets) {
  if (hasWarned || !(buckets[0] < 1 && buckets[buckets.length - 1] <= LONGEST_SECONDS)) return
  hasWarned = true
  const message = `the buckets of the timing ${JSON.stringify(name.slice(0, 80))} look like seconds, but are milliseconds, from ${buckets[0]} ms to ${buckets[buckets.length - 1]} ms: pass seconds as bucketsSeconds, which has no such warning`
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_BUCKETS' })
}

module.exports = { Instruments }
