'use strict'

// workerpool's pools under load, of threads and of processes.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { test } = require('node:test')
const { until } = require('../support/until')
const { Gate, reader } = require('./load')
const { packageOf } = require('./packages')

const script = path.join(__dirname, 'workers', 'workerpool.js')

test('threads are reported with their states and requests', async () => {
  const pool = packageOf('workerpool').pool(script, { workerType: 'thread', minWorkers: 1, maxWorkers: 3 })
  const read = reader(pool)
  assert.deepEqual([read.size(), read.in('creating').length], [3, 1])
  const gate = new Gate()
  const tasks = Array.from({ length: 5 }, () => pool.exec('hold', [gate.memory]))
  await gate.until(3, 'all threads are busy')
  assert.equal(read.in('active').length, 3)
  assert.deepEqual(read.extra(), { queued: 2 })
  const listed = read.workers()
  assert.deepEqual(
    listed.map(({ requests }) => requests),
    [0, 0, 0],
  )
  gate.open()
  const ran = await Promise.all(tasks)
  await assert.rejects(async () => pool.exec('fail', []), { message: 'rejected on request' })
  assert.deepEqual(listed.map(({ id }) => id).sort(), [...new Set(ran)].map((id) => `thread-${id}`).sort())
  assert.equal(read.in('idle').length, 3)
  assert.equal(
    read.workers().reduce((sum, { requests }) => sum + requests, 0),
    6,
  )
  for (const worker of read.workers()) {
    assert.deepEqual(Object.keys(worker).sort(), ['app', 'id', 'requests', 'state', 'uptime'])
    assert.equal(worker.app, 'workerpool.js')
  }
  await pool.terminate()
  assert.deepEqual(read.workers(), [])
})

test('a thread that was stopped is no longer reported', async () => {
  const pool = packageOf('workerpool').pool(script, { workerType: 'thread', maxWorkers: 1, workerTerminateTimeout: 1 })
  const read = reader(pool)
  const gate = new Gate()
  const task = pool.exec('hold', [gate.memory])
  await gate.until(1, 'it runs')
  const [stuck] = read.in('active')
  task.cancel()
  await assert.rejects(async () => task)
  await until(read.workers, (workers) => !workers.some(({ id }) => id === stuck), 'it is gone')
  await pool.terminate(true)
})

test('processes are reported with their own ids', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-'))
  const file = path.join(folder, 'go')
  const pool = packageOf('workerpool').pool(script, { workerType: 'process', maxWorkers: 2 })
  const read = reader(pool)
  const tasks = [pool.exec('wait', [file]), pool.exec('wait', [file])]
  await read.until('active', 2, 'both processes are busy')
  const listed = read.workers()
  fs.writeFileSync(file, '')
  const pids = await Promise.all(tasks)
  fs.rmSync(folder, { recursive: true })
  assert.deepEqual(listed.map(({ id }) => id).sort(), pids.map((pid) => `process-${pid}`).sort())
  assert.ok(listed.every((worker) => !('uptime' in worker)))
  assert.deepEqual(
    read.workers().map(({ state, requests }) => [state, requests]),
    [
      ['idle', 1],
      ['idle', 1],
    ],
  )
  await pool.terminate()
})
