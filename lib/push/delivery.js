'use strict'

// Sends a body by HTTP, again and again where that makes sense, as OpenTelemetry's protocol demands: after 429, 502, 503, 504 and
// failed connections, with exponential waits, or when the server says.

const { clearTimeout, setTimeout } = require('node:timers')
const { notDelivered } = require('../errors/opentelemetry')

const RETRYABLE = [429, 502, 503, 504]
const FIRST_WAIT = 1000
const LONGEST_WAIT = 5000
const FACTOR = 1.5
/** Waits differ by this share, so that many clients do not come at once. */
const JITTER = 0.2
/** Of a response the start is enough. */
const LONGEST_RESPONSE = 4 * 1024 * 1024

/** @typedef {{ status: number, body: Uint8Array, type: string }} Answer */
/**
 * @typedef {object} Parcel
 * @property {string} what it is, for messages
 * @property {string} url
 * @property {string} [method]
 * @property {Record<string, string>} headers
 * @property {Uint8Array} [body]
 * @property {number} timeout in milliseconds, for all attempts
 */

class Delivery {
  #parcel
  #deadline
  #controller = new AbortController()

  /** @param {Parcel} parcel */
  constructor(parcel) {
    this.#parcel = parcel
    this.#deadline = performance.now() + parcel.timeout
  }

  /** @param {AbortSignal} signal @returns {Promise<Answer>} */
  async send(signal) {
    const abort = () => this.#controller.abort()
    signal.addEventListener('abort', abort)
    const timer = setTimeout(abort, this.#parcel.timeout)
    try {
      return await this.#attempts(signal)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<Answer>} */
  async #attempts(signal) {
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * FACTOR, LONGEST_WAIT)) {
      const { answer, reason, cause, after } = await this.#attempt()
      if (answer !== undefined) return answer
      const pause = after ?? wait * (1 + JITTER * (2 * Math.random() - 1))
      if (signal.aborted) throw this.#failed('it was stopped')
      const remaining = this.#deadline - performance.now()
      if (pause >= remaining) throw this.#failed(reason, cause, after === undefined ? 0 : pause)
      await this.#pause(pause)
    }
  }

  /** @returns {Promise<{ answer?: Answer, reason: string, cause?: unknown, after?: number }>} */
  async #attempt() {
    const { url, method = 'POST', headers, body, timeout } = this.#parcel
    try {
      const { signal } = this.#controller
      const response = await fetch(url, {
        method,
        headers,
        body: /** @type {any} */ (body),
        redirect: 'manual',
        signal,
      })
      if (response.ok) return { answer: await answerOf(response), reason: '' }
      const reason = `${origin(url)} answered ${response.status}${await messageOf(response)}`
      if (!RETRYABLE.includes(response.status)) throw this.#failed(reason)
      return { reason, after: waitOf(response.headers.get('retry-after')) }
    } catch (error) {
      const { code, name, message, cause } = /** @type {any} */ (error)
      if (code === 'ERR_TALLYSTICK_PUSH') throw error
      if (name === 'AbortError') throw this.#failed(`${origin(url)} did not answer within ${timeout} ms`)
      return { reason: `${origin(url)} cannot be reached: ${cause?.message || cause?.code || message}`, cause: error }
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

  /** @param {string} reason @param {unknown} [cause] @param {number} [retryAfter] for how long the server wants no further attempt */
  #failed(reason, cause, retryAfter = 0) {
    return Object.assign(notDelivered(this.#parcel.what, reason, cause), { retryAfter })
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
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0)
}

/** @param {Response} response @returns {Promise<Answer>} */
async function answerOf(response) {
  return { status: response.status, body: await bodyOf(response), type: response.headers.get('content-type') ?? '' }
}

/** @param {Response} response */
async function bodyOf(response) {
  const chunks = []
  let length = 0
  for await (const chunk of /** @type {any} */ (response.body ?? [])) {
    length += chunk.length
    if (length > LONGEST_RESPONSE) return new Uint8Array(0)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The readable part of an answer that refuses, for a message. @param {Response} response */
async function messageOf(response) {
  const text = Buffer.from(await bodyOf(response)).toString('utf8', 0, 400)
  const readable = text.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return readable === '' ? '' : `: ${readable.slice(0, 200)}`
}

module.exports = { Delivery, waitOf }
