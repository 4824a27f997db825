'use strict'

// Tinypool's pools under load, of threads and of processes.

const assert = require('node:assert/strict')
const path = require('node:path')
const { test } = require('node:test')
const { Gate, holding, reader } = require('./load')
const { moduleOf } = require('./packages')

async function opened(options) {
  const { Tinypool } = await moduleOf('tinypool')
  return new Tinypool(options)
}

test('threads are ready, and busy while tasks wait', async () => {
  const pool = await opened({ filename: holding, minThreads: 2, maxThreads: 2 })
  const read = reader(pool)
  assert.deepEqual([read.size(), read.in('ready').length], [2, 2])
  const gate = new Gate()
  const tasks = Array.from({ length: 5 }, () => pool.run(gate.memory))
  await gate.until(2, 'both threads are busy')
  assert.equal(read.in('active').length, 2)
  assert.deepEqual(read.extra(), { queued: 3, completedTotal: 0 })
  const listed = read.workers()
  gate.open()
  const ran = new Set(await Promise.all(tasks))
  assert.deepEqual(listed.map(({ id }) => id).sort(), [...ran].map((id) => `thread-${id}`).sort())
  for (const worker of listed) {
    assert.deepEqual(Object.keys(worker).sort(), ['app', 'id', 'state', 'uptime'])
    assert.equal(worker.app, 'holding.js')
    assert.ok(worker.uptime > 0)
  }
  assert.equal(read.in('ready').length, 2)
  assert.deepEqual(read.extra(), { queued: 0, completedTotal: 5 })
  await pool.destroy()
  assert.deepEqual(read.workers(), [])
})

test('processes are reported with their own ids', async () => {
  const filename = path.join(__dirname, 'workers', 'process-id.js')
  const pool = await opened({ runtime: 'child_process', filename, minThreads: 1, maxThreads: 1 })
  const read = reader(pool)
  const pid = await pool.run(null)
  assert.notEqual(pid, process.pid)
  assert.deepEqual(read.workers(), [{ id: `process-${pid}`, app: 'process-id.js', state: 'ready' }])
  await pool.destroy()
})
