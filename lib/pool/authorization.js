'use strict'

// What `authorize` says of a request: nothing where it may pass, else what is answered instead.

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
