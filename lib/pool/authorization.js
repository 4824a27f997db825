'use strict'

// Runs the option `authorize` on a request: nothing if it may pass, else the response to send instead.

const { readUserResponse, isResponse } = require('../http/web')
const { forbidden, internal } = require('./responses')

/**
 * @param {import('./types').Service} service
 * @param {import('../http/types').HttpRequest} request
 * @returns {Promise<import('../http/types').HttpResponse | undefined>}
 */
async function authorizeRequest(service, request) {
  const { authorize } = service.config
  if (!authorize) return undefined
  try {
    const verdict = await authorize(request.toRequest(), request.incoming)
    if (isResponse(verdict)) return await readUserResponse(verdict)
    return verdict === true ? undefined : forbidden()
  } catch (error) {
    service.warnings.failure('authorize', error)
    return internal()
  }
}

module.exports = { authorizeRequest }
