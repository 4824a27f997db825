'use strict'

// The resident memory of a process after garbage collection.

const COLLECTIONS = 6

/** Resident bytes. Needs --expose-gc. @returns {Promise<number>} */
async function residentBytes() {
  for (let collection = 0; collection < COLLECTIONS; collection++) {
    collectGarbage()
    // so that finalisers run and pages return to the system
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return process.memoryUsage.rss()
}

function collectGarbage() {
  if (typeof Bun !== 'undefined') Bun.gc(true)
  else if (globalThis.gc) globalThis.gc()
  else throw new Error('this case needs --expose-gc')
}

module.exports = { collectGarbage, residentBytes }
