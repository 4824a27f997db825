'use strict'

// Errors about readings and the HTTP requests for them.

const { coded, shown } = require('./coded')

function busy() {
  const message =
    'too many different readings are waiting for the reader thread: retry later, or request fewer at a time'
  return coded(Error, 'ERR_TALLYSTICK_BUSY', message)
}

/** @param {string} name of a family */
function tooLongFamily(name) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_SIZE',
    `the series of ${shown(name)} exceed the longest possible string: read other families with the option names, or use prometheus(), which returns bytes`,
  )
}

function tooLongSnapshot() {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_SIZE',
    'the snapshot exceeds the longest possible string, and nothing was reset: use json(), which returns bytes, or remove series',
  )
}

/** @param {string} what @param {unknown} value */
function notARequest(what, value) {
  return coded(TypeError, 'ERR_TALLYSTICK_REQUEST', `${what}, got ${shown(value)}`)
}

/** @param {any} value @returns whether it wraps a Node.js response, as Fastify's reply does */
function isReply(value) {
  try {
    return typeof value.raw.writeHead === 'function'
  } catch {
    return false
  }
}

/** @param {unknown} value */
function notAResponse(value) {
  const remedy = isReply(value) ? '; with Fastify, pass request.raw and reply.raw' : ''
  const message = `handle takes a Node.js response as its second argument, got ${shown(value)}${remedy}`
  return coded(TypeError, 'ERR_TALLYSTICK_REQUEST', message)
}

module.exports = { busy, notARequest, notAResponse, tooLongFamily, tooLongSnapshot }
