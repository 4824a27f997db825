'use strict'

// The longest time for which the event loop was blocked: a loop of setImmediate measures the time between two of its turns.
// perf_hooks.monitorEventLoopDelay misses a block that comes just after its reset().

const BLOCK_MILLIS = 100
/** V8 compiles the loop in threads of its own, also again after a garbage collection: they would compete with what is measured. */
const WARM_MILLIS = 100

class StallMeter {
  #running = false
  #longestMillis = 0
  #last = 0

  /** @returns {Promise<void>} fulfilled when the loop turns, and V8 has compiled it */
  async start() {
    this.#running = true
    this.#last = performance.now()
    setImmediate(() => this.#turn())
    await new Promise((resolve) => setTimeout(resolve, WARM_MILLIS))
    this.#longestMillis = 0
  }

  /** @returns {Promise<number>} the longest stall since the start, in milliseconds */
  async stop() {
    // the next turn sees what has blocked until now
    await new Promise((resolve) => setImmediate(resolve))
    this.#running = false
    this.#note()
    return this.#longestMillis
  }

  #turn() {
    this.#note()
    if (this.#running) setImmediate(() => this.#turn())
  }

  #note() {
    const now = performance.now()
    this.#longestMillis = Math.max(this.#longestMillis, now - this.#last)
    this.#last = now
  }
}

/**
 * The longest stall while an asynchronous action runs.
 * @template T
 * @param {() => T | Promise<T>} action
 * @returns {Promise<{ result: T, wholeMillis: number, stallMillis: number }>}
 */
async function stallOf(action) {
  const meter = new StallMeter()
  await meter.start()
  const began = performance.now()
  const result = await action()
  const wholeMillis = performance.now() - began
  return { result, wholeMillis, stallMillis: await meter.stop() }
}

/** @param {number} milliseconds */
function block(milliseconds) {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

/** Proves that the meter sees a deliberate block. @throws Error when it does not */
async function checkMeter() {
  const { stallMillis } = await stallOf(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    block(BLOCK_MILLIS)
    await new Promise((resolve) => setImmediate(resolve))
  })
  if (stallMillis >= BLOCK_MILLIS && stallMillis < 3 * BLOCK_MILLIS) return
  throw new Error(`the stall meter read ${stallMillis.toFixed(1)} ms for a block of ${BLOCK_MILLIS} ms`)
}

module.exports = { BLOCK_MILLIS, StallMeter, block, checkMeter, stallOf }
