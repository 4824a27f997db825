'use strict'

// Requests by clients of node:http and node:https. A request closes in all its ends: with its response read, cut off, or without one.

const { elapsed } = require('../record/clock')
const { harmless, subscribe } = require('../channels')
const { createPrivateField } = require('../private-field')

/** @typedef {import('./types').Observer} Observer */

/** An error that nobody described. */
const UNKNOWN = {}

/** @typedef {{ startMillis: number, error: unknown }} Exchange */

/** @implements {Observer} */
class HttpClientObserver {
  #metrics
  #unsubscribe
  #isStopped = false
  /** @type {ReturnType<typeof createPrivateField<Exchange>>} */
  #exchangeOf = createPrivateField()

  /** @param {ReturnType<typeof import('./client-metrics').clientMetricsOf>} metrics */
  constructor(metrics) {
    this.#metrics = metrics
    this.#unsubscribe = subscribe({
      'http.client.request.start': ({ request }) => this.#begin(request),
      // not in the oldest versions of Node.js
      'http.client.request.error': ({ request, error }) => this.#fail(request, error),
    })
  }

  stop() {
    this.#isStopped = true
    this.#unsubscribe()
  }

  /** @param {any} request */
  #begin(request) {
    /** @type {Exchange} */
    const exchange = { startMillis: elapsed(), error: undefined }
    this.#exchangeOf.write(request, exchange)
    request.once(
      'close',
      harmless(() => this.#end(request, exchange)),
    )
  }

  /** @param {any} request @param {unknown} error */
  #fail(request, error) {
    const exchange = this.#exchangeOf.read(request)
    if (exchange !== undefined) exchange.error = error
  }

  /** @param {any} request @param {Exchange} exchange */
  #end(request, { startMillis, error }) {
    if (this.#isStopped) return
    const { res } = request
    // an upgraded connection belongs to another protocol
    const isComplete = res !== undefined && res !== null && (res.complete || res.statusCode === 101)
    const cause = isComplete ? undefined : (error ?? res?.errored ?? UNKNOWN)
    this.#metrics.ended(startMillis, request.method, originOf(request), res?.statusCode, cause)
  }
}

/** @param {any} request */
function originOf(request) {
  const { protocol, host } = request
  const named = request.getHeader('host')
  const port = typeof named === 'string' ? /:(\d+)$/.exec(named)?.[1] : undefined
  const address = String(host).includes(':') ? `[${host}]` : host
  return `${protocol}//${address}${port === undefined ? '' : `:${port}`}`
}

module.exports = { HttpClientObserver }
