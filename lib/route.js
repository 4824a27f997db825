'use strict'

// The exposition as a route: for servers that pass a request and a response, and for those that speak Request and Response.

const { notARequest, notAResponse } = require('./errors')
const { RETRY_AFTER, isBusy } = require('./readings')
const { isAnswered, responseBody, writeBody } = require('./transfer')

const ALLOWED = 'GET, HEAD'

/** What went wrong is told to the process, not to the network. @param {unknown} error */
function warn(error) {
  process.emitWarning(error instanceof Error ? error : String(error), 'TallystickWarning')
}

/** @param {any} value @param {string} property @param {string} type */
function has(value, property, type) {
  try {
    return typeof value?.[property] === type
  } catch {
    return false
  }
}

/**
 * @param {() => Promise<import('..').Exposition>} prometheus
 * @param {string | undefined} method
 */
async function answer(prometheus, method) {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Method Not Allowed\n', { Allow: ALLOWED })
  try {
    const { body, contentType } = await prometheus()
    return { status: 200, headers: { 'Content-Type': contentType, 'Content-Length': String(body.length) }, body }
  } catch (error) {
    if (isBusy(error)) return plain(503, 'Service Unavailable\n', RETRY_AFTER)
    warn(error)
    return plain(500, 'Internal Server Error\n', {})
  }
}

/** @param {number} status @param {string} text @param {Record<string, string>} headers */
function plain(status, text, headers) {
  const body = Buffer.from(text)
  const type = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': String(body.length) }
  return { status, headers: { ...type, ...headers }, body }
}

/**
 * @param {() => Promise<import('..').Exposition>} prometheus
 * @param {import('node:http').IncomingMessage} req
 * @param {import('node:http').ServerResponse} res
 */
async function handle(prometheus, req, res) {
  if (!has(req, 'method', 'string')) throw notARequest('handle takes the request first', req)
  if (!has(res, 'writeHead', 'function')) throw notAResponse(res)
  try {
    const { status, headers, body } = await answer(prometheus, req.method)
    // a timeout has answered meanwhile, or the client is gone
    if (isAnswered(res)) return
    res.writeHead(status, headers)
    if (req.method === 'HEAD') res.end()
    else await writeBody(res, body)
  } catch (error) {
    // nobody awaits a route: a response that cannot be written must not end the process
    warn(error)
  }
}

/**
 * @param {() => Promise<import('..').Exposition>} prometheus
 * @param {Request} request
 */
async function fetch(prometheus, request) {
  if (!has(request, 'method', 'string')) throw notARequest('fetch takes a request', request)
  const { status, headers, body } = await answer(prometheus, request.method)
  return new Response(request.method === 'HEAD' ? null : responseBody(body), { status, headers })
}

module.exports = { fetch, handle, has }
