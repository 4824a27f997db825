'use strict'

// How much memory something leaves behind.

const assert = require('node:assert/strict')
const { collectFully } = require('./garbage')

const MOST_RUNS = 8

/** The process without V8's heap, which grows and shrinks as V8 sees fit. */
async function bytes() {
  await collectFully()
  const { rss, heapTotal } = process.memoryUsage()
  return globalThis.Bun ? rss : rss - heapTotal
}

/**
 * Runs something repeatedly, until two runs in succession leave at most `limit` bytes behind. A leak grows in all of them; what the
 * allocator keeps for later, and what V8 has not given back yet, in some.
 * @param {() => unknown} run
 * @param {number} limit
 */
async function assertFlat(run, limit) {
  const sizes = [await bytes()]
  while (sizes.length <= MOST_RUNS) {
    await run()
    sizes.push(await bytes())
    const [earlier, , size] = sizes.slice(-3)
    if (size - earlier <= limit) return
  }
  assert.fail(`two runs always left more than ${limit} bytes behind: ${sizes}`)
}

module.exports = { assertFlat }
