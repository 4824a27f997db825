'use strict'

// Which pool it is that a service was given. Each kind has a file here that knows it by its shape and tells it as a source.

const { notAPool } = require('../../errors')
const { plainSource } = require('./plain')

/** @typedef {import('../types').Source} Source */

/** @type {((pool: any) => Source | undefined)[]} the first that knows a pool tells it */
const recognisers = [plainSource]

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
  try {
    for (const recognise of recognisers) {
      const source = recognise(pool)
      if (source !== undefined) return source
    }
  } catch {
    // a getter or a proxy that throws is no pool that we know
  }
  return undefined
}

module.exports = { sourceOf }
