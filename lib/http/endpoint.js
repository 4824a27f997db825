'use strict'

// The functions `handle` and `fetch` of a site, for every kind of server.

const { handle } = require('./node')
const { fetch } = require('./web')

/** @param {import('./types').Site} site */
function createEndpoint(site) {
  return {
    /** @type {import('../../pool').PoolMetricsService['handle']} */
    handle: (req, res, next) => handle(site, req, res, next),
    /** @param {Request} request */
    fetch: (request) => fetch(site, request),
  }
}

module.exports = { createEndpoint }
