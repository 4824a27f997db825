'use strict'

// What all threads have recorded in the series of a handle.

const binding = require('../native')
const { stringsOf } = require('./node')
const { nodeOf } = require('./series')

/** @typedef {import('./types').Leaf} Leaf */

/** A series' value over all threads. @param {Leaf} handle @param {number} cell 0 if it has none in this thread @returns {any} */
function readValue(handle, cell) {
  const { tree } = nodeOf(handle)
  const { family, shard } = tree
  if (cell !== 0) return shard.value(cell)
  // another family may have the name
  shard.releaseRemoved()
  if (family.isUnregistered) return undefined
  return family.valueOf(flatLabels(tree, handle))
}

/** What HdrHistogram takes over. @param {Leaf} handle @param {number} cell @param {number} scale */
function readHdrPages(handle, cell, scale) {
  const { tree } = nodeOf(handle)
  const { family, shard } = tree
  shard.releaseRemoved()
  if (family.isUnregistered) return noPages(family.precisionOf(tree.names.length > 0))
  const pages =
    cell === 0
      ? binding.hdrPages(shard.reference, family.kindNumber, family.name, flatLabels(tree, handle), scale)
      : binding.hdrPagesAt(shard.reference, cell, scale)
  return pages ?? noPages(family.precisionOf(tree.names.length > 0))
}

/** Names and values in turn. @param {import('./types').Tree} tree @param {Leaf} handle */
function flatLabels({ names }, handle) {
  const strings = stringsOf(handle, names)
  return names.flatMap((name, at) => [name, strings[at]])
}

/** Of no value. @param {number} digits */
function noPages(digits) {
  return { digits, count: 0, zeros: 0, min: 0, max: 0, places: new Uint32Array(0), counts: new Float64Array(0) }
}

module.exports = { readHdrPages, readValue }
