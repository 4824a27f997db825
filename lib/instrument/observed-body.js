'use strict'

// A response's body whose end is observed: its reader takes each chunk when it asks for one, and what it cancels is cancelled.

/** @param {ReadableStream} body @param {() => void} ended */
function observedBody(body, ended) {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        ended()
        controller.close()
      } catch (error) {
        ended()
        controller.error(error)
      }
    },
    async cancel(reason) {
      ended()
      await reader.cancel(reason)
    },
  })
}

module.exports = { observedBody }
