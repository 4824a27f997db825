'use strict'

// The garbage collector of this thread, in Node (--expose-gc) and in Bun, and waiting for its effects.

const { setImmediate, setTimeout } = require('node:timers/promises')

/** @type {any} */
const runtime = globalThis

/** The polling interval. */
const PACE_MILLIS = 2
const PATIENCE_MILLIS = 60_000

/** Collects now; finalisers run in a later turn of the event loop. */
function collect() {
  if (runtime.Bun) runtime.Bun.gc(true)
  else if (runtime.gc) runtime.gc()
  else throw new Error('run Node with --expose-gc')
}

/** Collects until `reached()`. @param {() => boolean} reached @param {string} what the condition, for the error */
async function collectUntil(reached, what) {
  await until(() => {
    collect()
    return reached()
  }, what)
}

/** Waits until `reached()`. @param {() => boolean} reached @param {string} what the condition, for the error */
async function until(reached, what) {
  const deadline = performance.now() + PATIENCE_MILLIS
  while (!reached()) {
    if (performance.now() > deadline) throw new Error(`still waiting until ${what}`)
    await setTimeout(PACE_MILLIS)
  }
  await setImmediate()
}

module.exports = { collect, collectUntil, until }
