'use strict'

// Checks the arguments of `handle` and `fetch`, which may be of any type and from any realm.

const { notARequest, notAResponse } = require('../errors/readings')

/** @param {unknown} req @param {unknown} res */
function checkExchange(req, res) {
  if (!has(req, 'method', 'string')) throw notARequest('handle takes the request first', req)
  if (!has(res, 'writeHead', 'function')) throw notAResponse(res)
}

/** @param {any} request */
function checkRequest(request) {
  const isRequest =
    has(request, 'method', 'string') &&
    has(request, 'url', 'string') &&
    has(request.headers, 'get', 'function') &&
    URL.canParse(request.url)
  if (!isRequest) throw notARequest('fetch takes a request', request)
}

/** @param {any} value @param {string} property @param {string} type */
function has(value, property, type) {
  try {
    return typeof value?.[property] === type
  } catch {
    return false
  }
}

module.exports = { checkExchange, checkRequest }
