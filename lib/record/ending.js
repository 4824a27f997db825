'use strict'

// What every function of a user's that is timed or counted has in common: when it has ended.

const { isPromise } = require('node:util/types')

/** @typedef {(result?: any, error?: unknown) => void} Ended */

/**
 * Calls `fn` and returns what it returns. `ended` is called once, with the result or the error: when `fn` has returned or thrown, and
 * where it returns a promise, when that has settled. Then the promise derived from it is returned, which settles the same way.
 * @template T
 * @param {() => T} fn
 * @param {Ended} ended
 * @returns {T}
 */
function untilEnded(fn, ended) {
  let result
  try {
    result = fn()
  } catch (error) {
    ended(undefined, error)
    throw error
  }
  // a promise of another realm is one too; any other thenable might run twice if it were awaited here
  if (isPromise(result)) return /** @type {T} */ (untilSettled(result, ended))
  ended(result)
  return result
}

/**
 * A subclass may have a `then` of its own. One that calls its functions twice has still ended once; one that throws, or derives
 * nothing, leaves the caller the promise as it is, and only the synchronous part is timed.
 * @param {Promise<any>} promise
 * @param {Ended} ended
 */
function untilSettled(promise, ended) {
  let hasEnded = false
  /** @type {Ended} */
  const end = (result, error) => {
    if (hasEnded) return
    hasEnded = true
    ended(result, error)
  }
  const derived = derivedFrom(promise, end)
  if (derived !== undefined) return derived
  end()
  return promise
}

/** @param {Promise<any>} promise @param {Ended} end */
function derivedFrom(promise, end) {
  try {
    const derived = promise.then(
      (value) => {
        end(value)
        return value
      },
      (error) => {
        end(undefined, error)
        throw error
      },
    )
    return typeof derived?.then === 'function' ? derived : undefined
  } catch {
    return undefined
  }
}

module.exports = { untilEnded }
