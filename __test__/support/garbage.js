'use strict'

// The garbage collector of this thread, in Node (--expose-gc) and in Bun, and waiting for its effects.

const { setImmediate } = require('node:timers/promises')
const { until } = require('./until')

/** @type {any} */
const runtime = globalThis

/** Collects now; finalisers run in a later turn of the event loop. */
function collect() {
  if (runtime.Bun) runtime.Bun.gc(true)
  else if (runtime.gc) runtime.gc()
  else throw new Error('run Node with --expose-gc')
}

/**
 * Collects until `isReached()`, which is called only after some turns of the event loop, because it may itself keep objects alive.
 * @param {() => boolean} isReached
 * @param {string} what the condition, for the error
 */
function collectUntil(isReached, what) {
  return until(isReached, Boolean, what, collectFully)
}

/** Collects, and runs finalisers. */
async function collectFully() {
  for (let turn = 0; turn < 5; turn++) {
    await setImmediate()
    collect()
  }
  await setImmediate()
}

module.exports = { collect, collectFully, collectUntil }
