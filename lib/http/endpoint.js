'use strict'

// The functions `handle` and `fetch` of a site. What the answers of all sites have in common is decided here: methods, errors and
// compression. How requests arrive and answers are sent is up to node.js and web.js.

const { isBusy } = require('../readings')
const { compressed } = require('./compression')
const { handle } = require('./node')
const { fetch } = require('./web')

/** @typedef {import('./types').Answer} Answer */
/** @typedef {import('./types').Handler} Handler */
/** @typedef {import('./types').HttpRequest} HttpRequest */
/** @typedef {import('./types').Site} Site */

const METHODS = ['GET', 'HEAD']

/** @param {Site} site */
function createEndpoint(site) {
  /** @type {import('./types').Endpoint} */
  const endpoint = {
    answer(request) {
      const handler = site.route(request)
      return handler && answerOf(site, handler, request)
    },
    get notFound() {
      return site.failure(404, 'Not found')
    },
    get internal() {
      return site.failure(500, 'Internal Server Error')
    },
    warn: (what, error) => site.warn(what, error),
  }
  return {
    /** @type {import('../../pool').PoolMetricsService['handle']} */
    handle: (req, res, next) => handle(endpoint, req, res, next),
    /** @param {Request} request */
    fetch: (request) => fetch(endpoint, request),
  }
}

/** @param {Site} site @param {Handler} handler @param {HttpRequest} request @returns {Promise<Answer>} */
async function answerOf(site, handler, request) {
  const refusal = site.refusal?.(request) ?? refusalOfMethod(site, request) ?? (await site.authorize?.(request))
  if (refusal !== undefined) return refusal
  try {
    const answer = await handler(request)
    return site.isCompressed ? await compressed(answer, request.header('accept-encoding')) : answer
  } catch (error) {
    if (isBusy(error)) return site.failure(503, 'Too many readings wait', { 'Retry-After': '1' })
    site.warn('handler', error)
    return site.failure(500, 'Internal Server Error')
  }
}

/** @param {Site} site @param {HttpRequest} request */
function refusalOfMethod(site, { method }) {
  if (!METHODS.includes(method)) return site.failure(405, 'Method Not Allowed', { Allow: METHODS.join(', ') })
  return undefined
}

module.exports = { createEndpoint }
