'use strict'

// A service as a site of lib/http: its paths, and which requests it allows.

const { placeOf } = require('../http/mount')
const { authorizeRequest } = require('./authorization')
const { isHostAllowed } = require('../http/hosts')
const { failure, foreignHost } = require('./responses')
const { respond, routeOf } = require('./routes')

/** @typedef {import('./types').Service} Service */

/** What a warning calls the part that failed. */
const PARTS = { handle: 'handle', fetch: 'fetch', handler: 'the pool' }

/** @param {Service} service @returns {import('../http/types').Site} */
function siteOf(service) {
  return {
    isCompressed: true,
    route(request) {
      const place = placeOf(request, service.config.base)
      const route = place && routeOf(place, request, service.config)
      return route && (() => respond(route, service, place.query, request))
    },
    refusal: (request) => (isHostAllowed(request, service.config.allowedHosts) ? undefined : refuseHost(service)),
    authorize: (request) => authorizeRequest(service, request),
    failure,
    warn: (what, error) => service.warnings.failure(PARTS[what], error),
  }
}

/** @param {Service} service */
function refuseHost(service) {
  const message =
    'a request for a host that is not allowed was refused with 403: list the names under which the service is reached in the option allowedHosts'
  service.warnings.give('host', message, 'TALLYSTICK_POOL_HOST')
  return foreignHost()
}

module.exports = { siteOf }
