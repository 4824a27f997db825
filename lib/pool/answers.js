'use strict'

// What requests are answered with, whichever way they came.

const { RETRY_AFTER } = require('../readings')

/** @typedef {import('./types').Answer} Answer */

const JSON_TYPE = 'application/json'

/** @param {Uint8Array} body @param {string} [type] @param {number} [status] @returns {Answer} */
function ok(body, type = JSON_TYPE, status = 200) {
  return { status, headers: headersOf(type, body.length), body }
}

/** @param {number} status @param {string} error what the client is told @param {Record<string, string>} [headers] @returns {Answer} */
function failure(status, error, headers = {}) {
  const body = Buffer.from(JSON.stringify({ error }))
  return { status, headers: { ...headersOf(JSON_TYPE, body.length), ...headers }, body }
}

/** A moment's state is not to be kept by anyone. @param {string} type @param {number} length */
function headersOf(type, length) {
  return {
    'Content-Type': type,
    'Content-Length': String(length),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  }
}

/** Of a stream. Neither proxies nor compression may hold its events back. */
const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

const noPool = () => failure(503, 'Pool not initialized')
const notFound = (what = 'Not found') => failure(404, what)
const badRequest = (/** @type {string} */ error) => failure(400, error)
const forbidden = () => failure(403, 'Forbidden')
const foreignHost = () => failure(403, 'This host is not allowed: see the option allowedHosts')
const internal = () => failure(500, 'Internal Server Error')
const notAllowed = () => failure(405, 'Method Not Allowed', { Allow: 'GET, HEAD' })
const notBuilt = () =>
  notFound('The page is not beside the code: a bundle leaves it out; in a checkout run npm run build:page')
const busy = () => failure(503, 'Too many readings wait', RETRY_AFTER)
const tooManyStreams = () => failure(503, 'Too many streams', { 'Retry-After': '10' })

/** That a client's copy is good still. @param {Record<string, string>} headers of what it has @returns {Answer} */
function notModified({ 'Content-Type': _type, ...headers }) {
  return { status: 304, headers, body: null }
}

module.exports = {
  STREAM_HEADERS,
  badRequest,
  busy,
  forbidden,
  foreignHost,
  internal,
  noPool,
  notAllowed,
  notBuilt,
  notFound,
  notModified,
  ok,
  tooManyStreams,
}
