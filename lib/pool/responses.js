'use strict'

// The responses of the routes.

/** @typedef {import('../http/types').OwnResponse} OwnResponse */

const JSON_TYPE = 'application/json'

/** @param {Uint8Array} body @param {string} [type] @param {number} [status] @returns {OwnResponse} */
function ok(body, type = JSON_TYPE, status = 200) {
  // the present state must not be cached
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
  return { status, headers, body }
}

/** What is in a body of JSON. @param {Uint8Array} body @returns {any} */
function parseJson(body) {
  return JSON.parse(Buffer.from(body).toString())
}

/**
 * @param {number} status
 * @param {string} error the message for the client
 * @param {Record<string, string>} [headers]
 * @returns {OwnResponse}
 */
function failure(status, error, headers) {
  const response = ok(Buffer.from(JSON.stringify({ error })), JSON_TYPE, status)
  return { ...response, headers: { ...response.headers, ...headers } }
}

/** Neither proxies nor compression may hold the events of a stream back. */
const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

/** @param {import('../http/types').Stream} stream @returns {OwnResponse} */
function events(stream) {
  return { status: 200, headers: STREAM_HEADERS, body: null, stream }
}

const noPool = () => failure(503, 'Pool not initialized')
const notFound = (what = 'Not found') => failure(404, what)
const badRequest = (/** @type {string} */ error) => failure(400, error)
const forbidden = () => failure(403, 'Forbidden')
const foreignHost = () => failure(403, 'This host is not allowed: see the option allowedHosts')
const internal = () => failure(500, 'Internal Server Error')
const notBuilt = () =>
  notFound('The page is not beside the code: a bundle leaves it out; in a checkout run npm run build:page')
const tooManyStreams = () => failure(503, 'Too many streams', { 'Retry-After': '10' })

module.exports = {
  badRequest,
  events,
  failure,
  forbidden,
  foreignHost,
  internal,
  noPool,
  notBuilt,
  notFound,
  ok,
  parseJson,
  tooManyStreams,
}
