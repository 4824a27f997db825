'use strict'

// Registries. Rust writes the text of the metrics whose values it has; the texts of others (exposition.js) are inserted.

const { callbacksOf } = require('../record/callbacks')
const { Collector, instrumentsOf } = require('../record/collector')
const { aggregators } = require('./aggregators')
const { metricText, withDefaults } = require('./exposition')
const { COLLECT, CONVERT, IS_TAKEN, LEAVE, LEAVE_EMPTY, LISTED, OPEN_COLLECTOR } = require('./home')
const { readText, readValues } = require('./readings')
const { readingOf } = require('./others')
const { isAlone } = require('./sharing')

/** @typedef {import('../record/types').Instruments} Instruments */
/** @typedef {{ metric: any, listed: import('./types').RegisteredFamily, place: number }} Own a metric whose values Rust has */

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const TYPES = [PROMETHEUS, OPEN_METRICS]
/** It stands in no block, as texts escape line feeds. */
const SEPARATOR = '\n\n'

class Registry {
  /** @type {Map<string, any>} */
  #metrics = new Map()
  /** @type {Record<string, any>} */
  #defaults = {}
  #contentType
  /** @type {import('../..').Collector | undefined} */
  #collector
  /** Metrics whose values are in this registry's collector although only other registries list them. @type {Set<any>} */
  #left = new Set()
  /** how many readings of this registry are calling callbacks now */
  #readings = 0
  /** @type {Registry} */
  static globalRegistry

  static get PROMETHEUS_CONTENT_TYPE() {
    return PROMETHEUS
  }

  static get OPENMETRICS_CONTENT_TYPE() {
    return OPEN_METRICS
  }

  /** @param {string} [contentType] */
  constructor(contentType = PROMETHEUS) {
    if (!TYPES.includes(contentType)) throw new TypeError(`Content type ${contentType} is unsupported`)
    this.#contentType = contentType
  }

  /** Whether it is the default one, which all threads share. */
  get isGlobal() {
    return this === globalRegistry
  }

  get contentType() {
    return this.#contentType
  }

  /** @param {string} contentType */
  setContentType(contentType) {
    if (!TYPES.includes(contentType)) throw new Error(`Content type ${contentType} is unsupported`)
    this.#contentType = contentType
  }

