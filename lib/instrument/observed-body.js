'use strict'

// A response body that reports its end. Backpressure and cancellation pass through.

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
