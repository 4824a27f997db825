'use strict'

// Compresses answers for clients that accept it, off the event loop. Answers that share a body share its compression.

const { promisify } = require('node:util')
const zlib = require('node:zlib')
const { preferredOf } = require('./accept')
const { varying } = require('./answers')

/** @typedef {import('./types').PlainAnswer} PlainAnswer */

/** In bytes. For smaller bodies, the headers outweigh the gain. */
const WORTH_IT = 1024

/** For bodies that are sent often, and for bodies that are sent once. */
const FILE = { level: zlib.constants.Z_DEFAULT_COMPRESSION }
const MOMENT = { level: zlib.constants.Z_BEST_SPEED, chunkSize: 256 * 1024 }

const zip = promisify(zlib.gzip)

/** @type {WeakMap<Uint8Array, Promise<Buffer>>} */
const zipped = new WeakMap()

/**
 * @param {PlainAnswer} answer
 * @param {string | undefined} accepted the header Accept-Encoding
 * @returns {Promise<PlainAnswer>}
 */
async function compressed(answer, accepted) {
  const { status, body, stream } = answer
  if (stream !== undefined || status >= 400 || (body !== null && body.length < WORTH_IT)) return answer
  const { headers } = varying(answer, 'Accept-Encoding')
  // gzip if its quality value is at least that of no coding
  if (preferredOf(accepted, ['gzip', 'identity']) !== 'gzip') return { status, headers, body }
  const { ETag } = headers
  // weak, because the bytes differ
  if (ETag !== undefined) headers.ETag = `W/${ETag}`
  if (body === null) return { status, headers, body }
  const bytes = await zippedOf(body, ETag === undefined ? MOMENT : FILE)
  return { status, headers: { ...headers, 'Content-Encoding': 'gzip' }, body: bytes }
}

/** @param {Uint8Array} body @param {zlib.ZlibOptions} options */
function zippedOf(body, options) {
  const known = zipped.get(body) ?? zip(body, options)
  zipped.set(body, known)
  return known
}

module.exports = { compressed }
