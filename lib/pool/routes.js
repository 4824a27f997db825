'use strict'

// The routes of a service, by path within the base. They do not depend on the kind of server.

const { preferredOf } = require('../http/accept')
const { requestedExposition } = require('../exposition-options')
const { FORMAT_TYPES } = require('../formats')
const { addVary } = require('../http/response-headers')
const { isOfPage, pageResponse } = require('./page')
const { BadRequest, readAfter, readKeys, readLabels, readLimit } = require('./query')
const { badRequest, events, noPool, notFound, ok, tooManyStreams } = require('./responses')

/** @typedef {import('../http/types').HttpRequest} HttpRequest */
/** @typedef {import('../http/types').OwnResponse} OwnResponse */
/** @typedef {import('./types').Service} Service */
/** @typedef {(service: Service, query: URLSearchParams, request: HttpRequest) => Promise<OwnResponse> | OwnResponse} Route */

const API = '/api/metrics'

/** @type {Map<string, Route>} by the path behind `{base}/api/metrics` */
const routes = new Map([
  ['', pool],
  ['/', pool],
  ['/prometheus', negotiated(prometheus)],
  ['/stats', stats],
  ['/sse', sse],
  ['/series', series],
  ['/trace', trace],
  ['/history', history],
  ['/overview', overview],
  ['/cardinality', cardinality],
])

/**
 * The route of a place; undefined if there is none.
 * @param {import('../http/mount').Place} place
 * @param {HttpRequest} request
 * @param {import('./types').Config} config
 * @returns {Route | undefined}
 */
function routeOf({ path, isBased }, request, config) {
  if (!path.startsWith(API)) return isBased ? routeOutside(path, request, config) : undefined
  const below = path.slice(API.length)
  const route = routes.get(below)
  if (route !== undefined) return route
  if (below.startsWith('/series/')) return (service) => oneSeries(service, below.slice('/series/'.length))
  return undefined
}

/**
 * The routes of the page, and the exposition at the base itself, for scrapers that are configured with only the base.
 * @param {string} path
 * @param {HttpRequest} request
 * @param {import('./types').Config} config
 * @returns {Route | undefined}
 */
function routeOutside(path, request, { ui, prometheus: isServed, injectBase, base }) {
  const isBase = path === '' || path === '/'
  // without a base and a page, the root belongs to the application
  if (isBase && isServed && (ui || base !== '') && isScraper(request)) return negotiated(prometheus)
  if (!ui || !isOfPage(path)) return undefined
  const page = () => pageResponse(path, request, injectBase)
  return isBase && isServed ? negotiated(page) : page
}

/** Whether a client would rather have an exposition than a page. @param {HttpRequest} request */
function isScraper(request) {
  const preferred = preferredOf(request.header('accept'), ['text/html', ...FORMAT_TYPES])
  return preferred !== undefined && FORMAT_TYPES.includes(preferred)
}

/** The response of a route. @param {Route} route @param {Parameters<Route>} args */
async function respond(route, ...args) {
  try {
    return await route(...args)
  } catch (error) {
    if (error instanceof BadRequest) return badRequest(error.message)
    throw error
  }
}

/** A route whose response depends on the header Accept. @param {Route} route @returns {Route} */
function negotiated(route) {
  return async (...args) => addVary(await route(...args), 'Accept')
}

/** @type {Route} */
function pool(service) {
  return service.hasPool ? ok(service.pool.metricsJson(true)) : noPool()
}

/** @type {Route} */
function stats(service) {
  return service.hasPool ? ok(service.pool.statsJson()) : noPool()
}

/** @type {Route} */
async function prometheus(service, query, request) {
  const { prometheus, collector } = service.config
  if (!prometheus) return notFound('The Prometheus exposition is switched off')
  const { body, contentType } = await service.exposition(requestedExposition(request, query))
  return ok(body, contentType, service.hasPool || collector ? 200 : 503)
}

/** @type {Route} */
async function series(service, query) {
  if (!service.config.collector) return noCollector()
  const text = (/** @type {string} */ name) => query.get(name) ?? ''
  return ok(
    await service.collector.seriesPage(text('prefix'), text('q'), readLimit(query), query.get('after') ?? undefined),
  )
}

/** @param {Service} service @param {string} encoded a key, percent-encoded as in the URL */
async function oneSeries(service, encoded) {
  if (!service.config.collector) return noCollector()
  const key = decoded(encoded)
  if (key === undefined) return badRequest('The key is not URL-encoded')
  const body = await service.collector.seriesOfKey(key)
  return body.length === 0 ? notFound('No such series') : ok(body)
}

/** @type {Route} */
async function trace(service, query) {
  if (!service.config.collector) return noCollector()
  return ok(await service.collector.traceAfter(readAfter(query)))
}

/** @type {Route} */
async function history(service, query) {
  if (!service.config.collector) return noCollector()
  const range = { after: readAfter(query), limit: readLimit(query) }
  const [summary, buckets] = [query.get('summary') === '1', query.get('buckets') === '1']
  return ok(
    await service.collector.history({ keys: readKeys(query), by: readLabels(query), ...range, summary, buckets }),
  )
}

/** @type {Route} */
async function overview(service, query) {
  return ok(await service.overviewJson(readAfter(query)))
}

/** @type {Route} */
async function cardinality(service) {
  return service.config.collector ? ok(await service.collector.cardinality()) : noCollector()
}

/** @type {Route} */
function sse(service, query, request) {
  const view = query.get('view') ?? 'pool'
  const rejection = rejectStream(service, view, query)
  if (rejection !== undefined) return rejection
  return events({
    refusal: () => (service.mayStream ? undefined : tooManyStreams()),
    begin: (client) => service.openStream(view, client, query, request.header('last-event-id')),
  })
}

/**
 * Checks what a stream is requested for, before it begins.
 * @param {Service} service
 * @param {string} view
 * @param {URLSearchParams} query
 */
function rejectStream(service, view, query) {
  switch (view) {
    case 'pool':
    case 'stats':
      return service.hasPool ? undefined : noPool()
    case 'series':
    case 'trace':
      if (!service.config.collector) return noCollector()
      if (view === 'series') readKeys(query)
      else readAfter(query)
      return undefined
    default:
      return badRequest('view must be pool, stats, series or trace')
  }
}

function noCollector() {
  return notFound('No collector is served here')
}

/** @param {string} encoded */
function decoded(encoded) {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

module.exports = { respond, routeOf }
