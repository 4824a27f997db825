'use strict'

// The garbage collector, in Node (--expose-gc) and in Bun.

const { setImmediate } = require('node:timers/promises')

/** Collects now; finalisers run in a later turn of the event loop. */
function collect() {
  if (globalThis.Bun) globalThis.Bun.gc(true)
  else globalThis.gc()
}

/**
 * Collects until `reached()`. It is asked only after some turns of the event loop, because asking may itself hold what is to go.
 * @param {() => boolean} reached
 * @param {string} what is waited for
 */
async function collectUntil(reached, what) {
  const deadline = performance.now() + 20_000
  while (!reached()) {
    if (performance.now() > deadline) throw new Error(`still waiting until ${what}`)
    await collectFully()
  }
}

/** Collects, and lets finalisers run. */
async function collectFully() {
  for (let turn = 0; turn < 5; turn++) {
    await setImmediate()
    collect()
  }
  await setImmediate()
}

module.exports = { collect, collectFully, collectUntil }
