'use strict'

// The garbage collector, in Node (--expose-gc) and in Bun.

const { setImmediate } = require('node:timers/promises')

/** Collects now; finalisers run in a later turn of the event loop. */
function collect() {
  if (globalThis.Bun) globalThis.Bun.gc(true)
  else globalThis.gc()
}

/**
 * Collects until `reached()`, which is called only after some turns of the event loop, because it may itself keep objects alive.
 * @param {() => boolean} reached
 * @param {string} what the condition, for the error
 */
async function collectUntil(reached, what) {
  const deadline = performance.now() + 20_000
  while (!reached()) {
    if (performance.now() > deadline) throw new Error(`still waiting until ${what}`)
    await collectFully()
  }
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
