'use strict'

// Which pool it is that a service was given. Each kind has a file here that knows it by its shape, because its package may be there
// twice, in any version, or bundled, and tells it as a source.

const { notAPool } = require('../../errors/pool')
const { buntimeSource } = require('./buntime')
const { clusterSource } = require('./cluster')
const { piscinaSource } = require('./piscina')
const { plainSource } = require('./plain')
const { tinypoolSource } = require('./tinypool')
const { workerpoolSource } = require('./workerpool')

/** @typedef {import('../types').Source} Source */

/** @type {((pool: any) => Source | undefined)[]} the first that knows a pool tells it; a plain source is whatever has workers */
const recognisers = [buntimeSource, piscinaSource, tinypoolSource, workerpoolSource, clusterSource, plainSource]

/**
 * @param {unknown} pool
 * @returns {Source}
 * @throws TypeError `ERR_TALLYSTICK_POOL` for what no file here knows
 */
function sourceOf(pool) {
  const source = recognised(pool)
  if (source === undefined) throw notAPool(pool)
  return source
}

/** @param {unknown} pool */
function recognised(pool) {
  if ((typeof pool !== 'object' && typeof pool !== 'function') || pool === null) return undefined
  for (const recognise of recognisers) {
    try {
      const source = recognise(pool)
      if (source !== undefined) return source
    } catch {
      // a getter or a proxy that throws is none of this kind
    }
  }
  return undefined
}

module.exports = { sourceOf }
