'use strict'

// Responses that depend on headers of the request, and what every response gets before it is sent.

/** @typedef {import('./types').HttpResponse} HttpResponse */
/** @typedef {import('./types').OwnResponse} OwnResponse */

/**
 * The same response, with a request header that it depends on.
 * @param {OwnResponse} response
 * @param {string} name
 * @returns {OwnResponse}
 */
function addVary(response, name) {
  const { Vary } = response.headers
  return { ...response, headers: { ...response.headers, Vary: Vary === undefined ? name : `${Vary}, ${name}` } }
}

/**
 * The bytes, or 304 if the client has them (RFC 9110, 13.1.2).
 * @param {import('./types').HttpRequest} request
 * @param {Record<string, string>} headers with an `ETag`
 * @param {Uint8Array} body
 * @returns {OwnResponse}
 */
function respondUnlessKnown(request, headers, body) {
  if (!isKnown(request.header('if-none-match'), headers.ETag)) return { status: 200, headers, body }
  const { 'Content-Type': _type, ...kept } = headers
  return { status: 304, headers: kept, body: null }
}

/** @param {string | undefined} known the client's @param {string} etag */
function isKnown(known, etag) {
  const opaque = (/** @type {string} */ tag) => tag.trim().replace(/^W\//, '')
  return known !== undefined && (known.trim() === '*' || known.split(',').map(opaque).includes(opaque(etag)))
}

/**
 * The response to send: with its length, or the refusal of a stream that may not start.
 * @param {HttpResponse} response
 * @returns {HttpResponse}
 */
function withContentLength(response) {
  const sent = response.stream?.refusal() ?? response
  const { headers, body } = sent
  if (body === null || headers instanceof Headers) return sent
  return { ...sent, headers: { ...headers, 'Content-Length': String(body.length) } }
}

module.exports = { respondUnlessKnown, withContentLength, addVary }
