'use strict'

// `metrics.handle` and `metrics.fetch`: an endpoint that serves the exposition, at any path.

const { requestedExposition } = require('./exposition-options')
const { addVary } = require('./http/response-headers')
const { createEndpoint } = require('./http/endpoint')
const { partsOf } = require('./http/mount')

/** @typedef {import('./http/types').HttpRequest} HttpRequest */
/** @typedef {import('./http/types').OwnResponse} OwnResponse */

/** @param {(asked: import('./exposition-options').Negotiated) => Promise<import('..').Exposition>} scrape */
function createRoute(scrape) {
  /** @param {HttpRequest} request */
  const handler = async (request) => {
    const query = new URLSearchParams(partsOf(request.url).search)
    const { body, contentType } = await scrape(requestedExposition(request, query))
    return addVary(response(200, contentType, body), 'Accept')
  }
  return createEndpoint({
    isCompressed: true,
    route: (request) => () => handler(request),
    failure: (status, message, headers) =>
      response(status, 'text/plain; charset=utf-8', Buffer.from(`${message}\n`), headers),
    // errors are reported to the process, not to the client
    warn: (_what, error) => process.emitWarning(error instanceof Error ? error : String(error), 'TallystickWarning'),
  })
}

/**
 * @param {number} status
 * @param {string} type
 * @param {Uint8Array} body
 * @param {Record<string, string>} [headers]
 * @returns {OwnResponse}
 */
function response(status, type, body, headers) {
  return { status, headers: { 'Content-Type': type, ...headers }, body }
}

module.exports = { createRoute }
