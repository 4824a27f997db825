'use strict'

// Where a request is within the base: its path behind it, and its query.

/**
 * @typedef {object} Place
 * @property {string} path begins with a slash, or is empty
 * @property {URLSearchParams} query
 * @property {boolean} isBased whether the base was there: a mount point that stands for it may have pages of others
 */

/**
 * The place of a request that Node's servers and frameworks pass. `base` is looked for in the address as it arrived and in what the
 * framework has left of it. Where the framework has cut off a mount point, that may stand for the base: but an address as it arrived
 * must have it, or a guard before `/metrics` could be passed by.
 * @param {{ url?: string, originalUrl?: string }} req
 * @param {string} base
 * @returns {Place | undefined} undefined for what is elsewhere
 */
function placeOfIncoming({ url = '/', originalUrl }, base) {
  const isMounted = typeof originalUrl === 'string' && originalUrl !== url
  if (!isMounted) return placeBehind(url, base)
  return placeBehind(originalUrl, base) ?? placeBehind(url, base) ?? placeBehind(url, '', false)
}

/** @param {string} url of a Request @param {string} base @returns {Place | undefined} */
function placeOfRequest(url, base) {
  const { pathname, search } = new URL(url)
  return placeBehind(pathname + search, base)
}

/** @param {string} url without an origin @param {string} base @param {boolean} [isBased] @returns {Place | undefined} */
function placeBehind(url, base, isBased = true) {
  const [address] = url.split('#', 1)
  const queryAt = address.indexOf('?')
  const pathname = queryAt === -1 ? address : address.slice(0, queryAt)
  if (!pathname.startsWith(base)) return undefined
  const path = pathname.slice(base.length)
  if (path !== '' && !path.startsWith('/')) return undefined
  return { path, isBased, query: new URLSearchParams(queryAt === -1 ? '' : address.slice(queryAt)) }
}

module.exports = { placeOfIncoming, placeOfRequest }
