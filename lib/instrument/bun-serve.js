'use strict'

// Servers of Bun.serve, which has no channels: its options are wrapped. A handler's promise is observed by a promise derived from it,
// and what a handler returns or throws reaches Bun as it is; only the body of an event stream is passed on by another stream, whose
// end is the request's.

const { isPromise } = require('node:util').types
const { noBunServe } = require('../errors/values')
const { createMetrics } = require('../metrics')
const { elapsed } = require('../record/clock')
const { Collector } = require('../record/collector')
const { checkedBuckets, readOptions } = require('../record/options')
const { setRouteOf } = require('../http-routes/set-route')
const { OTHER, errorTypeOf } = require('./bounded')
const { harmless, warnOnce } = require('../channels')
const { streamTypeOfContent } = require('./messages')
const { observedBody } = require('./observed-body')
const { serverMetricsOf } = require('./server-metrics')
const { createPrivateField } = require('../private-field')

/** @typedef {(this: unknown, request: any, server: any) => any} Handler */

/** What Bun had before anything replaced it. @type {{ serve?: (options: any) => any } | undefined} */
const bun = /** @type {any} */ (globalThis).Bun
const bunServe = bun?.serve

/** @type {typeof import('../..').serve} */
function serve(options, own = {}) {
  if (bunServe === undefined) throw noBunServe()
  const { collector = Collector.default, buckets } = readOptions(own, ['collector', 'buckets'])
  const metrics = serverMetricsOf(createMetrics(collector), { buckets: checkedBuckets(buckets) })
  const handlers = new Handlers(metrics)
  const server = bunServe(handlers.wrapped(options))
  const reload = server.reload
  // the handlers that a server is reloaded with are measured too
  if (typeof reload === 'function') {
    const value = (/** @type {any} */ changed) => reload.call(server, handlers.wrapped(changed))
    Object.defineProperty(server, 'reload', { configurable: true, writable: true, value })
  }
  return server
}

/** A request that is being answered. */
class Exchange {
  #metrics
  #request
  #route
  #requests
  #startMillis = elapsed()
  #isOver = false

  /** @param {ReturnType<typeof serverMetricsOf>} metrics @param {any} request @param {string | undefined} route */
  constructor(metrics, request, route) {
    this.#metrics = metrics
    this.#request = request
    this.#route = route
    this.#requests = metrics.began(request.method, request.url.startsWith('https:') ? 'https' : 'http')
  }

  /**
   * @param {number | undefined} status
   * @param {{ error?: string, responseBytes?: number, stream?: import('./types').StreamType }} [more]
   */
  end(status, more) {
    if (this.#isOver) return
    this.#isOver = true
    const request = this.#request
    const { method } = request
    const length = method === 'GET' || method === 'HEAD' ? null : request.headers.get('content-length')
    this.#metrics.ended({
      requests: this.#requests,
      startMillis: this.#startMillis,
      route: setRouteOf(request) ?? this.#route,
      status,
      requestBytes: lengthOf(length),
      ...more,
    })
  }

  /** Another protocol goes on with the connection. */
  leave() {
    if (this.#isOver) return
    this.#isOver = true
    this.#requests.remove()
  }
}

class Handlers {
  #metrics
  /** @type {ReturnType<typeof createPrivateField<Exchange | undefined>>} by what a handler threw */
  #failed = createPrivateField()
  /** @type {ReturnType<typeof createPrivateField<number>>} when a WebSocket was opened */
  #opened = createPrivateField()

  /** @param {ReturnType<typeof serverMetricsOf>} metrics */
  constructor(metrics) {
    this.#metrics = metrics
  }

