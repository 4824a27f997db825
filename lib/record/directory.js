'use strict'

// Directories lead from a distribution's head to the counts of its powers of two. `src/cells/directory.rs` writes them.

const { DIRECTORY } = require('./layout')

/**
 * A directory's entry, a quarter of a cell, with its sign: above 0 the offset of a page, below 0 one in another chunk.
 * @param {Int32Array} words the head's chunk
 * @param {number} head its offset
 * @param {number} entry
 */
function pageOf(words, head, entry) {
  return (words[(((head + DIRECTORY) << 1) + (entry >>> 1)) | 0] << ((~entry & 1) << 4)) >> 16
}

module.exports = { pageOf }
