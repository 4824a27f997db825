'use strict'

// How requests come in: from servers that pass Node's request and response, and from those that speak Request and Response. What is
// answered is the routes' business; who may ask is decided here.

const { notARequest, notAResponse } = require('../errors')
const { isBusy } = require('../readings')
const { has } = require('../route')
const { isAnswered, responseBody, writeBody } = require('../transfer')
const { busy, foreignHost, internal, notAllowed, notFound } = require('./answers')
const { isResponse, refusalOf } = require('./authorization')
const { encoded } = require('./encoding')
const { isIncomingAllowed, isRequestAllowed } = require('./hosts')
const { NodeClient } = require('./node-client')
const { placeOfIncoming, placeOfRequest } = require('./paths')
const { routeOf } = require('./routes')
const { WebClient } = require('./web-client')

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./types').Answer} Answer */
/** @typedef {import('./types').Asked} Asked */
/** @typedef {import('./types').Service} Service */
/** @typedef {import('./types').StreamAnswer} StreamAnswer */

/**
 * @typedef {object} Incoming a request, whichever way it came
 * @property {string | undefined} method
 * @property {boolean} isAllowed by its host
 * @property {Asked} asked
 * @property {import('./routes').Route} route
 * @property {() => Request} request made only for `authorize`
 * @property {IncomingMessage} [incoming]
 */

/** @param {Service} service */
function createDoor(service) {
  /**
   * @param {IncomingMessage & { originalUrl?: string }} req
   * @param {ServerResponse} res
   * @param {(error?: unknown) => void} [next]
   */
  async function answerIncoming(req, res, next) {
    const header = (/** @type {string} */ name) => /** @type {string | undefined} */ (req.headers[name])
    const place = placeOfIncoming(req, service.config.base)
    const route = place && routeOf(place, service.config, header)
    if (place === undefined || route === undefined) return next ? next() : await send(res, notFound(), req.method)
    const answer = await answerOf(service, {
      method: req.method,
      isAllowed: isIncomingAllowed(req, service.config.allowedHosts),
      asked: { query: place.query, address: pathOf(req.originalUrl ?? req.url), header },
      route,
      request: () => requestOf(req),
      incoming: req,
    })
    // a timeout has answered meanwhile, or the client is gone
    if (isAnswered(res)) return
    if (isResponse(answer)) return await sendResponse(res, answer, req.method)
    if ('begin' in answer) return await sendStream(res, answer, req.method)
    await send(res, answer, req.method)
  }

  /** @type {import('../../pool').PoolMetricsService['handle']} */
  async function handle(req, res, next) {
    if (!has(req, 'method', 'string')) throw notARequest('handle takes the request first', req)
    if (!has(res, 'writeHead', 'function')) throw notAResponse(res)
    try {
      await answerIncoming(req, res, next)
    } catch (error) {
      service.warnings.failure('handle', error)
    }
  }

  /** @param {Request} request */
  async function answerRequest(request) {
    const { method } = request
    const header = (/** @type {string} */ name) => request.headers.get(name) ?? undefined
    const place = placeOfRequest(request.url, service.config.base)
    const route = place && routeOf(place, service.config, header)
    if (place === undefined || route === undefined) return responseOf(notFound(), method)
    const answer = await answerOf(service, {
      method,
      isAllowed: isRequestAllowed(request, service.config.allowedHosts),
      asked: { query: place.query, address: new URL(request.url).pathname, header },
      route,
      request: () => request,
    })
    if (isResponse(answer)) return answer
    return 'begin' in answer ? responseOfStream(answer, request) : responseOf(answer, method)
  }

  /** @param {Request} request */
  async function fetch(request) {
    if (!isRequest(request)) throw notARequest('fetch takes a request', request)
    try {
      return await answerRequest(request)
    } catch (error) {
      service.warnings.failure('fetch', error)
      return responseOf(internal(), request.method)
    }
  }

  return { handle, fetch }
}

/** Of whatever realm. @param {any} value */
function isRequest(value) {
  return has(value, 'url', 'string') && has(value.headers, 'get', 'function') && URL.canParse(value.url)
}

/**
 * @param {Service} service
 * @param {Incoming} request
 * @returns {Promise<Answer | StreamAnswer | Response>}
 */
async function answerOf(service, { method, isAllowed, asked, route, request, incoming }) {
  if (!isAllowed) return refuseHost(service)
  if (method !== 'GET' && method !== 'HEAD') return notAllowed()
  const refusal = await refusalOf(service, request, incoming)
  if (refusal !== undefined) return refusal
  try {
    const answer = await route(service, asked)
    return 'begin' in answer ? answer : await encoded(answer, asked.header('accept-encoding'))
  } catch (error) {
    if (isBusy(error)) return busy()
    service.warnings.failure('the pool', error)
    return internal()
  }
}

/** @param {Service} service */
function refuseHost(service) {
  const message =
    'a request for a host that is not allowed was refused with 403: list the names under which the service is reached in the option allowedHosts'
  service.warnings.give('host', message, 'TALLYSTICK_POOL_HOST')
  return foreignHost()
}

/** The path of an address without an origin. @param {string} [url] */
function pathOf(url = '/') {
  return url.split(/[?#]/, 1)[0]
}

/**
 * Node's request as a Request. Its address is that which arrived; only the origin is made up.
 * @param {IncomingMessage & { originalUrl?: string }} req
 */
function requestOf(req) {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2's own, as :path, are no headers
    if (name.startsWith(':') || value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each)
  }
  const url = new URL(`http://localhost${req.originalUrl ?? req.url ?? '/'}`)
  return new Request(url, { method: req.method, headers })
}

/** @param {ServerResponse} res @param {Answer} answer @param {string | undefined} method */
async function send(res, { status, headers, body }, method) {
  if (isAnswered(res)) return
  res.writeHead(status, headers)
  if (method === 'HEAD' || body === null) res.end()
  else await writeBody(res, body)
}

/** What `authorize` answers itself. @param {ServerResponse} res @param {Response} response @param {string | undefined} method */
async function sendResponse(res, response, method) {
  const body = Buffer.from(await response.arrayBuffer())
  if (isAnswered(res)) return
  for (const [name, value] of response.headers) res.appendHeader(name, value)
  res.writeHead(response.status)
  res.end(method === 'HEAD' ? undefined : body)
}

/** @param {ServerResponse} res @param {StreamAnswer} answer @param {string | undefined} method */
async function sendStream(res, { status, headers, refusal, begin }, method) {
  const refused = refusal()
  if (refused !== undefined) return send(res, refused, method)
  res.writeHead(status, headers)
  if (method === 'HEAD') return void res.end()
  res.flushHeaders()
  await begin(new NodeClient(res))
}

/** @param {Answer} answer @param {string} method */
function responseOf({ status, headers, body }, method) {
  return new Response(method === 'HEAD' || body === null ? null : responseBody(body), { status, headers })
}

/** @param {StreamAnswer} answer @param {Request} request */
async function responseOfStream({ status, headers, refusal, begin }, { method, signal }) {
  const refused = refusal()
  if (refused !== undefined) return responseOf(refused, method)
  if (method === 'HEAD') return new Response(null, { status, headers })
  const client = new WebClient(signal)
  await begin(client)
  return new Response(/** @type {any} */ (client.body), { status, headers })
}

module.exports = { createDoor }
