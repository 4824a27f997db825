'use strict'

// The metrics of HTTP servers, by OpenTelemetry's semantic conventions. How requests are observed is up to the other files.

const { elapsed } = require('../record/clock')
const { Limit, MAX_ERROR_TYPES, methodOf, statusOf } = require('./bounded')
const { DURATION_BUCKETS } = require('./conventions')
const { perCollector } = require('./per-collector')

/** @typedef {import('./types').Outcome} Outcome */
/** @typedef {import('./types').StreamType} StreamType */

/** Streams last from seconds to days. */
const STREAM_BUCKETS = [1, 10, 60, 300, 1800, 3600, 6 * 3600, 24 * 3600].map((seconds) => seconds * 1000)
/** From 256 bytes to 64 MiB. */
const SIZE_BUCKETS = Array.from({ length: 10 }, (_, at) => 4 ** (at + 4))

/**
 * A family with declared labels is not exposed before it has a series. Otherwise a 0 without labels would look like one more route.
 */
const REQUEST_LABELS = ['http.request.method', 'http.response.status_code', 'http.route', 'url.scheme', 'error.type']
const STREAM_LABELS = ['http.request.method', 'http.route', 'http.stream.type']

/** More routes than any real program has: one that exceeds this uses paths as routes. */
const MAX_ROUTES = 1000

/** The requests of one method and scheme in this thread. */
class Requests {
  #gauge
  #count = 0
  /** @type {Map<string | undefined, Map<number, Recorded>>} where complete responses are recorded, by route and status */
  recorded = new Map()

  /** @param {string} method @param {string} scheme @param {import('../..').BoundGauge} gauge of those in progress */
  constructor(method, scheme, gauge) {
    this.method = method
    this.scheme = scheme
    this.#gauge = gauge
  }

  add() {
    this.#gauge.set(++this.#count)
  }

  remove() {
    this.#gauge.set(--this.#count)
  }
}

/** The series of one label set. The sizes have none before there is a size. */
class Recorded {
  /** @type {import('../..').BoundHistogram | undefined} */
  #requestSize
  /** @type {import('../..').BoundHistogram | undefined} */
  #responseSize
  #labels
  #metrics

  /**
   * @param {import('../..').Labels} labels
   * @param {{ duration: import('../..').Timing, requestSize: import('../..').Histogram, responseSize: import('../..').Histogram }} metrics
   */
  constructor(labels, metrics) {
    this.#labels = labels
    this.#metrics = metrics
    this.duration = metrics.duration.labels(labels)
  }

  get requestSize() {
    this.#requestSize ??= this.#metrics.requestSize.labels(this.#labels)
    return this.#requestSize
  }

  get responseSize() {
    this.#responseSize ??= this.#metrics.responseSize.labels(this.#labels)
    return this.#responseSize
  }
}

class ServerMetrics {
  #instruments
  #stream
  #activeRequests
  /** @type {Map<string, Map<string | undefined, Requests>>} by scheme, and by method as it arrived where it is known */
  #requests = new Map()
  #routes = new Limit(MAX_ROUTES)
  #errorTypes = new Limit(MAX_ERROR_TYPES)

  /** @param {import('../..').Metrics} metrics @param {{ buckets?: readonly number[] }} options */
  constructor(metrics, { buckets = DURATION_BUCKETS }) {
    const size = { unit: 'By', labelNames: REQUEST_LABELS, buckets: SIZE_BUCKETS }
    this.#instruments = {
      duration: metrics.timing({
        name: 'http.server.request.duration',
        help: 'Duration of HTTP server requests.',
        labelNames: REQUEST_LABELS,
        buckets,
      }),
      requestSize: metrics.histogram({
        name: 'http.server.request.body.size',
        help: 'Size of HTTP server request bodies.',
        ...size,
      }),
      responseSize: metrics.histogram({
        name: 'http.server.response.body.size',
        help: 'Size of HTTP server response bodies.',
        ...size,
      }),
    }
    this.#stream = metrics.timing({
      name: 'http.server.stream.duration',
      help: 'Duration of server-sent events, WebSockets and other streams.',
      labelNames: STREAM_LABELS,
      buckets: STREAM_BUCKETS,
    })
    this.#activeRequests = metrics.gauge({
      name: 'http.server.active_requests',
      help: 'Number of active HTTP server requests.',
      unit: '{request}',
    })
  }

  /** Counts a request that begins. @param {string | undefined} method @param {string} scheme */
  began(method, scheme) {
    const requests = this.#requests.get(scheme)?.get(method) ?? this.#requestsOf(methodOf(method), scheme)
    requests.add()
    return requests
  }

  /** @param {string} method @param {string} scheme */
  #requestsOf(method, scheme) {
    const byMethod = this.#requests.get(scheme) ?? new Map()
    this.#requests.set(scheme, byMethod)
    const labels = { 'http.request.method': method, 'url.scheme': scheme }
    const requests = byMethod.get(method) ?? new Requests(method, scheme, this.#activeRequests.labels(labels))
    byMethod.set(method, requests)
    return requests
  }

  /** Records a request that ended. @param {Outcome} outcome */
  ended({ requests, startMillis, route, status, error, requestBytes, responseBytes, stream }) {
    requests.remove()
    const millis = elapsed() - startMillis
    if (stream !== undefined) return this.streamed(stream, requests.method, route, millis)
    const known = error === undefined ? requests.recorded.get(route)?.get(/** @type {number} */ (status)) : undefined
    const recorded = known ?? this.#recorded(requests, route, status, error)
    recorded.duration.observeMillis(millis)
    if (requestBytes !== undefined) recorded.requestSize.observe(requestBytes)
    if (responseBytes !== undefined) recorded.responseSize.observe(responseBytes)
  }

  /**
   * @param {import('./types').Requests} requests @param {string | undefined} route
   * @param {number | undefined} status @param {string | undefined} error
   */
  #recorded(requests, route, status, error) {
    const { method, scheme, recorded } = requests
    const pattern = route === undefined ? undefined : this.#routes.pass(route)
    const labels = this.#labels(method, scheme, pattern, status, error)
    const made = new Recorded(labels, this.#instruments)
    // kept for routes and statuses of which there is a limited number
    if (error === undefined && status !== undefined && pattern === route) {
      const byStatus = recorded.get(route) ?? new Map()
      recorded.set(route, byStatus.set(status, made))
    }
    return made
  }

  /**
   * Absent attributes are left out, so that the label table finds each combination by its keys.
   * @param {string} method @param {string} scheme @param {string | undefined} route
   * @param {number | undefined} status @param {string | undefined} error
   */
  #labels(method, scheme, route, status, error) {
    /** @type {Record<string, string | number>} */
    const labels = { 'http.request.method': method }
    if (status !== undefined) labels['http.response.status_code'] = statusOf(status)
    if (route !== undefined) labels['http.route'] = route
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

module.exports = { serverMetricsOf: perCollector(ServerMetrics) }
