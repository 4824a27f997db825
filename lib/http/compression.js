'use strict'

// Compresses responses for clients that accept it, off the event loop. Responses that share a body share its compression.

const { gzipFast, gzipSmall } = require('../gzip')
const { preferredOf } = require('./accept')
const { addVary } = require('./response-headers')

/** @typedef {import('./types').OwnResponse} OwnResponse */

/** In bytes. For smaller bodies, the headers outweigh the gain. */
const LEAST_BYTES = 1024

/** @type {WeakMap<Uint8Array, Promise<Buffer>>} */
const zipped = new WeakMap()

/**
 * @param {OwnResponse} response
 * @param {string | undefined} accepted the header Accept-Encoding
 * @returns {Promise<OwnResponse>}
 */
async function compressed(response, accepted) {
  const { status, body, stream } = response
  if (stream !== undefined || status >= 400 || (body !== null && body.length < LEAST_BYTES)) return response
  const { headers } = addVary(response, 'Accept-Encoding')
  // gzip if its quality value is at least that of no coding
  if (preferredOf(accepted, ['gzip', 'identity']) !== 'gzip') return { status, headers, body }
  const { ETag } = headers
  // weak, because the bytes differ
  if (ETag !== undefined) headers.ETag = `W/${ETag}`
  if (body === null) return { status, headers, body }
  const bytes = await zippedOf(body, ETag === undefined ? gzipFast : gzipSmall)
  return { status, headers: { ...headers, 'Content-Encoding': 'gzip' }, body: bytes }
}

/** @param {Uint8Array} body @param {(bytes: Uint8Array) => Promise<Buffer>} gzip */
function zippedOf(body, gzip) {
  const known = zipped.get(body) ?? gzip(body)
  zipped.set(body, known)
  return known
}

module.exports = { compressed }
