'use strict'

// HdrHistogram's "V2 compressed" format around what Rust encodes and decodes: a cookie, a length and zlib's compression, as
// bytes or, as other HdrHistograms write it, in base64.

const { invalidEncoding } = require('../errors/histogram-objects')

const COMPRESSED = 0x1c849304
const PLAIN = 0x1c849303
/** The bits of a cookie that hold the word size. */
const WORD_SIZE = 0xf0
const NINE_BYTES = 0x10
const HEADER_BYTES = 8
/** More than the encoding of any histogram has that was recorded: what is longer was made to fill the memory. */
const MAX_BYTES = 2 ** 24

/** Loaded when the first histogram is encoded or decoded: most programs do neither. */
function zlib() {
  return require('node:zlib')
}

/** @param {Uint8Array} plain @returns {string} */
function compressedText(plain) {
  const compressed = zlib().deflateSync(plain)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32BE(COMPRESSED | NINE_BYTES, 0)
  header.writeUInt32BE(compressed.length, 4)
  return Buffer.concat([header, compressed]).toString('base64')
}

/** The encoding before it was compressed. @param {unknown} encoded base64 or bytes @returns {Uint8Array} */
function plainBytes(encoded) {
  const bytes = bytesOf(encoded)
  if (bytes.length < HEADER_BYTES) throw invalidEncoding('it ends too early')
  const kind = (bytes.readUInt32BE(0) & ~WORD_SIZE) >>> 0
  if (kind === PLAIN) return bytes
  if (kind !== COMPRESSED) throw invalidEncoding("it does not start like HdrHistogram's V2 format")
  const end = HEADER_BYTES + bytes.readUInt32BE(4)
  if (end > bytes.length) throw invalidEncoding('it ends too early')
  try {
    return zlib().inflateSync(bytes.subarray(HEADER_BYTES, end), { maxOutputLength: MAX_BYTES })
  } catch (cause) {
    throw invalidEncoding('its compressed part is corrupt', cause)
  }
}

/** @param {unknown} encoded @returns {Buffer} */
function bytesOf(encoded) {
  // a typed array of another realm, as in Jest, is one too
  if (ArrayBuffer.isView(encoded)) return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  if (typeof encoded !== 'string')
    throw invalidEncoding(`it must be a base64 string or a Uint8Array, not ${typeof encoded}`)
  const text = encoded.trim()
  if (!/^[\w+/-]+={0,2}$/.test(text)) throw invalidEncoding('it is not base64')
  return Buffer.from(text, 'base64')
}

module.exports = { compressedText, plainBytes }
