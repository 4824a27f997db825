'use strict'

// Load that lasts as long as a test needs: tasks that hold their thread until they are released.

const path = require('node:path')
const { createPoolMetrics } = require('../..')
const { until } = require('../support/until')

/** The script of the threads: it takes a {@link Gate}'s memory and returns the thread's id. */
const holding = path.join(__dirname, 'workers', 'holding.js')

/** Holds tasks until it is opened. */
class Gate {
  memory = new Int32Array(new SharedArrayBuffer(8))

  /** The number of tasks that wait at it. */
  get waiting() {
    return Atomics.load(this.memory, 1)
  }

  /** Waits until this number of tasks waits at it. @param {number} count @param {string} what the condition, for the error */
  async until(count, what) {
    const waiting = () => this.waiting
    await until(waiting, (seen) => seen === count, what)
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
  /** Ids of the workers in a state. @param {string} state */
  const idsIn = (state) => workersIn(state).map(({ id }) => id)
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
    in: idsIn,
    /** Waits until this many workers are in a state. @param {string} state @param {number} count @param {string} what for errors */
    async until(state, count, what) {
      const ids = () => idsIn(state)
      await until(ids, ({ length }) => length === count, what)
    },
  }
}

module.exports = { Gate, holding, reader }
