'use strict'

// Requests to servers of node:http and node:https, by the channels that Node.js publishes them on. A connection has its requests in a
// list, mostly of one: what looks at its end finds them there, and no request carries anything of ours.

const { elapsed } = require('../record/clock')
const { routeOf } = require('../http-routes/routes')
const { harmless, subscribe } = require('../channels')
const { isOwn } = require('./own-server')
const { createPrivateField } = require('../private-field')
const { propertyOf } = require('../property')
const { expectsContinue, knownBytesOf, requestBytesOf, streamTypeOf } = require('./messages')

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./types').Requests} Requests */
/** @typedef {import('./types').Observer} Observer */
/** @typedef {ReturnType<typeof import('./server-metrics').serverMetricsOf>} ServerMetrics */

/** The length of the response that precedes the final one, where the client waits for it before it sends a body. */
const CONTINUE_BYTES = 'HTTP/1.1 100 Continue\r\n\r\n'.length

/** A request that is being answered. */
class Exchange {
  /** @type {Exchange | undefined} the request after it on the same connection, which did not wait for the response */
  next

  /** @param {number} startMillis @param {IncomingMessage} request @param {ServerResponse} response @param {Requests} requests */
  constructor(startMillis, request, response, requests) {
    this.startMillis = startMillis
    this.request = request
    this.rawHeaders = request.rawHeaders
    this.response = response
    this.requests = requests
  }
}

/** A client's connection. */
class Connection {
  /** @type {Exchange | undefined} */
  first
  /**
   * The end of the list, which has any length: a client may send requests without reading responses.
   * @type {Exchange | undefined}
   */
  #last
  /** bytes of earlier responses, which its socket counts too */
  #sent = 0
  /** what ends the observation when the socket closes */
  onClose

  /** @param {any} socket @param {(connection: Connection) => void} closed */
  constructor(socket, closed) {
    this.socket = socket
    this.scheme = socket.encrypted === true ? 'https' : 'http'
    this.onClose = () => closed(this)
  }

  /** @param {Exchange} exchange */
  push(exchange) {
    if (this.first === undefined || this.#last === undefined) this.first = exchange
    else this.#last.next = exchange
    this.#last = exchange
  }

  /** Takes out the exchange of a response: the first one, unless responses finish out of order. @param {ServerResponse} response */
  take(response) {
    let before
    let exchange = this.first
    while (exchange !== undefined && exchange.response !== response) {
      before = exchange
      exchange = exchange.next
    }
    if (exchange === undefined) return undefined
    if (before === undefined) this.first = exchange.next
    else before.next = exchange.next
    if (this.#last === exchange) this.#last = before
    return exchange
  }

  /**
   * The length of a response's body as it was sent: of a chunked one with the frames of its chunks.
   * @param {number} headLength of all that was sent before the body @param {number | undefined} knownBytes where it is not chunked
   */
  bodyBytesOf(headLength, knownBytes) {
    if (knownBytes !== undefined) {
      this.#sent += headLength + knownBytes
      return knownBytes
    }
    const total = this.socket.bytesWritten
    if (typeof total !== 'number') return undefined
    const bytes = total - this.#sent - headLength
    this.#sent = total
    return Math.max(bytes, 0)
  }
}

/** @implements {Observer} */
class ServerChannelsObserver {
  #metrics
  #unsubscribe
  /** @type {ReturnType<typeof createPrivateField<Connection | undefined>>} of sockets */
  #connectionOf = createPrivateField()
  /** @type {Set<Connection>} */
  #connections = new Set()

  /** @param {ServerMetrics} metrics */
  constructor(metrics) {
    this.#metrics = metrics
    this.#unsubscribe = subscribe({
      'http.server.request.start': (message) => this.#begin(message),
      'http.server.response.finish': (message) => this.#finish(message),
    })
  }

  stop() {
    this.#unsubscribe()
    for (const { socket, first, onClose } of this.#connections) {
      socket.removeListener('close', onClose)
      for (let exchange = first; exchange !== undefined; exchange = exchange.next) exchange.requests.remove()
      // a connection may last longer than we do
      this.#connectionOf.write(socket, undefined)
    }
    this.#connections.clear()
  }

  /** @param {any} message */
  #begin({ request, response, socket, server }) {
    if (isOwn(server)) return
    const connection = this.#connectionOf.read(socket) ?? this.#connect(socket)
    const requests = this.#metrics.began(request.method, connection.scheme)
    connection.push(new Exchange(elapsed(), request, response, requests))
  }

  /** @param {any} socket */
  #connect(socket) {
    const connection = new Connection(
      socket,
      harmless((closed) => this.#close(closed)),
    )
    this.#connectionOf.write(socket, connection)
    this.#connections.add(connection)
    socket.once('close', connection.onClose)
    return connection
  }

  /** @param {any} message */
  #finish({ response, socket }) {
    const connection = this.#connectionOf.read(socket)
    const exchange = connection?.take(response)
    if (connection === undefined || exchange === undefined) return
    this.#end(connection, exchange, undefined)
  }

  /** The requests whose responses never finished. @param {Connection} connection */
  #close(connection) {
    this.#connections.delete(connection)
    let exchange = connection.first
    connection.first = undefined
    for (; exchange !== undefined; exchange = exchange.next) this.#end(connection, exchange, 'aborted')
  }

  /** @param {Connection} connection @param {Exchange} exchange @param {string | undefined} error */
  #end(connection, { startMillis, request, response, requests, rawHeaders }, error) {
    const isComplete = error === undefined
    const status = propertyOf(response, 'statusCode')
    const length = propertyOf(response, '_contentLength')
    const head = propertyOf(response, '_header')
    const hasContinued = expectsContinue(rawHeaders) && propertyOf(response, '_sent100') === true
    const headLength = (head?.length ?? 0) + (hasContinued ? CONTINUE_BYTES : 0)
    this.#metrics.ended({
      requests,
      startMillis,
      route: routeOf(request),
      status: isComplete || head ? status : undefined,
      error,
      requestBytes: requestBytesOf(request, rawHeaders),
      responseBytes: isComplete
        ? connection.bodyBytesOf(headLength, knownBytesOf(response, length, requests.method, status))
        : undefined,
      stream: head && typeof length !== 'number' ? streamTypeOf(head) : undefined,
    })
  }
}

module.exports = { ServerChannelsObserver }
