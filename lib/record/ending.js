'use strict'

// Finds out when a user's function has ended: at its return, or when its promise settles.

const { isPromise } = require('node:util/types')

/** @typedef {(result?: any, error?: unknown) => void} Ended */

/**
 * Calls `fn` and returns what it returns. `ended` is called once, with the result or the error: when `fn` has returned or
 * thrown, or, if it returned a promise, when that has settled. In that case the derived promise is returned, which settles the same
 * way.
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
  // of any realm; other thenables are not awaited, because some run again each time
  if (isPromise(result)) return /** @type {T} */ (untilSettled(result, ended))
  ended(result)
  return result
}

/**
 * A subclass may override `then`. If it calls its functions twice, the first call counts. If it throws or returns nothing, the
 * caller gets the original promise, and only the synchronous part is timed.
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
