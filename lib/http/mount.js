'use strict'

// Where a request is within a base path: its path behind it, and its query.

/** @typedef {import('./types').HttpRequest} HttpRequest */

/**
 * @typedef {object} Place
 * @property {string} path begins with a slash, or is empty
 * @property {URLSearchParams} query
 * @property {boolean} isBased whether the base was there: a mount point that stands for it may have pages of others
 */

/**
 * The place of a request. `base` is looked for in the original address and in what a framework has left of it. If the
 * framework has cut off a mount point, that may stand for the base, but the original address must have the base: otherwise a guard
 * in front of `/metrics` could be bypassed.
 * @param {HttpRequest} request
 * @param {string} base
 * @returns {Place | undefined} undefined if the request is outside the base
 */
function placeOf({ url, mountedUrl }, base) {
  const place = placeBehind(url, base)
  if (place !== undefined || mountedUrl === undefined) return place
  return placeBehind(mountedUrl, base) ?? placeBehind(mountedUrl, '', false)
}

/** @param {string} url @param {string} base @param {boolean} [isBased] @returns {Place | undefined} */
function placeBehind(url, base, isBased = true) {
  const { pathname, search } = partsOf(url)
  if (!pathname.startsWith(base)) return undefined
  const path = pathname.slice(base.length)
  if (path !== '' && !path.startsWith('/')) return undefined
  return { path, isBased, query: new URLSearchParams(search) }
}

/** @param {HttpRequest['url']} url without an origin */
function partsOf(url) {
  const [address] = url.split('#', 1)
  const [pathname] = address.split('?', 1)
  return { pathname, search: address.slice(pathname.length) }
}

module.exports = { partsOf, placeOf }
