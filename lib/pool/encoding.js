'use strict'

// Answers compressed for clients that accept it, beside the event loop. Answers that share a body share its compression.

const { promisify } = require('node:util')
const zlib = require('node:zlib')
const { qualityOf } = require('../accept')

/** @typedef {import('./types').Answer} Answer */

/** Bytes below which the headers alone outweigh what is saved. */
const WORTH_IT = 1024

/** What is compressed once and sent often, and what is compressed for one moment. */
const FILE = { level: zlib.constants.Z_DEFAULT_COMPRESSION }
const MOMENT = { level: zlib.constants.Z_BEST_SPEED, chunkSize: 256 * 1024 }

const zip = promisify(zlib.gzip)

/** @type {WeakMap<Uint8Array, Promise<Buffer>>} */
const zipped = new WeakMap()

/**
 * @param {Answer} answer
 * @param {string | undefined} accepted the header Accept-Encoding
 * @returns {Promise<Answer>}
 */
async function encoded(answer, accepted = '') {
  const { status, body } = answer
  if (status >= 400 || (body !== null && body.length < WORTH_IT)) return answer
  /** @type {Record<string, string>} */
  const headers = { ...answer.headers, Vary: varying(answer.headers.Vary) }
  if (!prefersGzip(accepted)) return { status, headers, body }
  // weak, as the bytes are others
  if (headers.ETag !== undefined) headers.ETag = `W/${headers.ETag}`
  if (body === null) return { status, headers, body }
  const bytes = await zippedOf(body, headers.ETag === undefined ? MOMENT : FILE)
  return {
    status,
    headers: { ...headers, 'Content-Encoding': 'gzip', 'Content-Length': String(bytes.length) },
    body: bytes,
  }
}

/** Whether gzip is at least as welcome as no coding. @param {string} accepted */
function prefersGzip(accepted) {
  const quality = qualityOf(accepted, 'gzip')
  return quality > 0 && quality >= qualityOf(accepted, 'identity')
}

/** @param {string | undefined} vary */
function varying(vary) {
  return vary === undefined ? 'Accept-Encoding' : `${vary}, Accept-Encoding`
}

/** @param {Uint8Array} body @param {zlib.ZlibOptions} options */
function zippedOf(body, options) {
  const known = zipped.get(body) ?? zip(body, options)
  zipped.set(body, known)
  return known
}

module.exports = { encoded }
