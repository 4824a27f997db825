'use strict'

// A MetricProducer: the metrics of a collector for the SDK's readers, and so for any exporter.

const { instrumentsOf, Collector } = require('../record/collector')
const { readOptions } = require('../record/options')
const { invalidOption } = require('../errors/options')
const { Messages } = require('../otlp/messages')
const { resourceOf } = require('../otlp/resource')
const { scopeMetricsOf } = require('./metric-data')

const TEMPORALITIES = ['cumulative', 'delta']

/** @typedef {{ attributes: Record<string, unknown>, schemaUrl: string, later?: Promise<Record<string, unknown>> }} Resource */

class MetricProducer {
  #messages
  #resource

  /** @param {any} [options] @param {Resource} [resource] that of a provider */
  constructor(options = {}, resource) {
    const given = readOptions(options, ['collector', 'resource', 'temporality'])
    const { collector = Collector.default, temporality = TEMPORALITIES[0] } = given
    this.#messages = new Messages(instrumentsOf(collector), checkedTemporality(temporality) === 'delta')
    this.#resource = resource ?? resourceOf(given.resource)
  }

  /** @param {{ timeoutMillis?: number }} [_options] the callbacks have their own time limits */
  async collect(_options) {
    const { later, schemaUrl } = this.#resource
    const attributes = (await later) ?? this.#resource.attributes
    const scopeMetrics = scopeMetricsOf(await this.#messages.next(attributes))
    return { resourceMetrics: { resource: sdkResource(attributes, schemaUrl), scopeMetrics }, errors: [] }
  }
}

/** As the SDK's exporters need it. @param {Record<string, unknown>} attributes @param {string} schemaUrl */
function sdkResource(attributes, schemaUrl) {
  return {
    attributes,
    schemaUrl: schemaUrl || undefined,
    asyncAttributesPending: false,
    getRawAttributes: () => Object.entries(attributes),
    merge: (/** @type {any} */ other) => sdkResource({ ...attributes, ...other?.attributes }, schemaUrl),
  }
}

/** @param {unknown} temporality */
function checkedTemporality(temporality) {
  if (TEMPORALITIES.includes(/** @type {string} */ (temporality))) return temporality
  throw invalidOption('temporality', temporality, `one of ${TEMPORALITIES.join(', ')}`)
}

module.exports = { MetricProducer, checkedTemporality }
