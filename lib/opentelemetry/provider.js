'use strict'

// The MeterProvider for OpenTelemetry's API: its instruments record into the cells of a collector.

const { Collector, instrumentsOf } = require('../record/collector')
const { readOptions, copied, wellFormed } = require('../record/options')
const { MERGES } = require('../record/layout')
const { TRANSLATIONS } = require('../record/name-translations')
const { invalidOption } = require('../errors/options')
const { stringOf } = require('../otlp/attribute-values')
const { warn } = require('./diagnostics')
const { Meter } = require('./meter')
const { MetricProducer } = require('./producer')
const { ObservableRegistry } = require('./observables')
const { resourceOf } = require('../otlp/resource')
const { StreamFactory } = require('./streams')
const { View, checkedLimit } = require('./views')

const OPTIONS = ['collector', 'resource', 'views', 'readers', 'names', 'cardinalityLimit']

class MeterProvider {
  #collector
  #instruments
  #registry
  #views
  #limit
  #names
  #resource
  #readers
  /** @type {Map<string, import('./types').Meter>} by scope */
  #meters = new Map()
  #isShutDown = false
  #stopShowing = () => {}

  /** @param {any} [options] */
  constructor(options = {}) {
    const given = readOptions(options, OPTIONS)
    const { collector = Collector.default, names = TRANSLATIONS[0], cardinalityLimit } = given
    this.#instruments = instrumentsOf(collector)
    this.#collector = collector
    this.#names = checkedTranslation(names)
    this.#limit = cardinalityLimit === undefined ? undefined : checkedLimit(cardinalityLimit, 'cardinalityLimit')
    this.#views = checkedList('views', given.views).map((view) => (view instanceof View ? view : new View(view)))
    this.#readers = checkedReaders(given.readers)
    this.#resource = resourceOf(given.resource)
    this.#registry = new ObservableRegistry((fn) => collector.beforeRead(fn))
    this.#showResource()
    for (const reader of this.#readers) this.#connect(reader)
  }

  /** @param {any} reader of the SDK */
  #connect(reader) {
    const isDelta = reader.selectAggregationTemporality?.('COUNTER') === 0
    const temporality = isDelta ? 'delta' : 'cumulative'
    reader.setMetricProducer(new MetricProducer({ collector: this.#collector, temporality }, this.#resource))
  }

  /** @param {string} name @param {string} [version] @param {any} [options] */
  getMeter(name, version = '', options = {}) {
    const scope = scopeOf(name, version, options)
    const key = JSON.stringify(scope)
    const known = this.#isShutDown ? undefined : this.#meters.get(key)
    if (known !== undefined) return known
    if (this.#isShutDown) warn('the provider is shut down: a new meter records nothing')
    const streams = this.#isShutDown ? undefined : new StreamFactory(this.#instruments, labelsOf(scope), this.#names)
    const meter = new Meter(scope, { streams, registry: this.#registry, views: this.#views, limit: this.#limit })
    this.#meters.set(key, meter)
    return meter
  }

  /** @param {any} [options] */
  async forceFlush(options) {
    await Promise.all(this.#readers.map((reader) => reader.forceFlush(options)))
  }

  /** @param {any} [options] */
  async shutdown(options) {
    if (this.#isShutDown) return
    this.#isShutDown = true
    this.#meters.clear()
    try {
      await Promise.all(this.#readers.map((reader) => reader.shutdown(options)))
    } finally {
      this.#registry.stop()
      this.#stopShowing()
    }
  }

  /** The gauge `target_info`, from which Prometheus' users join the resource's attributes. */
  #showResource() {
    const { attributes, later } = this.#resource
    let labels = stringsOf(attributes)
    const gauge = this.#instruments.declared('gauge', 'target_info', {
      help: 'Target metadata',
      merge: MERGES.indexOf('max'),
      translation: 0,
    })
    const show = () => gauge.labels(labels).set(1)
    show()
    later?.then((shown) => {
      gauge.remove(labels)
      labels = stringsOf(shown)
      show()
    })
    // the collector may be cleared, but its instruments go on
    this.#stopShowing = this.#collector.beforeRead(show)
  }
}

/** @param {Record<string, unknown>} attributes @returns {Record<string, string>} */
function stringsOf(attributes) {
  const strings = Object.entries(attributes).map(([name, value]) => [wellFormed(name), stringOf(value)])
  return Object.fromEntries(strings.filter(([name, string]) => name !== '' && string !== undefined))
}

/** @param {unknown} name @param {unknown} version @param {any} options */
function scopeOf(name, version, options) {
  if (typeof name !== 'string' || name === '') warn('a meter has no name')
  const { schemaUrl, attributes } = options ?? {}
  return {
    name: typeof name === 'string' ? wellFormed(name) : '',
    version: typeof version === 'string' ? wellFormed(version) : '',
    schemaUrl: typeof schemaUrl === 'string' ? wellFormed(schemaUrl) : '',
    attributes: typeof attributes === 'object' && attributes !== null ? stringsOf(attributes) : {},
  }
}

/** As OpenTelemetry's specification of Prometheus compatibility names them. @param {ReturnType<typeof scopeOf>} scope */
function labelsOf({ name, version, schemaUrl, attributes }) {
  const own = Object.entries(attributes).map(([key, string]) => [`otel_scope_${key}`, string])
  const all = [...own, ['otel_scope_name', name], ['otel_scope_version', version], ['otel_scope_schema_url', schemaUrl]]
  return Object.fromEntries(all.filter(([, string]) => string !== ''))
}

/** @param {any} names */
function checkedTranslation(names) {
  if (TRANSLATIONS.includes(names)) return names
  throw invalidOption('names', names, `one of ${TRANSLATIONS.join(', ')}`)
}

/** @param {string} option @param {unknown} list @returns {any[]} */
function checkedList(option, list) {
  const copy = list === undefined ? [] : copied(list)
  if (copy === undefined) throw invalidOption(option, list, 'an array')
  return copy
}

/** @param {unknown} readers */
function checkedReaders(readers) {
  const list = checkedList('readers', readers)
  if (list.every((reader) => typeof reader?.setMetricProducer === 'function')) return list
  throw invalidOption('readers', readers, "an array of the SDK's MetricReaders")
}

module.exports = { MeterProvider }
