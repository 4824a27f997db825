'use strict'

// The parameters of a route's query. One that is wrong is a `BadRequest`, which becomes the response 400.

const PAGE_LENGTH = 100
const MAX_PAGE_LENGTH = 1000
const MAX_KEYS = 100
const MAX_LABELS = 10

class BadRequest extends Error {}

/** How many entries a response has at most. @param {URLSearchParams} query */
function readLimit(query) {
  const limit = numberOf(query, 'limit', PAGE_LENGTH)
  if (limit >= 1 && limit <= MAX_PAGE_LENGTH) return limit
  throw new BadRequest(`limit must be from 1 to ${MAX_PAGE_LENGTH}`)
}

/** A number, or a time in milliseconds, after which entries are wanted. @param {URLSearchParams} query */
function readAfter(query) {
  const after = numberOf(query, 'after', 0)
  if (Number.isNaN(after)) throw new BadRequest('after must be a whole number')
  return after
}

/** Keys of series. @param {URLSearchParams} query */
function readKeys(query) {
  const keys = query.getAll('keys')
  if (keys.length >= 1 && keys.length <= MAX_KEYS) return keys
  throw new BadRequest(`keys must be given 1 to ${MAX_KEYS} times`)
}

/** The labels that values are grouped by. @param {URLSearchParams} query */
function readLabels(query) {
  const by = query.getAll('by')
  if (by.length > MAX_LABELS) throw new BadRequest(`by must be given at most ${MAX_LABELS} times`)
  return by
}

/**
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {number} otherwise
 * @returns {number} NaN if it is not a whole number
 */
function numberOf(query, name, otherwise) {
  const text = query.get(name)
  if (text === null || text === '') return otherwise
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}

module.exports = { BadRequest, readAfter, readKeys, readLabels, readLimit }
