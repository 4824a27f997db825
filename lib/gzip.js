'use strict'

// gzip, off the event loop.

const { promisify } = require('node:util')
const zlib = require('node:zlib')

const gzip = promisify(zlib.gzip)

/** Each chunk of the result is a callback on the event loop. */
const CHUNK_SIZE = 256 * 1024

/** Compresses what is sent often. @param {Uint8Array} bytes @returns {Promise<Buffer>} */
function gzipSmall(bytes) {
  return gzip(bytes, { level: zlib.constants.Z_DEFAULT_COMPRESSION, chunkSize: CHUNK_SIZE })
}

/** Compresses what is sent once. @param {Uint8Array} bytes @returns {Promise<Buffer>} */
function gzipFast(bytes) {
  return gzip(bytes, { level: zlib.constants.Z_BEST_SPEED, chunkSize: CHUNK_SIZE })
}

module.exports = { gzipFast, gzipSmall }
