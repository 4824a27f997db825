'use strict'

// What pushes to all kinds of server share: the schedule, deliveries, and warnings.

const { invalidOption } = require('../errors/options')
const { invalidUrl, pushFailed } = require('../errors/push')
const { Delivery } = require('./delivery')
const { Schedule } = require('./schedule')

/** @typedef {import('./delivery').PushRequest} PushRequest */
/** @typedef {import('./types').ReceiverResponse} ReceiverResponse */

const DEFAULT_INTERVAL_MILLIS = 60_000
const DEFAULT_TIMEOUT_MILLIS = 10_000

class Pusher {
  #makeRequest
  #schedule
  #warningOf
  #isFailing = false
  /** the server asked to wait until this moment */
  #notBefore = 0
  #lastWarning = ''

  /**
   * @param {() => Promise<PushRequest | undefined>} makeRequest undefined if there is nothing to push
   * @param {number} interval
   * @param {(response: ReceiverResponse) => string | undefined} [warningOf] what a response warns of
   */
  constructor(makeRequest, interval, warningOf = () => undefined) {
    this.#makeRequest = makeRequest
    this.#warningOf = warningOf
    this.#schedule = new Schedule((signal) => this.#push(signal), interval)
  }

  flush() {
    return this.#schedule.flush()
  }

  stop() {
    this.#schedule.stop()
  }

  /** @param {AbortSignal} signal */
  async #push(signal) {
    try {
      const pause = this.#notBefore - performance.now()
      if (pause > 0)
        throw pushFailed('the push of metrics', `the server asked to wait, for another ${Math.ceil(pause / 1000)} s`)
      const request = await this.#makeRequest()
      if (request === undefined) return
      const response = await new Delivery(request).send(signal)
      this.#isFailing = false
      this.#warn(this.#warningOf(response))
    } catch (error) {
      const { message, retryAfter = 0 } = /** @type {any} */ (error)
      if (retryAfter > 0) this.#notBefore = performance.now() + retryAfter
      if (!this.#isFailing && !signal.aborted) warn(message)
      this.#isFailing = true
      throw error
    }
  }

  /** Once in a row. @param {string | undefined} message */
  #warn(message) {
    if (message !== undefined && message !== this.#lastWarning) warn(message)
    this.#lastWarning = message ?? ''
  }
}

/** @param {string} message */
function warn(message) {
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_PUSH' })
}

/** @param {unknown} url @returns {URL} */
function checkedUrl(url) {
  const text = url instanceof URL ? url.href : url
  if (typeof text !== 'string' || !URL.canParse(text)) throw invalidUrl(url)
  const parsed = new URL(text)
  if (!/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') throw invalidUrl(url)
  return parsed
}

/** @param {any} headers @returns {Record<string, string>} */
function checkedHeaders(headers) {
  if (headers === undefined) return {}
  try {
    return Object.fromEntries(new Headers(headers))
  } catch {
    throw invalidOption('headers', headers, 'an object of header names and values')
  }
}

module.exports = { DEFAULT_INTERVAL_MILLIS, DEFAULT_TIMEOUT_MILLIS, Pusher, checkedHeaders, checkedUrl, warn }
