'use strict'

// Requests and responses of `node:http`, `node:http2`, and frameworks that pass theirs on.

const { withContentLength } = require('./response-headers')
const { checkExchange } = require('./arguments')
const { NodeClient } = require('./node-client')
const { respond, notFound } = require('./pipeline')
const { isAnswered, writeBody } = require('./transfer')

/** @typedef {import('node:http').IncomingMessage & { originalUrl?: string }} IncomingMessage as Express and Connect extend it */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./types').HttpResponse} HttpResponse */

/**
 * Answers a request. Frameworks do not await a route, so a failure to send must not become an unhandled rejection.
 * @param {import('./types').Site} site
 * @param {IncomingMessage} req
 * @param {ServerResponse} res
 * @param {(error?: unknown) => void} [next]
 */
async function handle(site, req, res, next) {
  checkExchange(req, res)
  try {
    const response = respond(site, requestOf(req))
    if (response === undefined && next) return await next()
    await send(res, await (response ?? notFound(site)), req.method)
  } catch (error) {
    site.warn('handle', error)
  }
}

/** @param {IncomingMessage} req @returns {import('./types').HttpRequest} */
function requestOf(req) {
  const { url = '/', headers = {}, socket } = req
  const originalUrl = typeof req.originalUrl === 'string' ? req.originalUrl : url
  const header = (/** @type {string} */ name) => /** @type {string | undefined} */ (headers[name])
  return {
    method: /** @type {string} */ (req.method),
    url: originalUrl,
    mountedUrl: originalUrl === url ? undefined : url,
    host: header(':authority') ?? header('host'),
    localAddress: socket?.localAddress ?? '',
    incoming: req,
    header,
    toRequest: () =>
      new Request(new URL(`http://localhost${originalUrl}`), { method: req.method, headers: headersOf(req) }),
  }
}

/** @param {IncomingMessage} req */
function headersOf(req) {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2's own, as :path, are no headers
    if (name.startsWith(':') || value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each)
  }
  return headers
}

/** @param {ServerResponse} res @param {HttpResponse} response @param {string | undefined} method */
async function send(res, response, method) {
  // a timeout has answered in the meantime, or the client has disconnected
  if (isAnswered(res)) return
  const { status, headers, body, stream } = withContentLength(response)
  if (headers instanceof Headers) appendTo(res, headers).writeHead(status)
  else res.writeHead(status, headers)
  if (method === 'HEAD') return void res.end()
  if (stream === undefined) return body === null ? void res.end() : await writeBody(res, body)
  res.flushHeaders()
  await stream.begin(new NodeClient(res))
}

/** Headers that may be there several times, as Set-Cookie. @param {ServerResponse} res @param {Headers} headers */
function appendTo(res, headers) {
  for (const [name, value] of headers) res.appendHeader(name, value)
  return res
}

module.exports = { handle, requestOf }
