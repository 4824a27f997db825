'use strict'

// Requests by undici, which is also behind `fetch` in Node.js: until the last byte of the response, as undici announces it.

const { elapsed } = require('../record/clock')
const { subscribe } = require('../channels')
const { createPrivateField } = require('../private-field')

/** @typedef {import('./types').Observer} Observer */
/** @typedef {{ startMillis: number, status: number | undefined }} Exchange */

const SWITCHING_PROTOCOLS = 101

/** @implements {Observer} */
class UndiciObserver {
  #metrics
  #unsubscribe
  /** @type {ReturnType<typeof createPrivateField<Exchange | undefined>>} */
  #exchangeOf = createPrivateField()

  /** @param {ReturnType<typeof import('./client-metrics').clientMetricsOf>} metrics */
  constructor(metrics) {
    this.#metrics = metrics
    this.#unsubscribe = subscribe({
      'undici:request:create': ({ request }) =>
        this.#exchangeOf.write(request, { startMillis: elapsed(), status: undefined }),
      'undici:request:headers': ({ request, response }) => this.#responded(request, response.statusCode),
      'undici:request:trailers': ({ request }) => this.#end(request),
      'undici:request:error': ({ request, error }) => this.#end(request, error ?? {}),
    })
  }

  stop() {
    this.#unsubscribe()
  }

  /** @param {any} request @param {number} status */
  #responded(request, status) {
    const exchange = this.#exchangeOf.read(request)
    if (exchange === undefined) return
    exchange.status = status
    // what follows is not HTTP
    if (status === SWITCHING_PROTOCOLS) this.#end(request)
  }

  /** @param {any} request @param {unknown} [error] */
  #end(request, error) {
    const exchange = this.#exchangeOf.read(request)
    if (exchange === undefined) return
    this.#exchangeOf.write(request, undefined)
    this.#metrics.ended(exchange.startMillis, request.method, String(request.origin), exchange.status, error)
  }
}

module.exports = { UndiciObserver }
