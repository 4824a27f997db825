'use strict'

// Which pool it is, by its shape: the package that it comes from may be there twice, in any version, or bundled.

const { unknownPool } = require('../../errors')
const { buntimeSource, isBuntime } = require('./buntime')
const { clusterSource, isCluster } = require('./cluster')
const { isPiscina, piscinaSource } = require('./piscina')
const { isTinypool, tinypoolSource } = require('./tinypool')
const { isWorkerpool, workerpoolSource } = require('./workerpool')

/** @typedef {import('./types').Source} Source */

/** @type {[is: (pool: any) => boolean, sourceOf: (pool: any) => Source][]} the first that it is */
const kinds = [
  [isBuntime, buntimeSource],
  [isPiscina, piscinaSource],
  [isTinypool, tinypoolSource],
  [isWorkerpool, workerpoolSource],
  [isCluster, clusterSource],
]

/** @param {unknown} pool @returns {Source} */
function sourceOf(pool) {
  const kind = isObject(pool) ? kinds.find(([is]) => passes(is, pool)) : undefined
  if (kind === undefined) throw unknownPool(pool)
  return kind[1](pool)
}

/** A getter of the pool's may throw. @param {(pool: any) => boolean} is @param {unknown} pool */
function passes(is, pool) {
  try {
    return is(pool)
  } catch {
    return false
  }
}

/** @param {unknown} value */
function isObject(value) {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
}

module.exports = { sourceOf }
