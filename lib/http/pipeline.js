'use strict'

// From a request to its response, for every site: methods, refusals, errors and compression. node.js and web.js receive requests and
// send responses.

const { isBusy } = require('../readings')
const { compressed } = require('./compression')

/** @typedef {import('./types').HttpResponse} HttpResponse */
/** @typedef {import('./types').HttpRequest} HttpRequest */
/** @typedef {import('./types').Site} Site */

const METHODS = ['GET', 'HEAD']

/**
 * @param {Site} site
 * @param {HttpRequest} request
 * @returns {Promise<HttpResponse> | undefined} undefined, at once, for a path that is not the site's
 */
function respond(site, request) {
  const handler = site.route(request)
  return handler && answerBy(handler, site, request)
}

/** @param {import('./types').Handler} handler @param {Site} site @param {HttpRequest} request @returns {Promise<HttpResponse>} */
async function answerBy(handler, site, request) {
  const refusal = site.refusal?.(request) ?? refusalOfMethod(site, request) ?? (await site.authorize?.(request))
  if (refusal !== undefined) return refusal
  try {
    const response = await handler(request)
    return site.isCompressed ? await compressed(response, request.header('accept-encoding')) : response
  } catch (error) {
    if (isBusy(error)) return site.failure(503, 'Too many readings are waiting', { 'Retry-After': '1' })
    site.warn('handler', error)
    return internal(site)
  }
}

/** @param {Site} site @param {HttpRequest} request */
function refusalOfMethod(site, { method }) {
  if (METHODS.includes(method)) return undefined
  return site.failure(405, 'Method Not Allowed', { Allow: METHODS.join(', ') })
}

const notFound = (/** @type {Site} */ site) => site.failure(404, 'Not found')
const internal = (/** @type {Site} */ site) => site.failure(500, 'Internal Server Error')

module.exports = { respond, internal, notFound }
