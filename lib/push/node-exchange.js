'use strict'

// A request and its response by node:http, in many short turns of the event loop. One makes the request, and each piece of the body is
// written in its own: a few megabytes that are written at once hold the loop while the kernel copies them, or TLS encrypts them.
// Node's `fetch` does that, copies the body first, and takes longer than a millisecond for an empty one.

const http = require('node:http')
const https = require('node:https')
const { setImmediate } = require('node:timers')
const { setImmediate: nextTurn } = require('node:timers/promises')
const { bodyOf } = require('./response-body')

/** What is written in one turn, in bytes. */
const PIECE_LENGTH = 64 * 1024

/** @type {import('./types').Exchange} */
async function exchange({ url, method, headers, body }, signal) {
  await nextTurn()
  const length = body === undefined ? {} : { 'content-length': String(body.length) }
  const { request: start } = url.startsWith('https:') ? https : http
  const request = start(url, { method, headers: { ...headers, ...length }, signal })
  try {
    const response = await responseTo(request, body)
    const header = (/** @type {string} */ name) => headerOf(response, name)
    return { status: Number(response.statusCode), header, body: await bodyOf(response) }
  } finally {
    // a server may answer before it has the whole body
    if (!request.writableFinished) request.destroy()
  }
}

/**
 * @param {http.ClientRequest} request @param {Uint8Array | undefined} body
 * @returns {Promise<http.IncomingMessage>}
 */
async function responseTo(request, body) {
  return await new Promise((resolve, reject) => {
    // once there is a response, the promise is settled, and later errors have no effect
    request.on('error', reject)
    request.on('response', resolve)
    if (body === undefined) request.end()
    else setImmediate(write, request, body, 0)
  })
}

/** Writes a body from a position on. @param {http.ClientRequest} request @param {Uint8Array} body @param {number} at */
function write(request, body, at) {
  if (request.destroyed) return
  if (at >= body.length) return request.end()
  const end = at + PIECE_LENGTH
  request.write(body.subarray(at, end), (error) => {
    // the request reports the error
    if (!error) setImmediate(write, request, body, end)
  })
}

/** @param {http.IncomingMessage} response @param {string} name */
function headerOf({ headers }, name) {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}

module.exports = { exchange }
