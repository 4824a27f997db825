'use strict'

// Attributes whose values come from outside the process, in a bounded number of values.

const { STATUS_CODES } = require('node:http')

/** What OpenTelemetry calls everything else. */
const OTHER = '_OTHER'

/** The methods of RFC 9110, and PATCH and QUERY. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'])

/** @param {unknown} method */
function methodOf(method) {
  return METHODS.has(/** @type {string} */ (method)) ? /** @type {string} */ (method) : OTHER
}

/**
 * The status, if it is registered; otherwise the x00 status of its class, which is how RFC 9110, 15 treats it.
 * @param {number} status
 */
function statusOf(status) {
  if (status === 200 || Object.hasOwn(STATUS_CODES, status)) return status
  return status >= 100 && status < 600 ? status - (status % 100) : 500
}

/** Lets the first values through, and makes `_OTHER` of those after them. */
class Limit {
  /** @type {Set<string>} */
  #values = new Set()
  #max

  /** @param {number} max */
  constructor(max) {
    this.#max = max
  }

  /** @param {string} value */
  pass(value) {
    if (this.#values.has(value)) return value
    if (this.#values.size >= this.#max) return OTHER
    this.#values.add(value)
    return value
  }
}

/** The most types of errors of servers, and of clients. */
const MAX_ERROR_TYPES = 50
/** As `ECONNREFUSED`, or a class of errors. */
const ERROR_CODE = /^[A-Z][A-Z\d_]{1,63}$/
const ERROR_NAME = /^[A-Z]\w{1,63}$/i

/** The type of an error by its code, or by its name. @param {any} error @returns {string} */
function errorTypeOf(error) {
  const { code, name } = error ?? {}
  if (typeof code === 'string' && ERROR_CODE.test(code)) return code
  return typeof name === 'string' && ERROR_NAME.test(name) ? name : OTHER
}

module.exports = { Limit, MAX_ERROR_TYPES, OTHER, errorTypeOf, methodOf, statusOf }
