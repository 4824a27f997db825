'use strict'

// Sends a body by HTTP, and retries as OTLP requires: after 429, 502, 503, 504 and failed connections, with exponential waits or the
// server's Retry-After.

const { clearTimeout, setTimeout } = require('node:timers')
const { version } = require('../../package.json')
const { pushFailed } = require('../errors/push')

/** @type {import('./types').Exchange} */
const exchange =
  process.versions.bun === undefined ? require('./node-exchange').exchange : require('./fetch-exchange').exchange

const RETRYABLE = [429, 502, 503, 504]
const FIRST_WAIT_MILLIS = 1000
const LONGEST_WAIT_MILLIS = 5000
const FACTOR = 1.5
/** A server that wants more than an hour has most likely made a mistake. */
const LONGEST_RETRY_AFTER_MILLIS = 3_600_000
/** Waits differ by this share, so that many clients do not come at once. */
const JITTER = 0.2
/** By which servers may know us. */
const USER_AGENT = `tallystick/${version}`

/** @typedef {import('./types').ReceiverResponse} ReceiverResponse */
/**
 * @typedef {object} PushRequest
 * @property {string} action what is requested, for messages
 * @property {string} url
 * @property {string} [method]
 * @property {Record<string, string>} headers
 * @property {Uint8Array} [body]
 * @property {number} timeout in milliseconds, for all attempts
 */

class Delivery {
  #request
  #deadline
  #controller = new AbortController()

  /** @param {PushRequest} request */
  constructor(request) {
    this.#request = request
    this.#deadline = performance.now() + request.timeout
  }

  /** @param {AbortSignal} signal @returns {Promise<ReceiverResponse>} */
  async send(signal) {
    const { url, timeout } = this.#request
    const stop = () => this.#controller.abort('it was stopped')
    signal.addEventListener('abort', stop)
    const late = `${origin(url)} did not answer within ${timeout} ms`
    const timer = setTimeout(() => this.#controller.abort(late), timeout)
    try {
      if (signal.aborted) stop()
      return await this.#attempts()
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  /** @returns {Promise<ReceiverResponse>} */
  async #attempts() {
    const { signal } = this.#controller
    for (let wait = FIRST_WAIT_MILLIS; ; wait = Math.min(wait * FACTOR, LONGEST_WAIT_MILLIS)) {
      const { response, reason, cause, after } = await this.#attempt()
      if (response !== undefined) return response
      const pause = after ?? wait * (1 + JITTER * (2 * Math.random() - 1))
      const remaining = this.#deadline - performance.now()
      if (pause >= remaining) throw this.#failed(reason, cause, after === undefined ? 0 : pause)
      if (signal.aborted) throw this.#failed(signal.reason)
      await this.#pause(pause)
    }
  }

  /** @returns {Promise<{ response?: ReceiverResponse, reason: string, cause?: unknown, after?: number }>} */
  async #attempt() {
    const { url, method = 'POST', headers, body } = this.#request
    const { signal } = this.#controller
    try {
      const response = await exchange({ url, method, headers: { 'user-agent': USER_AGENT, ...headers }, body }, signal)
      if (response.status >= 200 && response.status < 300) return { response, reason: '' }
      const reason = `${origin(url)} answered ${response.status}${messageOf(response)}`
      if (!RETRYABLE.includes(response.status)) throw this.#failed(reason)
      return { reason, after: waitOf(response.header('retry-after')) }
    } catch (error) {
      const { code, message, cause } = /** @type {any} */ (error)
      if (code === 'ERR_TALLYSTICK_PUSH') throw error
      if (signal.aborted) throw this.#failed(signal.reason)
      return {
        reason: `${origin(url)} cannot be reached: ${cause?.message || cause?.code || message || code}`,
        cause: error,
      }
    }
  }

  /** @param {number} milliseconds */
  async #pause(milliseconds) {
    const { signal } = this.#controller
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve(undefined)
      })
    })
  }

  /**
   * @param {string} reason
   * @param {unknown} [cause]
   * @param {number} [retryAfter] for how long the server wants no further attempt
   */
  #failed(reason, cause, retryAfter = 0) {
    return Object.assign(pushFailed(this.#request.action, reason, cause), { retryAfter })
  }
}

/** Without its path, which may have secrets. @param {string} url */
function origin(url) {
  return new URL(url).origin
}

/** The milliseconds of a header Retry-After: seconds, or a date. @param {string | null} header */
function waitOf(header) {
  if (header === null) return undefined
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MILLIS)
}

/** The readable part of a response that refuses, for a message. @param {ReceiverResponse} response */
function messageOf({ body }) {
  const text = Buffer.from(body).toString('utf8', 0, 400)
  const readable = text.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return readable === '' ? '' : `: ${readable.slice(0, 200)}`
}

module.exports = { Delivery, waitOf }
