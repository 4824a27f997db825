'use strict'

// Requests that no channel has: of node:http2, WebSockets and other upgrades, and of node:http in Bun. They are observed by listeners
// of the servers' own events. Node.js announces connections on a channel, and a connection has its server.

const { elapsed } = require('../record/clock')
const { routeOf } = require('../http-routes/routes')
const { harmless, subscribe } = require('../channels')
const { createPrivateField } = require('../private-field')
const { knownBytesOf, requestBytesOf, streamTypeOfContent } = require('./messages')
const { isOwn } = require('./own-server')

/** @typedef {import('./types').Observer} Observer */
/** @typedef {import('./types').Outcome} Outcome */
/** @typedef {ReturnType<typeof import('./server-metrics').serverMetricsOf>} ServerMetrics */

/** What an observer of upgrades listens to. */
const UPGRADE_EVENTS = ['upgrade', 'removeListener']

/** Our listeners of emitters, until we stop. */
class Listeners {
  /** @type {Map<object, [event: string, listener: (...args: any[]) => void][]>} */
  #byEmitter = new Map()

  /** @param {any} emitter @param {string} event @param {(...args: any[]) => void} listener */
  add(emitter, event, listener) {
    const known = this.#byEmitter.get(emitter) ?? []
    known.push([event, listener])
    this.#byEmitter.set(emitter, known)
    // before the application's, which may take long
    emitter.prependListener(event, listener)
  }

  /** @param {any} emitter @param {readonly string[]} [events] all by default */
  remove(emitter, events) {
    const all = this.#byEmitter.get(emitter) ?? []
    const kept = events === undefined ? [] : all.filter(([event]) => !events.includes(event))
    if (kept.length > 0) this.#byEmitter.set(emitter, kept)
    else this.#byEmitter.delete(emitter)
    for (const each of all) if (!kept.includes(each)) emitter.removeListener(...each)
  }

  /** @param {any} emitter */
  has(emitter) {
    return this.#byEmitter.has(emitter)
  }

