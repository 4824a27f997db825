'use strict'

const { workerThreads } = require('./copies')

/**
 * What the series of this thread have as the label `thread`. Those of the main thread have none: they are the same series, whether
 * there are workers or not.
 * @param {boolean} threads whether there may be series of other threads
 */
function threadLabel(threads) {
  const { isMainThread, threadId } = workerThreads()
  return isMainThread || !threads ? undefined : String(threadId)
}

module.exports = { threadLabel }
