'use strict'

// How requests come in: from servers that pass Node's request and response, and from those that speak Request and Response. What is
// answered is the routes' business; who may ask is decided here.

const { notARequest, notAResponse } = require('../errors')
const { has } = require('../route')
const { forbidden, internal, notAllowed, notFound } = require('./answers')
const { NodeClient } = require('./node-client')
const { placeOfIncoming, placeOfRequest } = require('./paths')
const { routeOf } = require('./routes')
const { WebClient } = require('./web-client')

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./types').Answer} Answer */
/** @typedef {import('./types').Service} Service */
/** @typedef {import('./types').StreamAnswer} StreamAnswer */

/** @param {Service} service */
function createDoor(service) {
  /**
   * @param {IncomingMessage & { originalUrl?: string }} req
   * @param {ServerResponse} res
   * @param {(error?: unknown) => void} [next]
   */
  async function answerIncoming(req, res, next) {
    const place = placeOfIncoming(req, service.config.base)
    const route = place && routeOf(place, service.config)
    if (place === undefined || route === undefined) return next ? next() : send(res, notFound(), req.method)
    const header = (/** @type {string} */ name) => /** @type {string | undefined} */ (req.headers[name])
    const asked = { query: place.query, address: pathOf(req.originalUrl ?? req.url), header }
    const answer = await answerOf(
      service,
      req.method,
      () => requestOf(req),
      req,
      () => route(service, asked),
    )
    if (isResponse(answer)) return sendResponse(res, answer, req.method)
    if ('begin' in answer) return sendStream(res, answer, req.method)
    send(res, answer, req.method)
  }

  /** @type {import('../../pool').PoolMetricsService['handle']} */
  async function handle(req, res, next) {
    if (!has(req, 'method', 'string')) throw notARequest('handle takes the request first', req)
    if (!has(res, 'writeHead', 'function')) throw notAResponse(res)
    try {
      await answerIncoming(req, res, next)
    } catch (error) {
      // as a response that somebody has answered already
      service.warnings.failure('handle', error)
    }
  }

  /** @param {Request} request */
  async function fetch(request) {
    if (!has(request, 'url', 'string')) throw notARequest('fetch takes a request', request)
    const place = placeOfRequest(request.url, service.config.base)
    const route = place && routeOf(place, service.config)
    if (place === undefined || route === undefined) return responseOf(notFound(), request.method)
    const header = (/** @type {string} */ name) => request.headers.get(name) ?? undefined
    const asked = { query: place.query, address: new URL(request.url).pathname, header }
    const answer = await answerOf(
      service,
      request.method,
      () => request,
      undefined,
      () => route(service, asked),
    )
    if (isResponse(answer)) return answer
    return 'begin' in answer ? responseOfStream(answer, request) : responseOf(answer, request.method)
  }

  return { handle, fetch }
}

/**
 * @param {Service} service
 * @param {string | undefined} method
 * @param {() => Request} request made only for `authorize`
 * @param {IncomingMessage | undefined} incoming
 * @param {() => Promise<Answer | StreamAnswer> | Answer | StreamAnswer} route
 * @returns {Promise<Answer | StreamAnswer | Response>}
 */
async function answerOf(service, method, request, incoming, route) {
  if (method !== 'GET' && method !== 'HEAD') return notAllowed()
  const { authorize } = service.config
  try {
    const verdict = authorize ? await authorize(request(), incoming) : true
    if (isResponse(verdict)) return verdict
    if (verdict !== true) return forbidden()
  } catch (error) {
    service.warnings.failure('authorize', error)
    return internal()
  }
  try {
    return await route()
  } catch (error) {
    service.warnings.failure('the pool', error)
    return internal()
  }
}

/** The path of an address without an origin. @param {string} [url] */
function pathOf(url = '/') {
  return url.split(/[?#]/, 1)[0]
}

/** Of whatever realm. @param {any} value @returns {value is Response} */
function isResponse(value) {
  return typeof value === 'object' && value !== null && typeof value.arrayBuffer === 'function' && 'status' in value
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
function send(res, { status, headers, body }, method) {
  res.writeHead(status, headers)
  res.end(method === 'HEAD' || body === null ? undefined : body)
}

/** What `authorize` answers itself. @param {ServerResponse} res @param {Response} response @param {string | undefined} method */
async function sendResponse(res, response, method) {
  const body = Buffer.from(await response.arrayBuffer())
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
  return new Response(method === 'HEAD' ? null : /** @type {any} */ (body), { status, headers })
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
