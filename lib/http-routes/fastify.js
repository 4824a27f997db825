'use strict'

// Routes of Fastify 4 and 5, also beneath Nest: a hook of every instance that is created from now on states them. Fastify announces
// new instances on a channel, and a hook is its own way to see all requests, also those that another hook refuses.

const { subscribe } = require('../instrument/channels')
const { setHttpRoute } = require('./stated')

/** @returns {() => void} */
function stateRoutes() {
  return subscribe({
    'fastify.initialization': ({ fastify }) => fastify.addHook('onRequest', stateRoute),
  })
}

/** @param {any} request of Fastify @param {unknown} _reply @param {() => void} done */
function stateRoute(request, _reply, done) {
  try {
    if (request.is404 !== true) setHttpRoute(request.raw, request.routeOptions?.url ?? request.routerPath)
  } catch {
    // the route is unknown
  }
  done()
}

module.exports = { stateRoutes }