  get #isOpenMetrics() {
    return this.contentType === OPEN_METRICS
  }

  /** @param {string} [aggregator] only metrics with this one */
  getMetricsAsArray(aggregator) {
    const all = [...this.#metrics.values()]
    return aggregator === undefined ? all : all.filter((metric) => aggregator === (metric.aggregator ?? 'sum'))
  }

  /** @param {any} metric */
  registerMetric(metric) {
    const known = this.#metrics.get(metric.name)
    if (known !== undefined && known !== metric) {
      throw new Error(`A metric with the name ${metric.name} has already been registered.`)
    }
    this.#metrics.set(metric.name, metric)
  }

  /** @param {string} name */
  getSingleMetric(name) {
    return this.#metrics.get(name)
  }

  /** @param {string} name */
  removeSingleMetric(name) {
    const metric = this.#metrics.get(name)
    this.#metrics.delete(name)
    this.#leave(metric)
  }

  clear() {
    const metrics = this.getMetricsAsArray()
    this.#metrics.clear()
    this.#defaults = {}
    for (const metric of metrics) this.#leave(metric)
  }

  /**
   * Frees the values of a metric that this registry had, unless another still shows it. In a collector of the registry's own they stay
   * as long as anything holds the metric, such as a reading under way or a merged registry: further metrics have another collector.
   * @param {any} metric
   */
  #leave(metric) {
    if (typeof metric?.[LEAVE] !== 'function' || metric[LEAVE_EMPTY]()) return
    // not by its name, which a reading for OpenMetrics changes
    const isShown = (/** @type {any} */ other) => other?.getMetricsAsArray?.().includes(metric)
    const home = [this, ...metric.registers].find((register) => Registry.#isHomeOf(register, metric))
    if (home === undefined) return
    if (home.#shared === undefined) {
      home.#collector = undefined
      return
    }
    if (metric.registers.some(isShown)) {
      if (home === this) this.#left.add(metric)
      return
    }
    home.#left.delete(metric)
    metric[LEAVE](home.#shared !== undefined)
  }

  /**
   * Whether a metric has its values in the collector of a registry.
   * @param {any} register
   * @param {any} metric
   * @returns {register is Registry}
   */
  static #isHomeOf(register, metric) {
    return register instanceof Registry && register.#collector === metric.home.collector
  }

  /** Whether another metric has this name in its collector: one that only other registries show. @param {string} name */
  [IS_TAKEN](name) {
    return [...this.#left].some((metric) => metric.home.family.name === name)
  }

  resetMetrics() {
    for (const metric of this.#metrics.values()) metric.reset()
  }

  /** @param {Record<string, any>} labels */
  setDefaultLabels(labels) {
    this.#defaults = labels
  }

  [OPEN_COLLECTOR]() {
    if (this.#collector !== undefined) return this.#collector
    const isShared = this.isGlobal && !isAlone
    this.#collector = isShared ? Collector.default : new Collector({ selfMetrics: false })
    // other readings of the default collector also show the metrics of this registry
    if (isShared) callbacksOf(instrumentsOf(this.#collector)).addGroup(() => this.#collects())
    return this.#collector
  }

  /** What calls `collect` of all metrics, unless a reading of this registry does. */
  #collects() {
    if (this.#readings > 0) return []
    const own = this.getMetricsAsArray().filter((metric) => typeof metric[COLLECT] === 'function')
    return own.map((metric) => ({ fn: metric[COLLECT], self: metric, name: `collect of the metric ${metric.name}` }))
  }

  /** Calls the callbacks of the default collector, whose other families a reading shows. */
  async #collectOthers() {
    this.#readings++
    try {
      await callbacksOf(/** @type {Instruments} */ (this.#shared)).run()
    } finally {
      this.#readings--
    }
  }

  async metrics() {
    const metrics = this.getMetricsAsArray()
    if (this.#isOpenMetrics) {
      for (const metric of metrics) if (metric.type === 'counter') metric.name = metric.name.replace(/_total$/, '')
    }
    const separator = this.#isOpenMetrics ? '\n' : SEPARATOR
    const blocks = await this.#blocks(metrics, this.isGlobal, separator)
    return `${blocks.join(separator)}\n${this.#isOpenMetrics ? '# EOF\n' : ''}`
  }

  /** @param {any} metric */
  async getMetricsAsString(metric) {
    const [block] = await this.#blocks([metric], false)
    return block
  }

  /** @param {string} name */
  getSingleMetricAsString(name) {
    return this.getMetricsAsString(this.getSingleMetric(name))
  }

  /**
   * The texts of all metrics in order, some of them joined.
   * @param {any[]} metrics
   * @param {boolean} hasOthers whether what other threads have registered follows
   * @param {string} [separator] of texts that are joined
   */
  async #blocks(metrics, hasOthers, separator = SEPARATOR) {
    const options = { defaults: this.#defaults, isOpenMetrics: this.#isOpenMetrics }
    const texts = await collect(metrics, async (metric) => metricText(await otherReading(metric), options))
    if (hasOthers && this.#shared !== undefined) await this.#collectOthers()
    const groups = [...this.#groups(metrics, hasOthers)]
    const isWhole = groups.length === 1 && texts.every((text) => text === undefined)
    /** @param {[Instruments, Own[]]} group */
    const read = ([instruments, own]) =>
      readText(instruments, {
        families: own.map(({ listed }) => listed),
        labels: this.#defaults,
        hasOthers: hasOthers && instruments === this.#shared,
        isOpenMetrics: options.isOpenMetrics,
        separator: isWhole ? separator : SEPARATOR,
      })
    if (isWhole) {
      const text = await read(groups[0])
      return text === '' ? [] : [text]
    }
    const rest = await Promise.all(
      groups.map(async (group) => {
        const text = await read(group)
        const blocks = text === '' ? [] : text.split(SEPARATOR)
        const shown = group[1].filter(({ listed }) => !listed.isHidden)
        for (const [at, { place }] of shown.entries()) texts[place] = blocks[at]
        return blocks.slice(shown.length)
      }),
    )
    return [...texts, ...rest.flat()]
  }

  /**
   * The metrics whose values Rust has, by collector.
   * @param {any[]} metrics
   * @param {boolean} hasOthers
   * @returns {Map<Instruments, Own[]>}
   */
  #groups(metrics, hasOthers) {
    /** @type {Map<Instruments, Own[]>} */
    const groups = new Map()
    if (hasOthers && this.#shared !== undefined) groups.set(this.#shared, this.#unwanted(metrics))
    for (const [place, metric] of metrics.entries()) {
      if (typeof metric?.[LISTED] !== 'function') continue
      const { instruments } = metric.home
      const listed = { ...metric[LISTED](), isHidden: !isListed(metric) }
      if (listed.isHidden && instruments !== this.#shared) continue
      const group = groups.get(instruments) ?? []
      groups.set(instruments, group)
      group.push({ metric, listed, place })
    }
    return groups
  }

  /**
   * The families of the shared collector that a reading must not add as families of other threads: metrics of this registry that the
   * reading does not list, and families with the name of a metric whose values are in another collector.
   * @param {any[]} wanted
   * @returns {Own[]}
   */
  #unwanted(wanted) {
    const shared = this.#shared
    const isWanted = new Set(wanted)
    const all = [...new Set([...this.#metrics.values(), ...this.#left])].filter((metric) => LISTED in metric)
    const hidden = all.filter((metric) => metric.home.instruments !== shared || !isWanted.has(metric))
    return hidden.map((metric) => ({ metric, listed: { ...metric[LISTED](), isHidden: true }, place: -1 }))
  }

  /** The collector of the default registry, which has the metrics of other threads too. */
  get #shared() {
    return this.isGlobal && !isAlone ? instrumentsOf(this[OPEN_COLLECTOR]()) : undefined
  }

  /** @param {string} [aggregator] only metrics with this one */
  async getMetricsAsJSON(aggregator) {
    const metrics = this.getMetricsAsArray(aggregator)
    const hasOthers = this.isGlobal
    const isAsked = (/** @type {any} */ reading) => aggregator === undefined || reading.aggregator === aggregator
    /** @type {any[]} */
    const readings = await collect(metrics, async (metric) => this.#labelled(await metric.get()))
    if (hasOthers && this.#shared !== undefined) await this.#collectOthers()
    const groups = this.#groups(metrics, hasOthers)
    const all = await Promise.all(
      [...groups].map(([instruments, own]) =>
        readValues(instruments, {
          families: own.map(({ listed }) => listed),
          hasOthers: hasOthers && instruments === this.#shared,
        }),
      ),
    )
    for (const own of groups.values()) {
      const families = /** @type {import('./types').OtherFamilyValues[]} */ (all.shift())
      const shown = own.filter(({ listed }) => !listed.isHidden)
      for (const [at, { metric, place }] of shown.entries())
        readings[place] = metric[CONVERT](families[at], this.#defaults)
      const others = families.slice(shown.length).map((family) => this.#labelled(readingOf(family)))
      readings.push(...others.filter(isAsked))
    }
    return readings
  }

  /** With the default labels. @param {any} reading */
  #labelled(reading) {
    if (Object.keys(this.#defaults).length === 0) return reading
    const values = reading.values?.map((/** @type {any} */ each) => ({
      ...each,
      labels: withDefaults(each.labels ?? {}, this.#defaults),
    }))
    return { ...reading, values }
  }

  /** @param {any[]} registers */
  static merge(registers) {
    const [{ contentType }] = registers
    if (registers.some((register) => register.contentType !== contentType)) {
      throw new Error('Registers can only be merged if they have the same content type')
    }
    const together = new Registry(contentType)
    for (const metric of registers.flatMap((register) => register.getMetricsAsArray())) together.registerMetric(metric)
    return together
  }

  /**
   * A registry of the metrics that `getMetricsAsJSON()` of several processes returned, each aggregated as it says, or summed.
   * @param {any[][]} readings
   * @param {string} [contentType]
   */
  static aggregate(readings, contentType = PROMETHEUS) {
    const registry = new Registry(contentType)
    /** @type {Map<string, any[]>} */
    const byName = new Map()
    for (const metric of readings.flat()) {
      const same = byName.get(metric.name)
      if (same === undefined) byName.set(metric.name, [metric])
      else same.push(metric)
    }
    for (const metrics of byName.values()) {
      const name = metrics[0].aggregator ?? 'sum'
      const aggregator = aggregators[name]
      if (typeof aggregator !== 'function') throw new Error(`'${name}' is not a defined aggregator.`)
      const together = aggregator(metrics)
      if (together) registry.registerMetric({ get: () => together, ...together })
    }
    return registry
  }
}

/** @type {typeof import('./metric').Metric | undefined} loaded with the first metric, which loads this file */
let Metric

/** Whether Rust may show a metric whose values it has: not if a user replaced its `get`. @param {any} metric */
function isListed(metric) {
  Metric ??= require('./metric').Metric
  return metric.get === Metric.prototype.get
}

/** The reading of a metric that Rust does not show. @param {any} metric */
function otherReading(metric) {
  return typeof metric.getForPromString === 'function' ? metric.getForPromString() : metric.get()
}

/**
 * Calls `collect` of the metrics that Rust shows, and reads the others. One that fails does not keep the next ones from being called.
 * @param {any[]} metrics
 * @param {(metric: any) => any} read
 * @returns {Promise<any[]>} what the others have, each at the place of its metric
 */
async function collect(metrics, read) {
  const found = new Array(metrics.length).fill(undefined)
  /** @type {PromiseLike<unknown>[]} */
  const waits = []
  const readOther = async (/** @type {any} */ metric, /** @type {number} */ place) => {
    found[place] = await read(metric)
  }
  for (let place = 0; place < metrics.length; place++) {
    const metric = metrics[place]
    try {
      if (typeof metric[LISTED] !== 'function' || !isListed(metric)) waits.push(readOther(metric, place))
      else {
        const collected = metric[COLLECT]()
        if (collected !== undefined) waits.push(collected)
      }
    } catch (error) {
      waits.push(Promise.reject(error))
    }
  }
  if (waits.length > 0) await Promise.all(waits)
  return found
}

/** One registry or several, as an array. @param {any} given @returns {Registry[]} */
function checkedRegistries(given) {
  const list = Array.isArray(given) ? given : [given]
  for (const each of list) {
    if (!(each instanceof Registry)) throw new TypeError(`Expected Registry, got ${typeof each}`)
  }
  return list
}

const globalRegistry = new Registry()
/** As prom-client's file of the class has it. */
Registry.globalRegistry = globalRegistry

module.exports = { Registry, checkedRegistries, globalRegistry }
