'use strict'

// Piscina's pools under load, of the demo's version and of the last one without the event `workerCreate`.

const assert = require('node:assert/strict')
const { afterEach, describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { until } = require('../support/until')
const { Gate, holding, reader } = require('./load')
const { packageOf } = require('./packages')

/** @type {any[]} */
const pools = []
/** @type {Gate[]} */
const gates = []

afterEach(async () => {
  for (const gate of gates.splice(0)) gate.open()
  for (const pool of pools.splice(0)) await pool.destroy()
})

/** @param {string} version a package's name @param {object} options */
function opened(version, options) {
  const pool = new (packageOf(version).Piscina)({ filename: holding, ...options })
  pools.push(pool)
  return pool
}

/** Tasks that hold their threads, and their gate. @param {any} pool @param {number} count */
function held(pool, count) {
  const gate = new Gate()
  gates.push(gate)
  return { gate, tasks: Array.from({ length: count }, () => pool.run(gate.memory)) }
}

const names = (threadIds) => threadIds.map((id) => `thread-${id}`).sort()

describe('a pool that is set before its threads start', () => {
  test('reports exactly which threads are busy, what they run and for how long', async () => {
    const pool = opened('piscina', { minThreads: 4, maxThreads: 4 })
    const read = reader(pool)
    const { gate, tasks } = held(pool, 2)
    await gate.until(2, 'two tasks run')
    assert.equal(read.size(), 4)
    const busy = read.in('active')
    assert.equal(busy.length, 2)
    assert.equal(read.in('idle').length, 2)
    await until(read.workers, (workers) => workers.every(({ uptime }) => uptime > 0), 'all threads run')
    for (const worker of read.workers()) {
      assert.deepEqual(Object.keys(worker).sort(), ['app', 'id', 'state', 'uptime'])
      assert.equal(worker.app, 'holding.js')
      assert.ok(worker.uptime < 120)
    }
    gate.open()
    assert.deepEqual(names(await Promise.all(tasks)), busy.sort())
    assert.deepEqual([read.in('active').length, read.in('idle').length], [0, 4])
    assert.deepEqual(read.extra(), { queued: 0, completedTotal: 2 })
  })

  test('reports the threads that start, and the tasks that wait', async () => {
    const pool = opened('piscina', { minThreads: 1, maxThreads: 3, idleTimeout: 60_000 })
    const read = reader(pool)
    await setImmediate()
    const { gate, tasks } = held(pool, 5)
    assert.deepEqual([read.in('active').length, read.in('creating').length], [1, 2])
    // a task can be with its thread before the thread has said that it is ready
    await read.until('active', 3, 'all threads are busy')
    assert.deepEqual([read.in('active').length, read.in('creating').length, read.workers().length], [3, 0, 3])
    assert.deepEqual(read.extra(), { queued: 2, completedTotal: 0 })
    gate.open()
    await Promise.all(tasks)
    assert.equal(read.in('idle').length, 3)
  })

  test('no longer reports a thread that ended with its task, and reports its replacement', async () => {
    const pool = opened('piscina', { minThreads: 2, maxThreads: 2 })
    const read = reader(pool)
    await setImmediate()
    const before = read.workers().map(({ id }) => id)
    const { gate } = held(pool, 0)
    const controller = new AbortController()
    const task = pool.run(gate.memory, { signal: controller.signal })
    await gate.until(1, 'it runs')
    const [ended] = read.in('active')
    controller.abort()
    await assert.rejects(task)
    await read.until('idle', 2, 'another thread took its place')
    const after = read.workers().map(({ id }) => id)
    assert.ok(before.includes(ended) && !after.includes(ended), `${before} and then ${after}`)
  })

  test('has no workers after it is destroyed', async () => {
    const pool = opened('piscina', { minThreads: 2, maxThreads: 2 })
    const read = reader(pool)
    await setImmediate()
    assert.equal(read.workers().length, 2)
    await pool.destroy()
    assert.deepEqual(read.workers(), [])
  })

  test('has one listener, however often it is set', async () => {
    const pool = opened('piscina', { minThreads: 1, maxThreads: 1 })
    for (let at = 0; at < 20; at++) reader(pool)
    assert.equal(pool.listenerCount('workerCreate'), 1)
    assert.equal(pool.listenerCount('workerDestroy'), 1)
  })
})

describe('a pool that is set after its threads have started', () => {
  test('reports how many threads are busy, and which of the later ones', async () => {
    const pool = opened('piscina', { minThreads: 2, maxThreads: 4, idleTimeout: 60_000 })
    await setImmediate()
    const first = held(pool, 1)
    await first.gate.until(1, 'it runs')
    const read = reader(pool)
    assert.deepEqual([read.in('active').length, read.in('idle').length], [1, 1])
    const before = read.workers().map(({ id }) => id)
    const second = held(pool, 3)
    await read.until('active', 4, 'they run')
    first.gate.open()
    const [freed] = await Promise.all(first.tasks)
    assert.deepEqual([read.in('active').length, read.in('idle').length], [3, 1])
    assert.ok(before.includes(`thread-${freed}`))
    second.gate.open()
    await Promise.all(second.tasks)
    assert.equal(read.in('idle').length, 4)
  })
})

describe('a pool of version 4, which does not report which threads are busy', () => {
  test('is recognised next to the other version, and its threads are ready, or busy while tasks wait', async () => {
    const pool = opened('piscina-4', { minThreads: 2, maxThreads: 2 })
    const read = reader(pool)
    assert.deepEqual([read.size(), read.in('ready').length], [2, 2])
    const { gate, tasks } = held(pool, 3)
    await gate.until(2, 'both threads are busy')
    assert.equal(read.in('active').length, 2)
    assert.deepEqual(read.extra(), { queued: 1, completedTotal: 0 })
    gate.open()
    await Promise.all(tasks)
    assert.equal(read.in('ready').length, 2)
    assert.deepEqual(read.extra(), { queued: 0, completedTotal: 3 })
  })
})
