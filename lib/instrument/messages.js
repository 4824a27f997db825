'use strict'

// What requests and responses of node:http tell about their bodies, read where it costs least: `request.headers` would be made for us
// alone, and a response's headers are in its first bytes, however they were given.

/** @typedef {import('./types').StreamType} StreamType */

const CONTENT_LENGTH = 'content-length'

/**
 * The length of a request's body, where the client declared it and sent it.
 * @param {any} request of node:http, or of the compatibility API of node:http2
 * @returns {number | undefined}
 */
function requestBytesOf(request) {
  if (request.complete === false) return undefined
  const names = request.rawHeaders
  for (let at = 0; at < names.length; at += 2) {
    const name = names[at]
    if (name.length !== CONTENT_LENGTH.length || name.toLowerCase() !== CONTENT_LENGTH) continue
    const bytes = Number(names[at + 1])
    return Number.isSafeInteger(bytes) ? bytes : undefined
  }
  return undefined
}

/**
 * The length of a response's body as it was sent: of a chunked one with the frames of its chunks.
 * @param {any} response of node:http
 * @param {{ socket: any, sent: number }} connection
 * @returns {number | undefined}
 */
function responseBytesOf(response, connection) {
  const head = response._header?.length ?? 0
  const length = response._contentLength
  if (typeof length === 'number' || response._hasBody === false) {
    const bytes = response._hasBody === false ? 0 : length
    connection.sent += head + bytes
    return bytes
  }
  const total = connection.socket?.bytesWritten
  if (typeof total !== 'number') return undefined
  const bytes = total - connection.sent - head
  connection.sent = total
  return Math.max(bytes, 0)
}

const EVENT_STREAM = 'text/event-stream'
/** A text this short is found, or mostly not, in half the time. */
const PART_OF_EVENT_STREAM = '/eve'

/**
 * Whether a response is a stream that goes on until somebody leaves.
 * @param {any} response of node:http
 * @returns {StreamType | undefined}
 */
function streamTypeOf(response) {
  // a stream has no length
  if (typeof response._contentLength === 'number' || typeof response._header !== 'string') return undefined
  const head = response._header
  return head.includes(PART_OF_EVENT_STREAM) && head.includes(EVENT_STREAM) ? 'event_stream' : undefined
}

/** @param {unknown} contentType @returns {StreamType | undefined} */
function streamTypeOfContent(contentType) {
  return typeof contentType === 'string' && contentType.includes(EVENT_STREAM) ? 'event_stream' : undefined
}

module.exports = { requestBytesOf, responseBytesOf, streamTypeOf, streamTypeOfContent }
