'use strict'

// Runs the option `authorize` on a request: nothing if it may pass, else the answer to send instead.

const { answerOf, isResponse } = require('../http/web')
const { forbidden, internal } = require('./responses')

/**
 * @param {import('./types').Service} service
 * @param {import('../http/types').HttpRequest} request
 * @returns {Promise<import('../http/types').Answer | undefined>}
 */
async function refusalOf(service, request) {
  const { authorize } = service.config
  if (!authorize) return undefined
  try {
    const verdict = await authorize(request.toRequest(), request.incoming)
    if (isResponse(verdict)) return await answerOf(verdict)
    return verdict === true ? undefined : forbidden()
  } catch (error) {
    service.warnings.failure('authorize', error)
    return internal()
  }
}

module.exports = { refusalOf }
