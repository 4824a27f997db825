'use strict'

// Routes that frameworks' hooks, our middleware or users set.

const diagnostics = require('node:diagnostics_channel')
const { notARequest } = require('../errors/readings')

/** Also for copies of this package in other module registries. */
const ROUTE = Symbol.for('tallystick/1/route')

/**
 * Has a subscriber once any copy has set a route. Until then no request is read: in Express, each request has a hidden class of its
 * own, so that looking for an absent property takes a microsecond.
 */
const uses = diagnostics.channel('tallystick.http.route')
const subscriber = () => {}

/** @param {any} request @returns {string | undefined} */
function setRouteOf(request) {
  return uses.hasSubscribers ? request[ROUTE] : undefined
}

/** @type {typeof import('../..').setHttpRoute} */
function setHttpRoute(request, route) {
  const isObject = typeof request === 'object' && request !== null
  if (!isObject) throw notARequest('setHttpRoute takes the request of a server', request)
  if (!uses.hasSubscribers) uses.subscribe(subscriber)
  const known = /** @type {any} */ (request)
  known[ROUTE] = typeof route === 'string' && route !== '' ? route : undefined
}

module.exports = { setHttpRoute, setRouteOf }
