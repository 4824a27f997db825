'use strict'

// The metrics of HTTP clients, by OpenTelemetry's semantic conventions.

const { elapsed } = require('../record/clock')
const { Limit, MAX_ERROR_TYPES, OTHER, errorTypeOf, methodOf, statusOf } = require('./bounded')
const { DURATION_BUCKETS } = require('./conventions')
const { perCollector } = require('./per-collector')

/** With these, the family is not in an exposition before it has a series. */
const LABELS = [
  'http.request.method',
  'http.response.status_code',
  'server.address',
  'server.port',
  'url.scheme',
  'error.type',
]

/** A program that calls more servers takes their addresses from its input. */
const MAX_ORIGINS = 100

/** @typedef {{ scheme: string, address: string, port: number | undefined }} Origin */

/** @type {Origin} */
const OTHER_ORIGIN = { scheme: OTHER, address: OTHER, port: undefined }

class ClientMetrics {
  #duration
  /** @type {Map<string, Origin>} */
  #origins = new Map()
  #errorTypes = new Limit(MAX_ERROR_TYPES)

  /** @param {import('../..').Metrics} metrics @param {{ buckets?: readonly number[] }} options */
  constructor(metrics, { buckets = DURATION_BUCKETS }) {
    this.#duration = metrics.timing({
      name: 'http.client.request.duration',
      help: 'Duration of HTTP client requests.',
      labelNames: LABELS,
      buckets,
    })
  }

  /**
   * @param {number} startMillis @param {unknown} method @param {string} origin as in `https://api.example.com:8443`
   * @param {number | undefined} status @param {unknown} [error]
   */
  ended(startMillis, method, origin, status, error) {
    const millis = elapsed() - startMillis
    const { scheme, address, port } = this.#origins.get(origin) ?? this.#newOrigin(origin)
    /** @type {Record<string, string | number>} */
    const labels = { 'http.request.method': methodOf(method) }
    if (status !== undefined) labels['http.response.status_code'] = statusOf(status)
    labels['server.address'] = address
    if (port !== undefined) labels['server.port'] = port
    labels['url.scheme'] = scheme
    if (error !== undefined) labels['error.type'] = this.#errorTypes.pass(errorTypeOf(error))
    else if (status !== undefined && status >= 400) labels['error.type'] = String(statusOf(status))
    this.#duration.labels(labels).observeMillis(millis)
  }

  /** @param {string} text */
  #newOrigin(text) {
    if (this.#origins.size >= MAX_ORIGINS) return OTHER_ORIGIN
    const origin = originOf(text)
    this.#origins.set(text, origin)
    return origin
  }
}

/** @param {string} text @returns {Origin} */
function originOf(text) {
  if (!URL.canParse(text)) return OTHER_ORIGIN
  const { protocol, hostname, port } = new URL(text)
  const scheme = protocol === 'https:' ? 'https' : 'http'
  return { scheme, address: hostname, port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port) }
}

module.exports = { clientMetricsOf: perCollector(ClientMetrics) }
