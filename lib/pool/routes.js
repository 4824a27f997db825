'use strict'

// The routes of a service, by path within the base. They do not depend on the kind of server.

const { preferredOf } = require('../http/accept')
const { requestedExposition } = require('../exposition-options')
const { FORMAT_TYPES } = require('../formats')
const { varying } = require('../http/answers')
const { isOfPage, pageAnswer } = require('./page')
const { badRequest, events, noPool, notFound, ok, tooManyStreams } = require('./responses')

/** @typedef {import('../http/types').HttpRequest} HttpRequest */
/** @typedef {import('../http/types').PlainAnswer} PlainAnswer */
/** @typedef {import('./types').Service} Service */
/** @typedef {(service: Service, query: URLSearchParams, request: HttpRequest) => Promise<PlainAnswer> | PlainAnswer} Route */

const API = '/api/metrics'
const PAGE_LENGTH = 100
const MAX_PAGE_LENGTH = 1000
const MAX_KEYS = 100
const MAX_LABELS = 10

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
  const page = () => pageAnswer(path, request, injectBase)
  return isBase && isServed ? negotiated(page) : page
}

/** Whether a client would rather have an exposition than a page. @param {HttpRequest} request */
function isScraper(request) {
  const preferred = preferredOf(request.header('accept'), ['text/html', ...FORMAT_TYPES])
  return preferred !== undefined && FORMAT_TYPES.includes(preferred)
}

/** A route whose answer depends on the header Accept. @param {Route} route @returns {Route} */
function negotiated(route) {
  return async (...args) => varying(await route(...args), 'Accept')
}

/** @type {Route} */
function pool(service) {
  return service.hasPool ? ok(service.metricsJson(true)) : noPool()
}

/** @type {Route} */
function stats(service) {
  return service.hasPool ? ok(service.statsJson()) : noPool()
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
  const limit = numberOf(query, 'limit', PAGE_LENGTH)
  if (!(limit >= 1 && limit <= MAX_PAGE_LENGTH)) return badRequest(`limit must be from 1 to ${MAX_PAGE_LENGTH}`)
  const text = (/** @type {string} */ name) => query.get(name) ?? ''
  return ok(await service.seriesPage(text('prefix'), text('q'), limit, query.get('after') ?? undefined))
}

/** @param {Service} service @param {string} encoded a key, percent-encoded as in the URL */
async function oneSeries(service, encoded) {
  if (!service.config.collector) return noCollector()
  const key = decoded(encoded)
  if (key === undefined) return badRequest('The key is not URL-encoded')
  const body = await service.seriesOfKey(key)
  return body.length === 0 ? notFound('No such series') : ok(body)
}

/** @type {Route} */
async function trace(service, query) {
  if (!service.config.collector) return noCollector()
  const after = numberOf(query, 'after', 0)
  return Number.isNaN(after) ? badRequest('after must be a whole number') : ok(await service.traceAfter(after))
}

/** @type {Route} */
async function history(service, query) {
  if (!service.config.collector) return noCollector()
  const [keys, by] = [query.getAll('keys'), query.getAll('by')]
  if (!(keys.length >= 1 && keys.length <= MAX_KEYS)) return badRequest(`keys must be given 1 to ${MAX_KEYS} times`)
  if (by.length > MAX_LABELS) return badRequest(`by must be given at most ${MAX_LABELS} times`)
  const after = numberOf(query, 'after', 0)
  if (Number.isNaN(after)) return badRequest('after must be a whole number of milliseconds')
  const limit = numberOf(query, 'limit', PAGE_LENGTH)
  if (!(limit >= 1 && limit <= MAX_PAGE_LENGTH)) return badRequest(`limit must be from 1 to ${MAX_PAGE_LENGTH}`)
  const [summary, buckets] = [query.get('summary') === '1', query.get('buckets') === '1']
  return ok(await service.history({ keys, by, after, limit, summary, buckets }))
}

/** @type {Route} */
async function overview(service, query) {
  const after = numberOf(query, 'after', 0)
  if (Number.isNaN(after)) return badRequest('after must be a whole number of milliseconds')
  return ok(await service.overviewJson(after))
}

/** @type {Route} */
async function cardinality(service) {
  return service.config.collector ? ok(await service.cardinality()) : noCollector()
}

/** @type {Route} */
function sse(service, query, request) {
  const view = query.get('view') ?? 'pool'
  const refusal = refusalOf(service, view, query)
  if (refusal !== undefined) return refusal
  return events({
    refusal: () => (service.mayStream ? undefined : tooManyStreams()),
    begin: (client) => service.openStream(view, client, query, request.header('last-event-id')),
  })
}

/** Why there is no such stream. @param {Service} service @param {string} view @param {URLSearchParams} query */
function refusalOf(service, view, query) {
  switch (view) {
    case 'pool':
    case 'stats':
      return service.hasPool ? undefined : noPool()
    case 'series':
      return service.config.collector ? refusalOfKeys(query) : noCollector()
    case 'trace':
      if (!service.config.collector) return noCollector()
      return Number.isNaN(numberOf(query, 'after', 0)) ? badRequest('after must be a whole number') : undefined
    default:
      return badRequest('view must be pool, stats, series or trace')
  }
}

/** @param {URLSearchParams} query */
function refusalOfKeys(query) {
  const { length } = query.getAll('keys')
  return length >= 1 && length <= MAX_KEYS ? undefined : badRequest(`keys must be given 1 to ${MAX_KEYS} times`)
}

function noCollector() {
  return notFound('No collector is served here')
}

/** @param {URLSearchParams} query @param {string} name @param {number} otherwise @returns {number} NaN if it is not a whole number */
function numberOf(query, name, otherwise) {
  const text = query.get(name)
  if (text === null || text === '') return otherwise
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}

/** @param {string} encoded */
function decoded(encoded) {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

module.exports = { routeOf }
