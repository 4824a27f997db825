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

const STREAMS = /^content-type: *(text\/event-stream|multipart\/x-mixed-replace)/im

/** Whether a response is a stream that goes on until somebody leaves. @param {any} response of node:http */
function streamTypeOf(response) {
  // a stream has no length
  if (typeof response._contentLength === 'number' || typeof response._header !== 'string') return undefined
  const head = response._header
  // searching for a text is several times as fast, and mostly there is none
  if (!head.includes('text/event-stream') && !head.includes('multipart/x-mixed-replace')) return undefined
  const match = STREAMS.exec(head)
  return match === null ? undefined : streamTypeOfContent(match[1])
}

/** @param {unknown} contentType @returns {StreamType | undefined} */
function streamTypeOfContent(contentType) {
  if (typeof contentType !== 'string') return undefined
  const type = contentType.toLowerCase()
  if (type.startsWith('text/event-stream')) return 'event_stream'
  return type.startsWith('multipart/x-mixed-replace') ? 'multipart' : undefined
}

module.exports = { requestBytesOf, responseBytesOf, streamTypeOf, streamTypeOfContent }
