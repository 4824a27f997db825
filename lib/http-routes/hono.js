'use strict'

// Routes of Hono, in Node.js and Bun. Nothing leads from a server's request to Hono's, so a middleware states the route.

const { setHttpRoute } = require('./set-route')

/** @type {typeof import('../..').honoRoutes} */
function honoRoutes() {
  return async (context, next) => {
    try {
      await next()
    } finally {
      setRoute(context)
    }
  }
}

/** @param {any} context */
function setRoute({ req, env }) {
  try {
    const route = routeIn(req.matchedRoutes, req.routeIndex)
    setHttpRoute(env?.incoming ?? req.raw, route)
  } catch {
    // the route is unknown
  }
}

/**
 * The route that responded; where a middleware did, the one that it stands before.
 * @param {{ path: string, method: string, handler: Function }[]} routes
 * @param {number} index
 */
function routeIn(routes, index) {
  const isRoute = (/** @type {typeof routes[number] | undefined} */ route) =>
    route !== undefined && (route.method !== 'ALL' || route.handler.length < 2)
  return isRoute(routes[index]) ? routes[index].path : routes.findLast(isRoute)?.path
}

module.exports = { honoRoutes }
