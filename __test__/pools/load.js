'use strict'

// Load that lasts as long as a test needs: tasks that hold their thread until they are released.

const assert = require('node:assert/strict')
const path = require('node:path')
const { setImmediate } = require('node:timers/promises')
const { createPoolMetrics } = require('../..')

/** The script of the threads: it takes a {@link Gate}'s memory and returns the thread's id. */
const holding = path.join(__dirname, 'workers', 'holding.js')

/** Holds tasks until it is opened. */
class Gate {
  memory = new Int32Array(new SharedArrayBuffer(8))

  /** The number of tasks that wait at it. */
  get waiting() {
    return Atomics.load(this.memory, 1)
  }

  open() {
    Atomics.store(this.memory, 0, 1)
    Atomics.notify(this.memory, 0)
  }
}

/** The counts of every pool. */
const COUNTED = ['size', 'active', 'idle', 'creating', 'total', 'utilization']

/** Reads a pool through the service. @param {any} pool */
function reader(pool) {
  const service = createPoolMetrics()
  service.setPool(pool)
  const workersIn = (state) => service.stats().workers.filter((worker) => worker.state === state)
  return {
    size: () => service.metrics().pool.size,
    /** The counts that every pool may report. */
    counts: () => {
      const { pool } = service.metrics()
      return Object.fromEntries(COUNTED.filter((name) => name in pool).map((name) => [name, pool[name]]))
    },
    /** @returns {Promise<string>} */
    exposition: async () => Buffer.from((await service.prometheus()).body).toString(),
    /** The additional numbers of this pool. */
    extra: () => Object.fromEntries(Object.entries(service.metrics().pool).filter(([name]) => !COUNTED.includes(name))),
    workers: () => service.stats().workers,
    /** Ids of the workers in a state. @param {string} state */
    in: (state) => workersIn(state).map(({ id }) => id),
  }
}

/** Polls until `reached()`. @param {() => boolean} reached @param {string} what the condition, for the error */
async function until(reached, what) {
  const deadline = performance.now() + 60_000
  while (!reached()) {
    if (performance.now() > deadline) assert.fail(`still waiting until ${what}`)
    await setImmediate()
  }
}

module.exports = { Gate, holding, reader, until }
