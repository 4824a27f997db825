'use strict'

// `metrics.handle` and `metrics.fetch`: an endpoint that serves the exposition, at any path.

const { createEndpoint } = require('./http/endpoint')

/** @typedef {import('./http/types').PlainAnswer} PlainAnswer */

/** What Prometheus and the servers and agents that scrape like it send, and browsers and tests do not. */
const SCRAPER_HEADER = 'x-prometheus-scrape-timeout-seconds'

/** @param {(isScraper: boolean) => Promise<import('..').Exposition>} scrape */
function createRoute(scrape) {
  const handler = async (/** @type {import('./http/types').HttpRequest} */ request) => {
    const { body, contentType } = await scrape(request.header(SCRAPER_HEADER) !== undefined)
    return answer(200, contentType, body)
  }
  return createEndpoint({
    isCompressed: false,
    route: () => handler,
    failure: (status, message, headers) =>
      answer(status, 'text/plain; charset=utf-8', Buffer.from(`${message}\n`), headers),
    // errors are reported to the process, not to the client
    warn: (_what, error) => process.emitWarning(error instanceof Error ? error : String(error), 'TallystickWarning'),
  })
}

/** @param {number} status @param {string} type @param {Uint8Array} body @param {Record<string, string>} [headers] @returns {PlainAnswer} */
function answer(status, type, body, headers) {
  return { status, headers: { 'Content-Type': type, ...headers }, body }
}

module.exports = { createRoute }
