'use strict'

// Routes that frameworks' hooks, our middleware or users state.

const { notARequest } = require('../errors/readings')

/** Also for copies of this package in other module registries. */
const ROUTE = Symbol.for('tallystick/1/route')

/** @param {any} request @returns {string | undefined} */
function routeOf(request) {
  return request[ROUTE]
}

/** @type {typeof import('../..').setHttpRoute} */
function setHttpRoute(request, route) {
  const isObject = typeof request === 'object' && request !== null
  if (!isObject) throw notARequest('setHttpRoute takes the request of a server', request)
  const known = /** @type {any} */ (request)
  known[ROUTE] = typeof route === 'string' && route !== '' ? route : undefined
}

module.exports = { routeOf, setHttpRoute }
