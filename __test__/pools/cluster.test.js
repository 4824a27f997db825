'use strict'

// A real cluster: its processes start, serve, crash and are disconnected.

const assert = require('node:assert/strict')
const cluster = require('node:cluster')
const { once } = require('node:events')
const path = require('node:path')
const { after, test } = require('node:test')
const { until } = require('../support/until')
const { reader } = require('./load')

cluster.setupPrimary({ exec: path.join(__dirname, 'workers', 'cluster.js'), silent: true })

const early = cluster.fork()
const earlyPort = once(early, 'listening')
/** @type {ReturnType<typeof reader>} */
let read

after(() => cluster.disconnect())

test('a process is creating, then ready, and has an uptime if it was forked after setPool', async () => {
  await earlyPort
  read = reader(cluster)
  const later = cluster.fork()
  const laterPort = once(later, 'listening')
  assert.equal(read.size(), 2)
  assert.deepEqual(
    read.workers().map(({ id, state, pid }) => [id, state, pid]),
    [
      [`worker-${early.id}`, 'ready', early.process.pid],
      [`worker-${later.id}`, 'creating', later.process.pid],
    ],
  )
  await laterPort
  assert.equal(read.in('ready').length, 2)
  const [first, second] = read.workers()
  assert.deepEqual(Object.keys(first), ['id', 'app', 'state', 'pid'])
  assert.equal(first.app, 'cluster.js')
  assert.ok(second.uptime > 0 && second.uptime < 60)
})

test('fields about busy workers are absent, in JSON and in the exposition', async () => {
  assert.deepEqual(read.counts(), { size: 2, creating: 0, total: 2 })
  const families = (await read.exposition()).match(/(?<=^# TYPE buntime_pool_)\w+/gm)
  assert.deepEqual(families, ['size', 'creating', 'total'])
})

test('a process is ready even under load, because a cluster does not know what its processes do', async () => {
  const [{ port }] = await earlyPort
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => (await fetch(`http://127.0.0.1:${port}/`)).text()),
  )
  const pids = read.workers().map(({ pid }) => String(pid))
  assert.ok(answers.every((pid) => pids.includes(pid)))
  assert.equal(read.in('ready').length, 2)
})

test('a process that crashed or was disconnected is no longer reported', async () => {
  const exit = once(early, 'exit')
  early.send('crash')
  await exit
  assert.deepEqual([read.size(), read.in('ready').length], [1, 1])
  const [last] = Object.values(cluster.workers)
  const gone = once(last, 'exit')
  last.disconnect()
  await gone
  await until(read.workers, ({ length }) => length === 0, 'it is gone')
})

test('the module is recognised however it was imported', async () => {
  assert.deepEqual(reader(await import('node:cluster')).workers(), [])
})