  clear() {
    for (const emitter of [...this.#byEmitter.keys()]) this.remove(emitter)
  }
}

/** @implements {Observer} */
class ServerEventsObserver {
  #metrics
  #unsubscribe
  #listeners = new Listeners()
  /** @type {Set<{ requests: import('./types').Requests }>} the requests in progress */
  #open = new Set()
  /** @type {ReturnType<typeof createPrivateField<boolean>>} of servers whose requests are observed */
  #observesRequests = createPrivateField()
  /** @type {ReturnType<typeof createPrivateField<boolean>>} of servers whose upgrades are observed */
  #observesUpgrades = createPrivateField()

  /** @param {ServerMetrics} metrics */
  constructor(metrics) {
    this.#metrics = metrics
    this.#unsubscribe = subscribe({ 'net.server.socket': ({ socket }) => this.#connected(socket.server) })
  }

  stop() {
    this.#unsubscribe()
    this.#listeners.clear()
    for (const exchange of this.#open) exchange.requests.remove()
    this.#open.clear()
  }

  /** Observes all requests of a server of node:http or node:http2. @param {any} server */
  listenTo(server) {
    if (this.#observesRequests.read(server) === true || isOwn(server)) return
    this.#observesRequests.write(server, true)
    this.#forgetWhenClosed(server)
    // an application that takes streams does without requests
    const event = server.listenerCount('stream') > 0 && server.listenerCount('request') === 0 ? 'stream' : 'request'
    const listener = event === 'stream' ? this.#stream : this.#request
    this.#listeners.add(server, event, harmless(listener.bind(this)))
    if (server.listenerCount('upgrade') > 0) this.#listenToUpgrades(server)
    // Bun announces no connections, at which later listeners would be found
    this.#listeners.add(server, 'newListener', (added) => {
      if (added === 'upgrade') this.#listenToUpgrades(server)
    })
  }

  /** @param {any} server of any protocol */
  #connected(server) {
    if (server === undefined || server === null || isOwn(server)) return
    if (typeof server.updateSettings === 'function') this.listenTo(server)
    else if (server.listenerCount('upgrade') > 0) this.#listenToUpgrades(server)
  }

  /** @param {any} server that has a listener of upgrades, or is about to */
  #listenToUpgrades(server) {
    if (this.#observesUpgrades.read(server) === true) return
    // first, because a new listener of ours is announced as well
    this.#observesUpgrades.write(server, true)
    this.#forgetWhenClosed(server)
    this.#listeners.add(server, 'upgrade', harmless(this.#upgrade.bind(this)))
    // with a listener of ours alone, requests would be upgraded that nobody answers
    this.#listeners.add(server, 'removeListener', (event) => {
      if (event === 'upgrade' && server.listenerCount('upgrade') === 1) this.#forgetUpgrades(server)
    })
  }

  /** @param {any} server */
  #forgetUpgrades(server) {
    if (this.#observesRequests.read(server) !== true) return this.#forget(server)
    this.#listeners.remove(server, UPGRADE_EVENTS)
    this.#observesUpgrades.write(server, false)
  }

  /** @param {any} server */
  #forgetWhenClosed(server) {
    if (!this.#listeners.has(server)) this.#listeners.add(server, 'close', () => this.#forget(server))
  }

  /** @param {any} server */
  #forget(server) {
    this.#listeners.remove(server)
    this.#observesRequests.write(server, false)
    this.#observesUpgrades.write(server, false)
  }

  /** @param {any} request @param {any} response */
  #request(request, response) {
    const isHttp2 = request.httpVersionMajor >= 2
    // HTTP/1 through a server of HTTP/2 is on the channels of node:http
    if (!isHttp2 && process.versions.bun === undefined) return
    const { method } = request
    const scheme = request.socket?.encrypted === true || request.scheme === 'https' ? 'https' : 'http'
    const end = this.#begin(method, scheme, (error) => ({
      route: routeOf(request),
      status: error === undefined || response.headersSent ? response.statusCode : undefined,
      error,
      requestBytes: requestBytesOf(request, request.rawHeaders),
      responseBytes: error === undefined ? this.#bytesOf(response, method, isHttp2) : undefined,
      stream: streamTypeOfContent(response.getHeader('content-type')),
    }))
    const { stream } = response
    // a response of HTTP/2 also finishes when its stream is reset, and without an answer
    const isComplete = () => !isHttp2 || (response.writableEnded && !stream?.rstCode)
    response.once('finish', () => end(isComplete() ? undefined : 'aborted'))
    response.once('close', () => end('aborted'))
  }

  /**
   * Counts a request, and records it when it first ends.
   * @param {string} method @param {string} scheme
   * @param {(error: string | undefined) => Pick<Outcome, 'route' | 'status' | 'error' | 'stream'>} outcomeOf
   */
  #begin(method, scheme, outcomeOf) {
    const startMillis = elapsed()
    const requests = this.#metrics.began(method, scheme)
    const exchange = { requests }
    this.#open.add(exchange)
    return harmless((/** @type {string | undefined} */ error) => {
      if (!this.#open.delete(exchange)) return
      this.#metrics.ended({ requests, startMillis, ...outcomeOf(error) })
    })
  }

  /** @param {any} response @param {string} method @param {boolean} isHttp2 */
  #bytesOf(response, method, isHttp2) {
    if (!isHttp2) return knownBytesOf(response, response._contentLength, method, response.statusCode)
    const length = Number(response.getHeader('content-length') ?? Number.NaN)
    return Number.isSafeInteger(length) ? length : undefined
  }

  /** @param {any} stream of HTTP/2 @param {any} headers */
  #stream(stream, headers) {
    const scheme = headers[':scheme'] === 'https' ? 'https' : 'http'
    const end = this.#begin(headers[':method'], scheme, (error) => ({
      route: routeOf(stream),
      status: stream.sentHeaders?.[':status'],
      error,
      stream: streamTypeOfContent(stream.sentHeaders?.['content-type']),
    }))
    stream.once('close', () => end(stream.rstCode === 0 && stream.headersSent ? undefined : 'aborted'))
  }

  /** @param {any} request @param {any} socket */
  #upgrade(request, socket) {
    const startMillis = elapsed()
    const protocol = String(request.headers.upgrade).toLowerCase()
    const type = protocol === 'websocket' ? 'websocket' : 'upgrade'
    const ended = harmless(() => {
      this.#listeners.remove(socket)
      this.#metrics.streamed(type, request.method, routeOf(request), elapsed() - startMillis)
    })
    this.#listeners.add(socket, 'close', ended)
  }
}

module.exports = { ServerEventsObserver }
