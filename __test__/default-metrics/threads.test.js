'use strict'

// Default metrics of threads: those that spin, join, end, and wait.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const { afterEach, describe, test } = require('node:test')
const { endAll, measured, thread } = require('../support/default-metrics')
const { collectFully } = require('../support/garbage')
const { until } = require('../support/until')

afterEach(endAll)

describe('a worker', () => {
  const lagOf = (worker) => `nodejs_eventloop_lag_seconds{thread="${worker.threadId}"}`

  test('that spins for ever is seen with a lag that grows, and the main thread without', async () => {
    const { read } = measured({ eventLoopMonitoringPrecision: 1000 })
    const worker = await thread()
    worker.postMessage('spin')
    await once(worker, 'message')
    const lag = lagOf(worker)
    const first = (await until(read, (samples) => samples[lag] > 0.1, 'it lags'))[lag]
    const samples = await until(read, (now) => now[lag] > first + 0.1, 'it lags more')
    assert.ok(samples.nodejs_eventloop_lag_seconds < samples[lag])
    assert.ok(samples[`nodejs_eventloop_lag_max_seconds{thread="${worker.threadId}"}`] >= samples[lag])
    assert.ok(samples[`nodejs_heap_size_used_bytes{thread="${worker.threadId}"}`] > 0)
  })

  test('that runs already joins when metrics are collected', async () => {
    const worker = await thread()
    const { read } = measured()
    await until(read, (samples) => lagOf(worker) in samples, 'it has joined')
  })

  test('that has ended leaves no series', async () => {
    const { own, read } = measured()
    const worker = await thread()
    const label = `thread="${worker.threadId}"`
    const delays = `nodejs_eventloop_delay_seconds_count{${label}}`
    await until(read, (samples) => samples[delays] > 0, 'it has joined')
    await worker.terminate()
    const left = (samples) => Object.keys(samples).filter((name) => name.includes(label))
    await collectFully()
    assert.deepEqual(left(await until(read, (samples) => left(samples).length === 0, 'they are gone')), [])
    assert.ok(own.value('nodejs_eventloop_delay').count > 0, 'the main thread goes on')
  })

  test('is not measured without threads', async () => {
    const { read } = measured({ threads: false })
    const worker = await thread()
    worker.postMessage('more')
    await once(worker, 'message')
    assert.deepEqual(
      Object.keys(await read()).filter((name) => name.includes('thread=')),
      [],
    )
  })
})

test('a thread that spins takes CPU time, and one that waits takes none', async () => {
  const { read } = measured({ eventLoopMonitoringPrecision: 1000 })
  const [spinning, waiting] = [await thread(), await thread()]
  const cpuOf = (worker) => `nodejs_thread_cpu_seconds_total{thread="${worker.threadId}"}`
  await until(read, (samples) => cpuOf(spinning) in samples && cpuOf(waiting) in samples, 'they have joined')
  for (const [worker, message] of [
    [waiting, 'wait'],
    [spinning, 'spin'],
  ]) {
    worker.postMessage(message)
    await once(worker, 'message')
  }
  // what a thread still does between its message and the wait
  const first = await until(
    read,
    (samples) => samples[`nodejs_eventloop_lag_seconds{thread="${waiting.threadId}"}`] > 0.05,
    'it waits',
  )
  const taken = (samples, worker) => samples[cpuOf(worker)] - first[cpuOf(worker)]
  const samples = await until(read, (now) => taken(now, spinning) > 0.2, 'it spins')
  assert.ok(taken(samples, waiting) < 0.02, `${taken(samples, waiting)} s`)
  assert.ok(samples.nodejs_thread_cpu_seconds_total > 0, 'of the main thread')
})
