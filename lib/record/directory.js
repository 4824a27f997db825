'use strict'

// Directories lead from a distribution's head to the counts of its powers of two. `src/cells/directory.rs` writes them.

const { DIRECTORY, ENTRIES_PER_CELL } = require('./layout')

/**
 * A directory's entry: above 0 the offset of a page, below 0 the number of one in another chunk with `FAR`, 0 if there is none.
 * @param {Int16Array} entries the head's chunk
 * @param {number} head its offset
 * @param {number} entry
 */
function pageOf(entries, head, entry) {
  return entries[ENTRIES_PER_CELL * (head + DIRECTORY) + entry]
}

module.exports = { pageOf }
