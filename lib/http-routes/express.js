'use strict'

// Routes of Express 4 and 5, also beneath Nest. A request has its route, but only the path that led to the route's router, so the
// patterns of the routers around it come from the application: once for each route.

const { propertyOf } = require('../property')

/** @typedef {{ path: unknown }} Route */
/** @typedef {{ stack: Layer[] }} Router */
/**
 * @typedef {{ route?: Route, handle?: any, rawPath?: unknown, regexp?: RegExp, keys?: { name: string | number }[], match: Function, path?: string, params?: object }} Layer
 */

/** Routers within routers beyond which something refers to itself. */
const MAX_DEPTH = 32

/** By route: its pattern, where the route has one place only. @type {WeakMap<Route, string>} */
const patterns = new WeakMap()
/**
 * By route: its places, where it has several. To find them takes as long as the application has routes.
 * @type {WeakMap<Route, Layer[][]>}
 */
const severalPlaces = new WeakMap()

/** @param {any} request @returns {string | undefined} */
function routeOf(request) {
  const route = propertyOf(request, 'route')
  if (typeof route !== 'object' || route === null) return undefined
  return patterns.get(route) ?? findPattern(request, route)
}

/** @param {any} request @param {Route} route */
function findPattern({ app, originalUrl, url }, route) {
  // something else than Express may have a `route`
  if (typeof app !== 'function' || route.path === undefined) return undefined
  const mounted = mountPath(app)
  const [path] = String(originalUrl ?? url).split('?', 1)
  // Express 4 has `router` too: a getter that throws
  const router = app._router ?? app.router
  const places = severalPlaces.get(route) ?? placesOf(route, router, [], 0)
  const place = places.length < 2 ? places[0] : (places.find((layers) => leadsTo(layers, path)) ?? places[0])
  const prefix = place === undefined ? '' : prefixOf(place, path)
  const pattern = joined(mounted + prefix, textOf(route.path))
  if (places.length === 1) patterns.set(route, pattern)
  else if (places.length > 1) severalPlaces.set(route, places)
  return pattern
}

/** Where applications are mounted in one another, by their patterns. @param {any} app @returns {string} */
function mountPath(app) {
  if (typeof app.parent !== 'function') return ''
  return mountPath(app.parent) + joined(textOf(app.mountpath), '')
}

/**
 * The layers through which a route is reached, for each place where it is.
 * @param {Route} route @param {Router | undefined} router @param {Layer[]} outer @param {number} depth
 * @returns {Layer[][]}
 */
function placesOf(route, router, outer, depth) {
  if (!Array.isArray(router?.stack) || depth > MAX_DEPTH) return []
  const { stack } = router
  if (stack.some((layer) => layer.route === route)) return [outer]
  return stack.flatMap((layer) => placesOf(route, layer.handle, [...outer, layer], depth + 1))
}

/** Whether a path goes through these layers. @param {Layer[]} layers @param {string} path */
function leadsTo(layers, path) {
  let rest = path
  for (const layer of layers) {
    const match = matched(layer, rest)
    if (match === undefined) return false
    rest = rest.slice(match.path.length) || '/'
  }
  return true
}

/** The patterns of layers, one after the other. @param {Layer[]} layers @param {string} path */
function prefixOf(layers, path) {
  let prefix = ''
  let rest = path
  for (const layer of layers) {
    const match = matched(layer, rest)
    prefix += joined(patternOf(layer, match), '')
    rest = rest.slice(match?.path.length ?? 0) || '/'
  }
  return prefix
}

/** Newer routers return what matched, older ones leave it in the layer. @param {Layer} layer @param {string} path */
function matched(layer, path) {
  try {
    const match = layer.match(path)
    if (!match) return undefined
    const { path: text = '', params = {} } = typeof match === 'object' ? match : layer
    return { path: text, params: /** @type {Record<string, unknown>} */ (params) }
  } catch {
    return undefined
  }
}

/**
 * The pattern that a router is mounted at: as it was given, or from the expression that it became, or else from what it matched.
 * @param {Layer} layer @param {ReturnType<typeof matched>} match
 */
function patternOf({ rawPath, regexp, keys = [] }, match) {
  if (rawPath !== undefined) return textOf(rawPath)
  if (regexp !== undefined) return textOfExpression(regexp, keys)
  if (match === undefined) return ''
  let text = match.path.toLowerCase()
  for (const [name, value] of Object.entries(match.params)) {
    text = text.replace(encodeURI(String(value)).toLowerCase(), `:${name}`)
  }
  return text
}

/** A parameter in the expressions of Express 4, with the slash before it. */
const PARAMETER = /\(\?:(\\\/)?\(\[\^\\?\/\]\+\?\)\)/
/** What a pattern has not. */
const EXPRESSION = /[()[\]*+^$|\\]/

/** @param {RegExp & { fast_slash?: boolean }} regexp @param {{ name: string | number }[]} keys */
function textOfExpression(regexp, keys) {
  if (regexp.fast_slash) return ''
  let text = regexp.source.replace(/^\^/, '').replace('\\/?(?=\\/|$)', '')
  for (const { name } of keys) text = text.replace(PARAMETER, `$1:${name}`)
  text = text.replace(/\\([/.-])/g, '$1')
  return EXPRESSION.test(text) ? String(regexp) : text
}

/** Whether a route is for one shape of paths, and not for all or for those of an expression. @param {string} route */
function isSpecific(route) {
  return !EXPRESSION.test(route)
}

/** @param {unknown} path a pattern, an expression, or several @returns {string} */
function textOf(path) {
  return Array.isArray(path) ? path.map(textOf).join('|') : String(path)
}

/** A pattern within another, with one slash between them and none at the end. @param {string} outer @param {string} inner */
function joined(outer, inner) {
  const start = outer.endsWith('/') ? outer.slice(0, -1) : outer
  if (inner === '' || (inner === '/' && start !== '')) return start
  return inner.startsWith('/') ? start + inner : `${start}/${inner}`
}

module.exports = { isSpecific, routeOf }
