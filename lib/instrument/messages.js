'use strict'

// The body sizes and stream types of node:http messages, read where it costs least: `request.headers` would be made for us
// alone, and a response's headers are in its first bytes, however they were given. What may have been through Express is read by
// `propertyOf`.

const { propertyOf } = require('../property')

/** @typedef {import('./types').StreamType} StreamType */

const CONTENT_LENGTH = 'content-length'
const EXPECT = 'expect'

/**
 * The length of a request's body, where the client declared it and sent it.
 * @param {any} request of node:http, or of the compatibility API of node:http2
 * @param {string[]} names its raw headers: names and values in turn
 * @returns {number | undefined}
 */
function requestBytesOf(request, names) {
  for (let at = 0; at < names.length; at += 2) {
    const name = names[at]
    if (name.length !== CONTENT_LENGTH.length || name.toLowerCase() !== CONTENT_LENGTH) continue
    const bytes = Number(names[at + 1])
    return Number.isSafeInteger(bytes) && propertyOf(request, 'complete') !== false ? bytes : undefined
  }
  return undefined
}

/** Whether a client waits for `100 Continue`. @param {string[]} names its raw headers: names and values in turn */
function expectsContinue(names) {
  for (let at = 0; at < names.length; at += 2) {
    const name = names[at]
    if (name.length === EXPECT.length && name.toLowerCase() === EXPECT) return true
  }
  return false
}

/**
 * The length of a response's body, where it is known before the body is sent.
 * @param {any} response @param {number | null | undefined} contentLength @param {string} method @param {number} status
 */
function knownBytesOf(response, contentLength, method, status) {
  const mayLackBody = method === 'HEAD' || status === 204 || status === 304
  // the status may have been set after the head was sent
  if (mayLackBody && propertyOf(response, '_hasBody') !== true) return 0
  return typeof contentLength === 'number' ? contentLength : undefined
}

const EVENT_STREAM = 'text/event-stream'
/** Most heads lack this part, and to search for so short a string takes half the time. */
const PART_OF_EVENT_STREAM = '/eve'

/**
 * Whether a response is a stream that goes on until somebody leaves.
 * @param {string} head of a response without a length, which a stream does not have
 * @returns {StreamType | undefined}
 */
function streamTypeOf(head) {
  return head.includes(PART_OF_EVENT_STREAM) && head.includes(EVENT_STREAM) ? 'event_stream' : undefined
}

/** @param {unknown} contentType @returns {StreamType | undefined} */
function streamTypeOfContent(contentType) {
  return typeof contentType === 'string' && contentType.includes(EVENT_STREAM) ? 'event_stream' : undefined
}

module.exports = { expectsContinue, knownBytesOf, requestBytesOf, streamTypeOf, streamTypeOfContent }