  /** The options of a server with handlers that are measured. @param {any} options */
  wrapped(options) {
    // Bun rejects what is not an object
    if (typeof options !== 'object' || options === null) return options
    const { fetch, routes, error, websocket } = options
    const changed = {
      ...(typeof fetch === 'function' && { fetch: this.#handler(fetch, undefined, error) }),
      ...(typeof routes === 'object' && routes !== null && { routes: this.#routes(routes, error) }),
      ...(typeof error === 'function' && { error: this.#error(error) }),
      ...(typeof websocket === 'object' && websocket !== null && { websocket: this.#websocket(websocket) }),
    }
    return Object.assign(Object.create(Object.getPrototypeOf(options)), options, changed)
  }

  /** @param {Record<string, any>} routes @param {unknown} error */
  #routes(routes, error) {
    return Object.fromEntries(Object.entries(routes).map(([route, value]) => [route, this.#route(route, value, error)]))
  }

  /**
   * A handler, or handlers by method; Bun answers everything else by itself.
   * @param {string} route
   * @param {any} value
   * @param {unknown} error
   */
  #route(route, value, error) {
    if (typeof value === 'function') return this.#handler(value, route, error)
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
    const handlers = Object.entries(value).map(([method, handler]) => [
      method,
      typeof handler === 'function' ? this.#handler(handler, route, error) : handler,
    ])
    return Object.fromEntries(handlers)
  }

  /** @param {Handler} handler @param {string | undefined} route @param {unknown} onError @returns {Handler} */
  #handler(handler, route, onError) {
    const begin = harmless((/** @type {any} */ request) => new Exchange(this.#metrics, request, route))
    const fail = harmless((/** @type {Exchange} */ exchange, /** @type {unknown} */ error) => {
      const isObject = typeof error === 'object' && error !== null
      // the status is the error handler's
      if (typeof onError === 'function' && isObject && !Object.isFrozen(error)) {
        // the same error may be thrown again before its handler is called
        this.#failed.read(error)?.end(500, { error: errorTypeOf(error) })
        this.#failed.write(error, exchange)
      } else exchange.end(500, { error: errorTypeOf(error) })
    })
    return function measured(request, server) {
      const exchange = begin(request)
      if (exchange === undefined) return handler.call(this, request, server)
      let result
      try {
        result = handler.call(this, request, server)
      } catch (error) {
        fail(exchange, error)
        throw error
      }
      if (!isPromise(result)) return respond(exchange, result) ?? result
      return result.then(
        (/** @type {unknown} */ response) => respond(exchange, response) ?? response,
        (/** @type {unknown} */ error) => {
          fail(exchange, error)
          throw error
        },
      )
    }
  }

  /** @param {(this: unknown, error: unknown) => any} handler */
  #error(handler) {
    const end = harmless((/** @type {any} */ error, /** @type {any} */ response) => {
      const isObject = typeof error === 'object' && error !== null
      const exchange = isObject ? this.#failed.read(error) : undefined
      const status = response?.status ?? 500
      exchange?.end(status, status >= 500 ? { error: errorTypeOf(error) } : {})
    })
    /** @this {unknown} @param {unknown} error */
    return function measured(error) {
      let result
      try {
        result = handler.call(this, error)
      } catch (another) {
        end(error, undefined)
        throw another
      }
      if (typeof result?.then === 'function') {
        result.then(
          (/** @type {unknown} */ response) => end(error, response),
          () => end(error, undefined),
        )
      } else end(error, result)
      return result
    }
  }

  /** @param {any} websocket */
  #websocket(websocket) {
    const { open, close } = websocket
    const opened = harmless((/** @type {object} */ socket) => this.#opened.write(socket, elapsed()))
    const closed = harmless((/** @type {object} */ socket) => {
      const startMillis = this.#opened.read(socket)
      if (startMillis !== undefined) this.#metrics.streamed('websocket', 'GET', undefined, elapsed() - startMillis)
    })
    return Object.assign(Object.create(Object.getPrototypeOf(websocket)), websocket, {
      /** @this {unknown} @param {any} socket */
      open(socket) {
        opened(socket)
        return open?.call(this, socket)
      },
      /** @this {unknown} @param {any} socket @param {...unknown} more */
      close(socket, ...more) {
        closed(socket)
        return close?.call(this, socket, ...more)
      },
    })
  }
}

/**
 * Like `responded`, but never leaves the request in progress if that throws.
 * @param {Exchange} exchange
 * @param {unknown} response
 */
function respond(exchange, response) {
  try {
    return responded(exchange, response)
  } catch (error) {
    warnOnce(error)
    return exchange.leave()
  }
}

/**
 * Ends a request, at once or with its stream.
 * @param {Exchange} exchange
 * @param {any} response
 * @returns another response in its place
 */
function responded(exchange, response) {
  // a request that was upgraded
  if (response === undefined || response === null) return exchange.leave()
  // Bun refuses it
  if (!(response instanceof Response)) return exchange.end(undefined, { error: OTHER })
  const { status, headers, body } = response
  const stream = streamTypeOfContent(headers.get('content-type'))
  if (stream === undefined || body === null) {
    return exchange.end(status, { responseBytes: lengthOf(headers.get('content-length')) })
  }
  const init = { status, statusText: response.statusText, headers }
  return new Response(
    observedBody(body, () => exchange.end(status, { stream })),
    init,
  )
}

/** @param {string | null} header @returns {number | undefined} */
function lengthOf(header) {
  const bytes = header === null ? Number.NaN : Number(header)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

module.exports = { serve }
