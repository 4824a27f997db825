'use strict'

// Routes of Koa's routers. Nothing leads from a server's request to Koa's context, so a middleware states the route.

const { setHttpRoute } = require('./set-route')

/** @type {typeof import('../..').koaRoutes} */
function koaRoutes() {
  return async (context, next) => {
    try {
      await next()
    } finally {
      setRoute(context)
    }
  }
}

/** @param {any} context */
function setRoute({ req, _matchedRoute, routerPath }) {
  try {
    const route = _matchedRoute ?? routerPath
    setHttpRoute(req, route === undefined ? undefined : String(route))
  } catch {
    // the route is unknown
  }
}

module.exports = { koaRoutes }
