'use strict'

// The route of a request: the pattern that matched, as `/users/:id`, and never the path, of which clients can make any number.

const { warnOnce } = require('../channels')
const express = require('./express')
const fastify = require('./fastify')
const next = require('./next')
const { setRouteOf } = require('./set-route')

/** What sets routes while requests are served. */
const SOURCES = [fastify.setRoutes]

/**
 * The route, when the response is over.
 * @param {object} request of any server
 * @returns {string | undefined} undefined where no route matched, or none is known
 */
function routeOf(request) {
  try {
    return setRouteOf(request) ?? innermost(request)
  } catch (error) {
    warnOnce(error)
    return undefined
  }
}

/** Express may pass requests on to Next.js, by one route for many pages. @param {object} request */
function innermost(request) {
  const route = express.routeOf(request)
  if (route !== undefined && express.isSpecific(route)) return route
  return next.routeOf(request) ?? route
}

/** @returns {() => void} */
function startSources() {
  const stops = SOURCES.map((start) => start())
  return () => {
    for (const stop of stops) stop()
  }
}

module.exports = { routeOf, startSources }
