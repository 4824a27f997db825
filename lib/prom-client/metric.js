'use strict'

// What all metrics have: options, registries, a home for their values, and how these are read.

const { GivenLabels } = require('../record/given-labels')
const { flatLabels } = require('../record/label-strings')
const { NO_TRANSLATION, TRANSLATIONS } = require('../record/name-translations')
const { wellFormed } = require('../record/options')
const { ATTACH, COLLECT, CONVERT, LEAVE, LEAVE_EMPTY, LISTED, newHome, openHome } = require('./home')
const { getLabels, isObject } = require('./labels')
const { readValues } = require('./readings')
const { Registry, globalRegistry } = require('./registry')
const { validateLabel, validateLabelName, validateMetricName } = require('./validation')

/** @typedef {import('./home').Kind} Kind */
/** @typedef {import('./types').FamilyValues} FamilyValues */
/** @typedef {import('./types').MetricReading} MetricReading */
/** @typedef {import('./types').SeriesValues} SeriesValues */

/** The aggregators that are also ways of merging a gauge's values of several threads. With any other, the latest value counts. */
const MERGING_AGGREGATORS = ['sum', 'min', 'max']

class Metric {
  /** @type {import('./types').Home | undefined} once it is used */
  #home
  #kind
  #options
  /** whether a registry has removed it before it was used: then it has a collector of its own */
  #isApart = false

  /**
   * @param {any} config
   * @param {Kind} kind of its family
   * @param {Record<string, unknown>} [defaults]
   */
  constructor(config, kind, defaults = {}) {
    if (!isObject(config)) throw new TypeError('constructor expected a config object')
    /** @type {string} */
    this.name = ''
    /** @type {string} */
    this.help = ''
    /** @type {string[]} */
    this.labelNames = []
    /** @type {any[]} */
    this.registers = [globalRegistry]
    this.aggregator = 'sum'
    this.enableExemplars = false
    /** @type {string} */
    this.type = kind
    /** @type {(() => unknown) | undefined} */
    this.collect = undefined
    Object.assign(this, defaults, config)
    this.registers ??= [globalRegistry]
    this.labelNames ??= []
    check(this)
    /** whether it is shown as 0 while it has no series */
    this.isZero = this.labelNames.length === 0
    this.#options = familyOptions(this, kind)
    this.#kind = kind
    this.#enterRegisters()
  }

  /** In all of them, or in none. */
  #enterRegisters() {
    /** @type {any[]} */
    const entered = []
    try {
      for (const register of this.registers) {
        if (this.enableExemplars && register.contentType === Registry.PROMETHEUS_CONTENT_TYPE) {
          throw new TypeError('Exemplars are supported only on OpenMetrics registries')
        }
        register.registerMetric(this)
        entered.push(register)
      }
    } catch (error) {
      for (const register of entered) register.removeSingleMetric?.(this.name)
      throw error
    }
  }

  /** Where its values are. */
  get home() {
    this.#home ??= this.#isApart
      ? newHome(this.#kind, this.#options)
      : openHome(this.registers, this.#kind, this.#options)
    return this.#home
  }

  reset() {
    this.#home?.family.removeAll()
    this.isZero = this.labelNames.length === 0
  }

  /** @param {...any} args labels, as an object or as values */
  remove(...args) {
    const labels = this.labelsOf(args)
    if (this.labelNames.length === 0) this.isZero = false
    this.#home?.family.removeSeries(flatLabels(labels))
  }

  /** @param {any[]} args labels, as an object or as values */
  labelsOf(args) {
    const labels = getLabels(this.labelNames, args)
    validateLabel(this.labelNames, labels)
    return labels
  }

  /** @returns {Promise<MetricReading>} */
  async get() {
    const collected = this[COLLECT]()
    if (collected !== undefined) await collected
    const [family] = await readValues(this.home.instruments, { families: [this[LISTED]()] })
    return this[CONVERT](family)
  }

  /** @returns {PromiseLike<unknown> | undefined} */
  [COLLECT]() {
    if (!this.collect) return undefined
    const result = /** @type {any} */ (this.collect())
    return typeof result?.then === 'function' ? result : undefined
  }

  [LISTED]() {
    const { family } = this.home
    return {
      kind: family.kindNumber,
      name: family.name,
      title: this.name,
      help: wellFormed(String(this.help)),
      labelNames: family.table.names,
      isZero: this.isZero,
      isHidden: false,
    }
  }

  /**
   * @param {FamilyValues} family
   * @param {Record<string, any>} [defaults] labels of series that do not have them
   * @returns {MetricReading}
   */
  [CONVERT](family, defaults = {}) {
    const given = new GivenLabels(this.home.family.table)
    const more = Object.entries(defaults)
    /** @type {any[]} */
    const values = []
    for (const series of family.series) {
      const labels = given.of(series.names, series.values)
      for (const [name, value] of more) labels[name] ??= value
      this.addValues(values, series, labels, family)
    }
    return { help: this.help, name: this.name, type: this.type, values, aggregator: this.aggregator }
  }

  /**
   * Adds the values of a series.
   * @param {any[]} all
   * @param {SeriesValues} series
   * @param {Record<string, any>} labels
   * @param {FamilyValues} _family
   */
  addValues(all, { numbers }, labels, _family) {
    all.push({ value: numbers[0], labels })
  }

  /**
   * Its registry has removed it. Code that still uses it records from 0, into a collector of its own.
   * @param {boolean} isShared whether other threads may have the family too, and go on using it
   */
  [LEAVE](isShared) {
    const { family, instruments } = this.home
    if (isShared) {
      family.removeAll()
      family.remove()
    } else instruments.unregisterFamily(family)
    this.#home = newHome(this.#kind, familyOptions(this, this.#kind))
    this[ATTACH]()
  }

  /** Its registry has removed it. If it has no home, it will have one of its own. Returns whether that is so. */
  [LEAVE_EMPTY]() {
    if (this.#home !== undefined) return false
    this.#isApart = true
    return true
  }

  /** Takes what recording needs of its family. */
  [ATTACH]() {}
}

/** @param {Metric} metric */
function check({ help, name, labelNames, collect }) {
  if (!help) throw new Error('Missing mandatory help parameter')
  if (!name) throw new Error('Missing mandatory name parameter')
  if (!validateMetricName(name)) throw new Error(`Invalid metric name: ${name}`)
  const illegal = validateLabelName(labelNames)
  if (illegal.length > 0) throw new Error(`At least one label name is invalid: ${illegal.join(',')}`)
  if (collect && typeof collect !== 'function') throw new Error('Optional "collect" parameter must be a function')
}

/** In any exposition, also of other threads, names stay as they were given: no `_total` is added. */
const AS_GIVEN = { translation: TRANSLATIONS.indexOf(NO_TRANSLATION) }

/** @param {any} metric @param {Kind} kind @returns {import('./home').Options} */
function familyOptions(metric, kind) {
  const { name, help, labelNames, aggregator, merge, maxSeries } = metric
  // prom-client has no limit of label sets
  const common = { name, help: String(help), labelNames: [...labelNames], maxSeries: maxSeries ?? Infinity }
  if (kind === 'counter') return [common, AS_GIVEN]
  if (kind === 'gauge') {
    return [{ ...common, merge: merge ?? (MERGING_AGGREGATORS.includes(aggregator) ? aggregator : 'last') }, AS_GIVEN]
  }
  const { precision, ...more } = metric.distribution
  return [
    { ...common, precision },
    { ...more, ...AS_GIVEN },
  ]
}

module.exports = { Metric }
