'use strict'

// Routes that frameworks' hooks, our middleware or users state.

const diagnostics = require('node:diagnostics_channel')
const { notARequest } = require('../errors/readings')

/** Also for copies of this package in other module registries. */
const ROUTE = Symbol.for('tallystick/1/route')

/**
 * Has a subscriber once a route was stated, by any copy. Until then no request is asked: Express makes a hidden class for each request,
 * so that a property that is absent takes a microsecond to find.
 */
const statements = diagnostics.channel('tallystick.http.route')
const subscriber = () => {}

/** @param {any} request @returns {string | undefined} */
function routeOf(request) {
  return statements.hasSubscribers ? request[ROUTE] : undefined
}

/** @type {typeof import('../..').setHttpRoute} */
function setHttpRoute(request, route) {
  const isObject = typeof request === 'object' && request !== null
  if (!isObject) throw notARequest('setHttpRoute takes the request of a server', request)
  if (!statements.hasSubscribers) statements.subscribe(subscriber)
  const known = /** @type {any} */ (request)
  known[ROUTE] = typeof route === 'string' && route !== '' ? route : undefined
}

module.exports = { routeOf, setHttpRoute }
