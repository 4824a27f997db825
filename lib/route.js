'use strict'

// The exposition as a route: for servers that pass a request and a response, and for those that speak Request and Response.

const { notARequest, notAResponse } = require('./errors')

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
  const { status, headers, body } = await answer(prometheus, req.method)
  res.writeHead(status, headers)
  res.end(req.method === 'HEAD' ? undefined : body)
}

/**
 * @param {() => Promise<import('..').Exposition>} prometheus
 * @param {Request} request
 */
async function fetch(prometheus, request) {
  if (!has(request, 'method', 'string')) throw notARequest('fetch takes a request', request)
  const { status, headers, body } = await answer(prometheus, request.method)
  return new Response(request.method === 'HEAD' ? null : /** @type {any} */ (body), { status, headers })
}

module.exports = { fetch, handle, has }
