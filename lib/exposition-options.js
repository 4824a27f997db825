'use strict'

// Checks the options of an exposition, and chooses its format.

const { invalidOption } = require('./errors/options')
const { negotiated } = require('./formats')
const { labelPairs } = require('./record/label-strings')
const { checkedBuckets, checkedFlag, checkedNames, copied, readOptions, wellFormed } = require('./record/options')

/** @typedef {import('../binding').ExpositionOptions} ExpositionOptions */
/** @typedef {{ contentType: string, options: ExpositionOptions }} Negotiated */

const OPTIONS = ['accept', 'names', 'match', 'buckets', 'created', 'selfMetrics']
/** What Prometheus and the servers and agents that scrape like it send, and browsers and tests do not. */
const SCRAPER_HEADER = 'x-prometheus-scrape-timeout-seconds'

/**
 * @param {unknown} given
 * @param {string[]} [known] the options that are taken
 * @returns {Negotiated}
 */
function expositionOptions(given, known = OPTIONS) {
  if (given === undefined) return negotiated(undefined)
  const { accept, names, match, buckets, created, selfMetrics } = readOptions(given, known)
  const { contentType, options } = negotiated(checkedAccept(accept))
  return {
    contentType,
    options: {
      ...options,
      names: checkedNames('names', names),
      labels: match === undefined ? undefined : labelPairs(match).flat(),
      buckets: checkedBuckets(buckets),
      created: checkedFlag('created', created),
      selfMetrics: checkedFlag('selfMetrics', selfMetrics),
    },
  }
}

/**
 * The same for a request: its header Accept, `name[]` once or several times, `created=true`.
 * @param {import('./http/types').HttpRequest} request
 * @param {URLSearchParams} query
 * @returns {Negotiated}
 */
function requestedExposition(request, query) {
  const { contentType, options } = negotiated(request.header('accept'))
  const names = query.getAll('name[]').filter((name) => name !== '')
  return {
    contentType,
    options: {
      ...options,
      names: names.length > 0 ? names.map(wellFormed) : undefined,
      created: query.get('created') === 'true' || undefined,
      selfMetrics: request.header(SCRAPER_HEADER) !== undefined || undefined,
    },
  }
}

/** @param {any} accept @returns {string | string[] | undefined} */
function checkedAccept(accept) {
  if (accept === undefined || accept === null || typeof accept === 'string') return accept ?? undefined
  const headers = copied(accept)
  if (headers?.every((header) => typeof header === 'string')) return headers
  throw invalidOption('accept', accept, 'the header Accept as a string or an array of strings')
}

module.exports = { expositionOptions, requestedExposition }
