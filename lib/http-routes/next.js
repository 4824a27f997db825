'use strict'

// Routes of Next.js, whose requests carry what its router matched.

const META = Symbol.for('NextInternalRequestMeta')

/** @param {any} request @returns {string | undefined} */
function routeOf(request) {
  const definition = request[META]?.match?.definition
  if (definition === undefined) return undefined
  const { pathname, page } = definition
  return typeof pathname === 'string' ? pathname : typeof page === 'string' ? page : undefined
}

module.exports = { routeOf }
