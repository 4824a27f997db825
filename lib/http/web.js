'use strict'

// Requests and responses of servers with `Request` and `Response`: Bun.serve, Deno, Hono.

const { withContentLength } = require('./response-headers')
const { checkRequest } = require('./arguments')
const { respond, internal, notFound } = require('./pipeline')
const { responseBody } = require('./transfer')
const { WebClient } = require('./web-client')

/** @typedef {import('./types').HttpResponse} HttpResponse */

/** Headers that say how a body is sent, which is up to the server. */
const FRAMING = ['connection', 'content-length', 'keep-alive', 'transfer-encoding']

/** The bodies of responses, which may be answered more than once. @type {WeakMap<Response, Promise<Uint8Array | null>>} */
const bodies = new WeakMap()

/** @param {import('./types').Site} site @param {Request} request */
async function fetch(site, request) {
  checkRequest(request)
  try {
    return await responseOf(await (respond(site, requestOf(request)) ?? notFound(site)), request)
  } catch (error) {
    site.warn('fetch', error)
    return await responseOf(internal(site), request)
  }
}

/** @param {Request} request @returns {import('./types').HttpRequest} */
function requestOf(request) {
  const { pathname, search, host } = new URL(request.url)
  const header = (/** @type {string} */ name) => request.headers.get(name) ?? undefined
  return {
    method: request.method,
    url: pathname + search,
    host: header('host') ?? host,
    header,
    toRequest: () => request,
  }
}

/** @param {HttpResponse} response @param {Request} request */
async function responseOf(response, { method, signal }) {
  const { body, stream, ...init } = withContentLength(response)
  if (method === 'HEAD' || (body === null && stream === undefined)) return new Response(null, init)
  if (stream === undefined) return new Response(responseBody(/** @type {Uint8Array} */ (body)), init)
  const client = new WebClient(signal)
  await stream.begin(client)
  return new Response(/** @type {any} */ (client.body), init)
}

/** Of whatever realm. @param {any} value @returns {value is Response} */
function isResponse(value) {
  return typeof value === 'object' && value !== null && typeof value.arrayBuffer === 'function' && 'status' in value
}

/**
 * Converts a user's Response. Its body can be read only once and the same Response may be returned again, so it is copied.
 * @param {Response} response
 * @returns {Promise<HttpResponse>}
 */
async function readUserResponse(response) {
  const body = bodies.get(response) ?? bodyOf(response)
  bodies.set(response, body)
  const { status, statusText } = response
  // refuses a status that cannot be sent, as that of Response.error()
  const { headers } = new Response(null, { status, statusText, headers: response.headers })
  for (const name of FRAMING) headers.delete(name)
  const bytes = await body
  if (bytes !== null) headers.set('Content-Length', String(bytes.length))
  return { status, statusText, headers, body: bytes }
}

/** @param {Response} response */
async function bodyOf(response) {
  return response.body === null ? null : new Uint8Array(await response.clone().arrayBuffer())
}

module.exports = { readUserResponse, fetch, isResponse }
