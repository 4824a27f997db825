'use strict'

// The route of a request: the pattern that matched, as `/users/:id`, and never the path, of which clients can make any number.

const express = require('./express')
const fastify = require('./fastify')
const next = require('./next')
const stated = require('./stated')

/** What finds a request's route when its response is over: the first that knows it. */
const READERS = [stated.routeOf, express.routeOf, next.routeOf]

/** What states routes while requests are served. */
const SOURCES = [fastify.stateRoutes]

/**
 * @param {object} request of any server
 * @returns {string | undefined} undefined where no route matched, or none is known
 */
function routeOf(request) {
  for (const read of READERS) {
    const route = read(request)
    if (route !== undefined) return route
  }
  return undefined
}

/** @returns {() => void} */
function startSources() {
  const stops = SOURCES.map((start) => start())
  return () => {
    for (const stop of stops) stop()
  }
}

module.exports = { routeOf, startSources }
