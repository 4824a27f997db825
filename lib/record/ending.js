'use strict'

// What every function of a user's that is timed or counted has in common: when it has ended.

const { isPromise } = require('node:util/types')

/**
 * Calls `fn` and returns what it returns. `ended` is called when it has returned or thrown, and where it returns a promise, when that
 * has settled: then the promise derived from it is returned, which settles the same way.
 * @template T
 * @param {() => T} fn
 * @param {() => void} ended
 * @returns {T}
 */
function untilEnded(fn, ended) {
  let result
  try {
    result = fn()
  } catch (error) {
    ended()
    throw error
  }
  // a promise of another realm is one too; any other thenable might run twice if it were awaited here
  if (isPromise(result)) return /** @type {T} */ (untilSettled(result, ended))
  ended()
  return result
}

/** @param {Promise<any>} promise @param {() => void} ended */
function untilSettled(promise, ended) {
  return promise.then(
    (value) => {
      ended()
      return value
    },
    (error) => {
      ended()
      throw error
    },
  )
}

module.exports = { untilEnded }
