'use strict'

// Routes that frameworks' hooks, our middleware or users state.

const { notARequest } = require('../errors')
const { createStamp } = require('../instrument/stamp')

/** @type {ReturnType<typeof createStamp<string | undefined>>} */
const stamp = createStamp()

const routeOf = stamp.read

/** @type {typeof import('../..').setHttpRoute} */
function setHttpRoute(request, route) {
  const isObject = typeof request === 'object' && request !== null
  if (!isObject) throw notARequest('setHttpRoute takes the request of a server', request)
  stamp.write(request, typeof route === 'string' && route !== '' ? route : undefined)
}

module.exports = { routeOf, setHttpRoute }
