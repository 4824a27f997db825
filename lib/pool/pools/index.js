'use strict'

// The adapters for pools, one file each. An adapter recognizes its pool by its shape, because the pool's package may be installed
// twice, in any version, or bundled. It returns the pool as a source.

const { notAPool } = require('../../errors/pool')
const { buntimeSource } = require('./buntime')
const { clusterSource } = require('./cluster')
const { piscinaSource } = require('./piscina')
const { plainSource } = require('./plain')
const { tinypoolSource } = require('./tinypool')
const { workerpoolSource } = require('./workerpool')

/** @typedef {import('../types').Source} Source */

/**
 * @type {((pool: any) => Source | undefined)[]} the first that matches; a plain source is any object with workers, so it is last
 */
const adapters = [buntimeSource, piscinaSource, tinypoolSource, workerpoolSource, clusterSource, plainSource]

/**
 * @param {unknown} pool
 * @returns {Source}
 * @throws TypeError `ERR_TALLYSTICK_POOL` if no adapter knows the pool
 */
function sourceOf(pool) {
  const source = adapted(pool)
  if (source === undefined) throw notAPool(pool)
  return source
}

/** @param {unknown} pool */
function adapted(pool) {
  if ((typeof pool !== 'object' && typeof pool !== 'function') || pool === null) return undefined
  for (const adapt of adapters) {
    try {
      const source = adapt(pool)
      if (source !== undefined) return source
    } catch {
      // a getter or a proxy threw: not this adapter's pool
    }
  }
  return undefined
}

module.exports = { sourceOf }
