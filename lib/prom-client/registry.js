'use strict'

// Registries. Rust writes the text of all metrics whose values it has; others (see exposition.js) are put in between.

const { Collector, instrumentsOf } = require('../record/collector')
const { aggregators } = require('./aggregators')
const { metricText, withDefaults } = require('./exposition')
const { COLLECT, CONVERT, LEAVE, LISTED, OPEN_COLLECTOR } = require('./home')
const { readText, readValues } = require('./readings')
const { isAlone } = require('./sharing')

/** @typedef {import('../record/types').Instruments} Instruments */
/** @typedef {{ metric: any, listed: import('../../binding').RegisteredFamily, instruments: Instruments }} Own a metric whose values Rust has */

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

  /** Frees the values of a metric that this registry had, unless another still shows it. @param {any} metric */
  #leave(metric) {
    if (typeof metric?.[LEAVE] !== 'function' || metric.home.collector !== this.#collector) return
    metric[LEAVE]()
  }

  resetMetrics() {
    for (const metric of this.#metrics.values()) metric.reset()
  }

  /** @param {Record<string, any>} labels */
  setDefaultLabels(labels) {
    this.#defaults = labels
  }

  [OPEN_COLLECTOR]() {
    this.#collector ??= this.isGlobal && !isAlone ? Collector.default : new Collector()
    return this.#collector
  }

  async metrics() {
    const metrics = this.getMetricsAsArray()
    if (this.#isOpenMetrics) {
      for (const metric of metrics) if (metric.type === 'counter') metric.name = metric.name.replace(/_total$/, '')
    }
    const blocks = await this.#blocks(metrics, this.isGlobal)
    return this.#isOpenMetrics ? `${blocks.join('\n')}\n# EOF\n` : `${blocks.join(SEPARATOR)}\n`
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
   * The text of each metric.
   * @param {any[]} metrics
   * @param {boolean} hasOthers whether what other threads have registered follows
   */
  async #blocks(metrics, hasOthers) {
    const options = { defaults: this.#defaults, isOpenMetrics: this.#isOpenMetrics }
    const texts = await Promise.all(metrics.map((metric) => textOrCollect(metric, options)))
    const groups = this.#groups(metrics, hasOthers)
    const rest = await Promise.all(
      [...groups].map(async ([instruments, own]) => {
        const isShared = hasOthers && instruments === this.#shared
        const listing = { ...this.#listing(own, isShared), isOpenMetrics: options.isOpenMetrics }
        const text = await readText(instruments, listing)
        const blocks = text === '' ? [] : text.split(SEPARATOR)
        const shown = own.filter(({ listed }) => !listed.isHidden)
        for (const [at, { metric }] of shown.entries()) texts[metrics.indexOf(metric)] = blocks[at]
        return blocks.slice(shown.length)
      }),
    )
    return [...texts, ...rest.flat()]
  }

  /** The metrics whose values Rust has, by collector. @param {any[]} metrics @param {boolean} hasOthers @returns {Map<Instruments, Own[]>} */
  #groups(metrics, hasOthers) {
    /** @type {Map<Instruments, Own[]>} */
    const groups = new Map()
    if (hasOthers && this.#shared !== undefined) groups.set(this.#shared, [])
    for (const metric of metrics) {
      if (typeof metric?.[LISTED] !== 'function') continue
      const { instruments } = metric.home
      const listed = { ...metric[LISTED](), isHidden: !isListed(metric) }
      if (listed.isHidden && instruments !== this.#shared) continue
      const group = groups.get(instruments) ?? []
      groups.set(instruments, group)
      group.push({ metric, listed, instruments })
    }
    return groups
  }

  /** The collector of the default registry, which has the metrics of other threads too. */
  get #shared() {
    return this.isGlobal && !isAlone ? instrumentsOf(this[OPEN_COLLECTOR]()) : undefined
  }

  /** @param {Own[]} own @param {boolean} hasOthers */
  #listing(own, hasOthers) {
    return { families: own.map(({ listed }) => listed), labels: this.#defaults, hasOthers, separator: SEPARATOR }
  }

  /** @param {string} [aggregator] only metrics with this one */
  async getMetricsAsJSON(aggregator) {
    const metrics = this.getMetricsAsArray(aggregator)
    const hasOthers = this.isGlobal && (aggregator === undefined || aggregator === 'sum')
    const readings = await Promise.all(metrics.map(readingOrCollect))
    const groups = this.#groups(metrics, hasOthers)
    const rest = await Promise.all(
      [...groups].map(async ([instruments, own]) => {
        const isShared = hasOthers && instruments === this.#shared
        const listing = { ...this.#listing(own, isShared), labels: {} }
        const families = await readValues(instruments, listing)
        const shown = own.filter(({ listed }) => !listed.isHidden)
        for (const [at, { metric }] of shown.entries()) readings[metrics.indexOf(metric)] = metric[CONVERT](families[at])
        return families.slice(shown.length).map(require('./others').readingOf)
      }),
    )
    const all = [...readings, ...rest.flat()]
    if (Object.keys(this.#defaults).length === 0) return all
    return all.map((reading) => ({ ...reading, values: reading.values?.map((/** @type {any} */ each) => this.#labelled(each)) }))
  }

  /** @param {any} value */
  #labelled(value) {
    return { ...value, labels: withDefaults(value.labels ?? {}, this.#defaults) }
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

/** Whether Rust shows a metric: its values are there, and nobody has replaced the way to them. @param {any} metric */
function isListed(metric) {
  return !metric.enableExemplars && metric.get === require('./metric').Metric.prototype.get
}

/** @param {any} metric @param {{ defaults: Record<string, any>, isOpenMetrics: boolean }} options */
async function textOrCollect(metric, options) {
  if (typeof metric[LISTED] === 'function' && isListed(metric)) {
    await metric[COLLECT]()
    return ''
  }
  const reading = await (typeof metric.getForPromString === 'function' ? metric.getForPromString() : metric.get())
  return metricText(reading, options)
}

/** @param {any} metric */
async function readingOrCollect(metric) {
  if (typeof metric[LISTED] !== 'function' || !isListed(metric)) return await metric.get()
  await metric[COLLECT]()
  return undefined
}

const globalRegistry = new Registry()
/** As prom-client's file of the class has it. */
Registry.globalRegistry = globalRegistry

module.exports = { Registry, globalRegistry }
