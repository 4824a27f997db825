'use strict'

// Routes of Fastify 4 and 5, also beneath Nest: a hook of every instance that is created from now on sets them. Fastify announces
// new instances on a channel, and a hook is its own way to see all requests, also those that another hook refuses.

const { subscribe } = require('../channels')
const { setHttpRoute } = require('./set-route')

/** @returns {() => void} */
function setRoutes() {
  return subscribe({
    'fastify.initialization': ({ fastify }) => fastify.addHook('onRequest', setRoute),
  })
}

/** @param {any} request of Fastify @param {unknown} _reply @param {() => void} done */
function setRoute(request, _reply, done) {
  try {
    if (request.is404 !== true) setHttpRoute(request.raw, request.routeOptions?.url ?? request.routerPath)
  } catch {
    // the route is unknown
  }
  done()
}

module.exports = { setRoutes }
