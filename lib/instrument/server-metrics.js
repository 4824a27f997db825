'use strict'

// The metrics of HTTP servers, by OpenTelemetry's semantic conventions. How requests are observed is up to the other files.

const { elapsed } = require('../record/clock')
const { instrumentsOf } = require('../record/collector')
const { Limit, methodOf, statusOf } = require('./bounded')

/** @typedef {import('./types').Outcome} Outcome */
/** @typedef {import('./types').StreamType} StreamType */

/** Milliseconds: the bounds that OpenTelemetry recommends. */
const DURATION_BUCKETS = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]
/** Streams last from seconds to days. */
const STREAM_BUCKETS = [1, 10, 60, 300, 1800, 3600, 6 * 3600, 24 * 3600].map((seconds) => seconds * 1000)
/** From 256 bytes to 64 MiB. */
const SIZE_BUCKETS = Array.from({ length: 10 }, (_, at) => 4 ** (at + 4))

/** More routes than programs have: what has more makes them of paths. */
const MAX_ROUTES = 1000
const MAX_ERROR_TYPES = 50

/** The requests that are in progress in this thread, of one method and scheme. */
class Active {
  #gauge
  #count = 0

  /** @param {import('../..').BoundGauge} gauge */
  constructor(gauge) {
    this.#gauge = gauge
  }

  add() {
    this.#gauge.set(++this.#count)
  }

  remove() {
    this.#gauge.set(--this.#count)
  }
}

class ServerMetrics {
  #duration
  #stream
  #requestSize
  #responseSize
  #activeRequests
  /** @type {Map<string, Map<string, Active>>} by scheme and method */
  #active = new Map()
  #routes = new Limit(MAX_ROUTES)
  #errorTypes = new Limit(MAX_ERROR_TYPES)

  /** @param {import('../..').Metrics} metrics @param {{ buckets?: readonly number[] }} options */
  constructor(metrics, { buckets = DURATION_BUCKETS }) {
    this.#duration = metrics.timing({
      name: 'http.server.request.duration',
      help: 'Duration of HTTP server requests.',
      buckets,
    })
    this.#stream = metrics.timing({
      name: 'http.server.stream.duration',
      help: 'Duration of server-sent events, WebSockets and other streams.',
      buckets: STREAM_BUCKETS,
    })
    this.#activeRequests = metrics.gauge({
      name: 'http.server.active_requests',
      help: 'Number of active HTTP server requests.',
      unit: '{request}',
    })
    const size = { unit: 'By', buckets: SIZE_BUCKETS }
    this.#requestSize = metrics.histogram({
      name: 'http.server.request.body.size',
      help: 'Size of HTTP server request bodies.',
      ...size,
    })
    this.#responseSize = metrics.histogram({
      name: 'http.server.response.body.size',
      help: 'Size of HTTP server response bodies.',
      ...size,
    })
  }

  /** Counts a request that begins. @param {string | undefined} method @param {string} scheme */
  began(method, scheme) {
    const active = this.#active.get(scheme)?.get(/** @type {string} */ (method)) ?? this.#newActive(method, scheme)
    active.add()
    return active
  }

  /** @param {unknown} method @param {string} scheme */
  #newActive(method, scheme) {
    const known = methodOf(method)
    const byMethod = this.#active.get(scheme) ?? new Map()
    this.#active.set(scheme, byMethod)
    const active =
      byMethod.get(known) ??
      new Active(this.#activeRequests.labels({ 'http.request.method': known, 'url.scheme': scheme }))
    byMethod.set(known, active)
    return active
  }

  /** Records a request that ended. @param {Outcome} outcome */
  ended({ active, startMillis, method, scheme, route, status, error, requestBytes, responseBytes, stream }) {
    active.remove()
    const millis = elapsed() - startMillis
    if (stream !== undefined) return this.streamed(stream, method, route, millis)
    const labels = this.#labels(method, scheme, route, status, error)
    this.#duration.labels(labels).observeMillis(millis)
    if (requestBytes !== undefined) this.#requestSize.labels(labels).observe(requestBytes)
    if (responseBytes !== undefined) this.#responseSize.labels(labels).observe(responseBytes)
  }

  /**
   * Absent attributes are left out, so that the label table finds each combination by its keys.
   * @param {string | undefined} method @param {string} scheme @param {string | undefined} route
   * @param {number | undefined} status @param {string | undefined} error
   */
  #labels(method, scheme, route, status, error) {
    const known = methodOf(method)
    if (route !== undefined && status !== undefined && status < 500 && error === undefined) {
      return {
        'http.request.method': known,
        'http.response.status_code': statusOf(status),
        'http.route': this.#routes.pass(route),
        'url.scheme': scheme,
      }
    }
    /** @type {Record<string, string | number>} */
    const labels = { 'http.request.method': known }
    if (status !== undefined) labels['http.response.status_code'] = statusOf(status)
    if (route !== undefined) labels['http.route'] = this.#routes.pass(route)
    labels['url.scheme'] = scheme
    if (error !== undefined) labels['error.type'] = this.#errorTypes.pass(error)
    else if (status !== undefined && status >= 500) labels['error.type'] = String(statusOf(status))
    return labels
  }

  /** @param {StreamType} type @param {string | undefined} method @param {string | undefined} route @param {number} millis */
  streamed(type, method, route, millis) {
    const known = methodOf(method)
    const labels =
      route === undefined
        ? { 'http.request.method': known, 'http.stream.type': type }
        : { 'http.request.method': known, 'http.route': this.#routes.pass(route), 'http.stream.type': type }
    this.#stream.labels(labels).observeMillis(millis)
  }
}

/** By the instruments of a collector: those who observe into one share its gauges. @type {WeakMap<object, ServerMetrics>} */
const known = new WeakMap()

/** @param {import('../..').Metrics} metrics @param {{ buckets?: readonly number[] }} options */
function serverMetricsOf(metrics, options) {
  const instruments = instrumentsOf(metrics.collector)
  const made = known.get(instruments)
  if (made === undefined || options.buckets !== undefined) {
    // throws where other buckets are in use
    const own = new ServerMetrics(metrics, options)
    if (made !== undefined) return made
    known.set(instruments, own)
    return own
  }
  return made
}

module.exports = { serverMetricsOf }
