'use strict'

// What `authorize` says of a request: nothing where it may pass, else what is answered instead.

const { forbidden, internal } = require('./answers')

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('./types').Answer} Answer */
/** @typedef {import('./types').Service} Service */

/** Headers that say how a body is sent, which is up to the server. */
const FRAMING = ['connection', 'content-length', 'keep-alive', 'transfer-encoding']

/** The bodies of responses, which may be answered more than once. @type {WeakMap<Response, Promise<Uint8Array | null>>} */
const bodies = new WeakMap()

/**
 * @param {Service} service
 * @param {() => Request} request made only for `authorize`
 * @param {IncomingMessage | undefined} incoming
 * @returns {Promise<Answer | Response | undefined>}
 */
async function refusalOf(service, request, incoming) {
  const { authorize } = service.config
  if (!authorize) return undefined
  try {
    const verdict = await authorize(request(), incoming)
    if (isResponse(verdict)) return await copyOf(verdict)
    return verdict === true ? undefined : forbidden()
  } catch (error) {
    service.warnings.failure('authorize', error)
    return internal()
  }
}

/** Of whatever realm. @param {any} value @returns {value is Response} */
function isResponse(value) {
  return typeof value === 'object' && value !== null && typeof value.arrayBuffer === 'function' && 'status' in value
}

/** The same response with a body of its own: a body is read once, and `authorize` may return one response for ever. @param {Response} response */
async function copyOf(response) {
  const known = bodies.get(response) ?? bodyOf(response)
  bodies.set(response, known)
  const { status, statusText } = response
  const headers = new Headers(response.headers)
  for (const name of FRAMING) headers.delete(name)
  return new Response(/** @type {any} */ (await known), { status, statusText, headers })
}

/** @param {Response} response */
async function bodyOf(response) {
  return response.body === null ? null : new Uint8Array(await response.clone().arrayBuffer())
}

module.exports = { isResponse, refusalOf }
