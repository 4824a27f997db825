'use strict'

// Routes of Next.js, by itself or behind another framework: its requests carry what its router matched.

const META = Symbol.for('NextInternalRequestMeta')

/** The pages that Next.js shows where no route matched. */
const NOT_FOUND = ['/_not-found', '/404', '/_error']

/** @param {any} request @returns {string | undefined} */
function routeOf(request) {
  const pathname = request[META]?.match?.definition?.pathname
  return typeof pathname === 'string' && !NOT_FOUND.includes(pathname) ? pathname : undefined
}

module.exports = { routeOf }
