'use strict'

// A pool that the user describes: `{ size, workers, extra }`, each a value or a function.

/** @typedef {import('../types').Source} Source */

/**
 * @param {any} pool
 * @returns {Source | undefined}
 */
function plainSource(pool) {
  const { workers } = pool
  const isPlain = typeof workers === 'function' || isIterable(workers)
  if (!isPlain) return undefined
  return {
    size: () => fieldOf(pool, 'size'),
    workers: () => fieldOf(pool, 'workers'),
    extra: () => fieldOf(pool, 'extra'),
  }
}

/** @param {any} value */
function isIterable(value) {
  return typeof value === 'object' && value !== null && typeof value[Symbol.iterator] === 'function'
}

/** @param {any} pool @param {string} name */
function fieldOf(pool, name) {
  const value = pool[name]
  return typeof value === 'function' ? value.call(pool) : value
}

module.exports = { plainSource }
