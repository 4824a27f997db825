'use strict'

// Runs of default metrics: collectors and options, what stops them, and that nothing is left of them.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { afterEach, describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Collector, collectDefaultMetrics, createMetrics, metrics } = require('../..')
const { endAll, measured, start, started, thread, threads } = require('../support/default-metrics')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { collectFully } = require('../support/garbage')
const { assertFlat } = require('../support/memory')
const { fresh, isConflict, thrownBy } = require('../support/metrics')
const { until } = require('../support/until')

afterEach(endAll)

describe('a collector', () => {
  test('that is cleared has default metrics again at the next reading', async () => {
    const { own, read } = measured()
    const { process_cpu_seconds_total: seconds } = await read()
    own.collector.clear()
    const samples = await read()
    assert.ok(samples.process_cpu_seconds_total >= seconds)
    assert.ok(samples.process_open_fds > 0)
    await until(read, (now) => now.nodejs_heap_size_used_bytes > 0, 'the heap is there again')
  })

  test('is the default one unless another is given', async () => {
    const stop = start()
    assert.ok(metrics.snapshot().gauges.process_open_fds > 0)
    stop()
    assert.equal(metrics.snapshot().gauges.process_open_fds, undefined)
  })

  test('has default metrics under several prefixes', async () => {
    const { own, read } = measured()
    const stop = start({ collector: own.collector, prefix: 'b_' })
    assert.ok((await read()).b_process_open_fds > 0)
    stop()
    const samples = await read()
    assert.ok(samples.process_open_fds > 0 && !('b_process_open_fds' in samples))
  })
})

describe('a wrong option is an error that names it', () => {
  for (const [options, name, code] of [
    [null, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    [{ register: 1 }, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    [{ collector: {} }, 'TypeError', 'ERR_TALLYSTICK_COLLECTOR'],
    [{ prefix: 7 }, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    [{ labels: [] }, 'TypeError', 'ERR_TALLYSTICK_LABELS'],
    [{ eventLoopMonitoringPrecision: '10' }, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    [{ eventLoopMonitoringPrecision: 0 }, 'RangeError', 'ERR_TALLYSTICK_OPTIONS'],
    [{ gcDurationBuckets: 1 }, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    [{ gcDurationBuckets: [2, 1] }, 'RangeError', 'ERR_TALLYSTICK_OPTIONS'],
    [{ threads: 1 }, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
  ]) {
    test(JSON.stringify(options), () => {
      const error = thrownBy(() => collectDefaultMetrics(options))
      assert.deepEqual([error.name, error.code], [name, code])
      const [option] = Object.keys(options ?? {})
      if (option !== undefined) assert.match(error.message, new RegExp(option, 'i'))
    })
  }

  test('other options than those of a run of the same collector and prefix', () => {
    const { own, stop } = measured()
    assert.throws(() => collectDefaultMetrics({ collector: own.collector, labels: { a: 1 } }), isConflict)
    stop()
    createMetrics(own.collector).inc('fine')
    start({ collector: own.collector, labels: { a: 1 } })
    assert.equal(Collector.attach(own.collector.id), own.collector)
  })
})

describe('stop()', () => {
  test('removes all series, also those of a worker that spins for ever', async () => {
    const { own, stop, read } = measured()
    own.inc('mine')
    const [one, other] = [await thread(), await thread()]
    one.postMessage('spin')
    await once(one, 'message')
    await until(
      read,
      (samples) => Object.keys(samples).filter((name) => /lag_seconds.*thread/.test(name)).length === 2,
      'both have joined',
    )
    stop()
    // a thread that is just joining leaves at the end of it
    const isAlone = (samples) => Object.keys(samples).length === 1
    assert.deepEqual(await until(read, isAlone, 'only our own is left'), { mine_total: 1 })
    for (let turn = 0; turn < 20; turn++) {
      other.postMessage(turn)
      await once(other, 'message')
    }
    assert.deepEqual(await read(), { mine_total: 1 })
    assert.equal(textOf((await own.prometheus()).body).includes('nodejs'), false)
  })

  test('stops what another call has started only when both are stopped', async () => {
    const { own, stop, read } = measured({ labels: { app: 'a' } })
    const again = start({ collector: own.collector, eventLoopMonitoringPrecision: 1, labels: { app: 'a' } })
    stop()
    stop()
    assert.ok((await read())['process_open_fds{app="a"}'] > 0)
    again()
    assert.deepEqual(await read(), {})
  })

  test('is not needed for what a worker has started: that stops when the worker ends', async () => {
    const own = fresh()
    const read = async () => samplesOf((await own.prometheus()).body)
    const program = `
      const { Collector, collectDefaultMetrics } = require(${JSON.stringify(require.resolve('../..'))})
      const { parentPort, workerData } = require('node:worker_threads')
      const options = { collector: Collector.attach(workerData) }
      for (let again = 0; again < 2; again++) collectDefaultMetrics(options)
      collectDefaultMetrics(options)()
      parentPort.on('message', () => process.exit())
      parentPort.postMessage('started')`
    const worker = new Worker(program, { eval: true, workerData: own.collector.id })
    threads.push(worker)
    await once(worker, 'message')
    assert.ok((await read()).process_open_fds > 0)
    worker.postMessage('end')
    await once(worker, 'exit')
    await until(read, (samples) => Object.keys(samples).length === 0, 'nothing is measured')
    start({ collector: own.collector, labels: { app: 'other options' } })
  })

  test('leaves the memory as it was, hundreds of times', async () => {
    const own = fresh()
    const cycle = async () => {
      const stop = start({ collector: own.collector, eventLoopMonitoringPrecision: 1 })
      await own.prometheus()
      stop()
      started.length = 0
    }
    const cycles = async () => {
      for (let at = 0; at < 400; at++) await cycle()
    }
    await cycles()
    await collectFully()
    const { heapUsed } = process.memoryUsage()
    await assertFlat(cycles, 1_000_000)
    await collectFully()
    assert.deepEqual(own.snapshot().gauges, {})
    const growth = process.memoryUsage().heapUsed - heapUsed
    assert.ok(growth < 500_000, `the heap grew by ${growth}`)
  })

  test('and a start measure workers again', async () => {
    const own = fresh()
    const worker = await thread()
    const read = async () => samplesOf((await own.prometheus()).body)
    for (let at = 0; at < 3; at++) {
      const stop = start({ collector: own.collector, eventLoopMonitoringPrecision: 1 })
      const delays = `nodejs_eventloop_delay_seconds_count{thread="${worker.threadId}"}`
      await until(read, (samples) => samples[delays] > 0, 'it has joined')
      stop()
      // the worker may be recording at this moment
      await until(read, (samples) => Object.keys(samples).length === 0, 'nothing is measured')
    }
  })
})

test('scrape after scrape leaves the memory as it was', async () => {
  const { own } = measured()
  const scrapes = async () => {
    for (let at = 0; at < 300; at++) await own.prometheus()
  }
  await scrapes()
  await collectFully()
  const { heapUsed } = process.memoryUsage()
  await assertFlat(scrapes, 1_000_000)
  await collectFully()
  const growth = process.memoryUsage().heapUsed - heapUsed
  assert.ok(growth < 500_000, `the heap grew by ${growth}`)
})

test('nothing keeps the process alive, neither of the main thread nor of a worker', () => {
  const program = path.join(__dirname, '..', 'workers', 'measured-from-outside.js')
  const text = execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 60_000 })
  assert.match(text, /^nodejs_eventloop_lag_seconds\{thread="\d+"\} /m)
})
