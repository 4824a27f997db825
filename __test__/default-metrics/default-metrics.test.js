'use strict'

// Default metrics: what is measured of a process and each of its threads, and that nothing of it is left when it stops.

const assert = require('node:assert/strict')
const { execFile, execFileSync } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { afterEach, describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { promisify } = require('node:util')
const { Worker } = require('node:worker_threads')
const { Collector, collectDefaultMetrics, createMetrics, metrics } = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { collectFully } = require('../support/garbage')
const { assertFlat } = require('../support/memory')
const { close, listen, request } = require('../support/http')
const { fresh, isConflict, spin, thrownBy } = require('../support/metrics')
const { until } = require('../support/until')

const run = promisify(execFile)
const isBun = process.versions.bun !== undefined

/** @type {Worker[]} */
const threads = []
/** @type {(() => void)[]} */
const started = []
afterEach(async () => {
  for (const stop of started.splice(0)) stop()
  for (const thread of threads.splice(0)) await thread.terminate()
})

/** Metrics of a new collector, which are collected. @param {import('..').DefaultMetricsOptions} [options] */
function measured(options) {
  const own = fresh()
  const stop = start({ collector: own.collector, eventLoopMonitoringPrecision: 1, ...options })
  const read = async () => samplesOf((await own.prometheus()).body)
  return { own, stop, read }
}

function start(options) {
  const stop = collectDefaultMetrics(options)
  started.push(stop)
  return stop
}

/** A thread that has loaded the package. */
async function thread() {
  const worker = new Worker(path.join(__dirname, '..', 'workers', 'measured.js'))
  threads.push(worker)
  await once(worker, 'message')
  return worker
}

/** The names of families and their types. @param {string} text */
function typesOf(text) {
  return Object.fromEntries([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]))
}

const OF_BOTH = {
  process_cpu_user_seconds_total: 'counter',
  process_cpu_system_seconds_total: 'counter',
  process_cpu_seconds_total: 'counter',
  process_start_time_seconds: 'gauge',
  process_resident_memory_bytes: 'gauge',
  process_virtual_memory_bytes: 'gauge',
  ...(process.platform === 'linux' && { process_heap_bytes: 'gauge' }),
  process_open_fds: 'gauge',
  process_max_fds: 'gauge',
  nodejs_version_info: 'gauge',
  nodejs_eventloop_lag_seconds: 'gauge',
  nodejs_eventloop_lag_min_seconds: 'gauge',
  nodejs_eventloop_lag_max_seconds: 'gauge',
  nodejs_eventloop_lag_mean_seconds: 'gauge',
  nodejs_eventloop_lag_stddev_seconds: 'gauge',
  nodejs_eventloop_lag_p50_seconds: 'gauge',
  nodejs_eventloop_lag_p90_seconds: 'gauge',
  nodejs_eventloop_lag_p99_seconds: 'gauge',
  nodejs_eventloop_delay_seconds: 'histogram',
  nodejs_thread_cpu_seconds_total: 'counter',
  nodejs_heap_size_total_bytes: 'gauge',
  nodejs_heap_size_used_bytes: 'gauge',
  nodejs_external_memory_bytes: 'gauge',
}

const OF_NODE = {
  nodejs_eventloop_utilization_summary: 'summary',
  nodejs_eventloop_utilization_histogram: 'histogram',
  nodejs_active_resources: 'gauge',
  nodejs_active_resources_total: 'gauge',
  nodejs_active_handles: 'gauge',
  nodejs_active_handles_total: 'gauge',
  nodejs_active_requests_total: 'gauge',
  nodejs_heap_space_size_total_bytes: 'gauge',
  nodejs_heap_space_size_used_bytes: 'gauge',
  nodejs_heap_space_size_available_bytes: 'gauge',
  nodejs_gc_duration_seconds: 'histogram',
}

const ALL = isBun ? OF_BOTH : { ...OF_BOTH, ...OF_NODE }

describe('a process', () => {
  test('has all families of its runtime, and no others', async () => {
    const { own } = measured()
    const open = fs.watch(__dirname)
    await collectFully()
    let types
    const read = async () => {
      types = typesOf(textOf((await own.prometheus()).body))
      return types
    }
    await until(read, (seen) => Object.keys(ALL).every((name) => name in seen), 'all families are there')
    open.close()
    delete types.nodejs_active_requests // only while there is one
    assert.deepEqual(types, ALL)
  })

  test('has the numbers that the runtime knows in other ways', async () => {
    const { read } = measured()
    const files = Array.from({ length: 50 }, () => fs.openSync(__filename))
    const before = process.cpuUsage()
    const samples = await read()
    const after = process.cpuUsage()
    for (const file of files) fs.closeSync(file)
    for (const kind of ['user', 'system']) {
      const seconds = samples[`process_cpu_${kind}_seconds_total`]
      assert.ok(before[kind] / 1e6 <= seconds + 0.02 && seconds <= after[kind] / 1e6 + 0.02, `${kind} ${seconds}`)
    }
    const { process_cpu_user_seconds_total: user, process_cpu_system_seconds_total: system } = samples
    assert.ok(Math.abs(samples.process_cpu_seconds_total - user - system) < 1e-6)
    assert.ok(Math.abs(samples.process_start_time_seconds - (Date.now() / 1000 - process.uptime())) < 3)
    const { rss, heapTotal } = process.memoryUsage()
    assert.ok(samples.process_resident_memory_bytes > rss / 2 && samples.process_resident_memory_bytes < rss * 2)
    assert.ok(samples.process_virtual_memory_bytes > samples.process_resident_memory_bytes / 2)
    assert.ok(
      samples.nodejs_heap_size_total_bytes > heapTotal / 4 && samples.nodejs_heap_size_total_bytes < heapTotal * 4,
    )
    assert.ok(samples.nodejs_heap_size_used_bytes > 0 && samples.nodejs_external_memory_bytes > 0)
    assert.ok(samples.process_open_fds >= 53 && samples.process_open_fds < samples.process_max_fds)
    assert.equal((await read()).process_open_fds < samples.process_open_fds - 40, true, 'closed files do not count')
    const [major, minor, patch] = process.version.slice(1).split('.')
    const version = `major="${major}",minor="${minor}",patch="${patch}",version="${process.version}"`
    assert.equal(samples[`nodejs_version_info{${version}}`], 1)
  })

  test('is read in snapshots too, where processor time is relative to the window', () => {
    const { own } = measured()
    const first = own.snapshotAndReset()
    assert.ok(first.gauges.process_resident_memory_bytes > 1e6)
    spin(60)
    const { process_cpu_seconds_total: seconds } = own.snapshot().counters
    assert.ok(seconds > 0.01 && seconds < first.counters.process_cpu_seconds_total + 10, `${seconds}`)
    assert.ok(own.value('process_cpu_seconds_total') > seconds)
  })

  test('has the families that a scrape asks for by name, and no others', async () => {
    const { own, read } = measured()
    own.inc('mine')
    const server = await listen((req, res) => own.handle(req, res))
    const delays = 'nodejs_eventloop_delay_seconds_count'
    await until(read, (samples) => samples[delays] > 0, 'there is a beat')
    for (const [name, expected] of [
      ['process_open_fds', 'process_open_fds'],
      ['process_cpu_seconds_total', 'process_cpu_seconds_total'],
      // of the timing of delays
      ['nodejs_eventloop_lag_p99_seconds', 'nodejs_eventloop_lag_p99_seconds'],
      [delays, 'nodejs_eventloop_delay_seconds'],
      ['nodejs_heap_size_used_bytes', 'nodejs_heap_size_used_bytes'],
    ]) {
      const { body } = await request(server.address().port, `/?name[]=${name}&name[]=mine_total`)
      assert.deepEqual(Object.keys(typesOf(body)).sort(), ['mine_total', expected].sort(), name)
    }
    await close(server)
  })

  test('has a prefix and labels on all series', async () => {
    const { read } = measured({ prefix: 'shop_', labels: { app: 'shop', zone: 7 } })
    await collectFully()
    const names = Object.keys(await until(read, (samples) => Object.keys(samples).length > 20, 'there is a beat'))
    const others = names.filter((name) => !/^shop_(process|nodejs)_.*app="shop".*zone="7"/.test(name))
    assert.deepEqual(others, [])
  })
})

describe('an event loop', () => {
  test('that does not run lags more and more, up to its next beat', async () => {
    const { own } = measured()
    const lag = () => samplesOf(own.prometheusSync().body).nodejs_eventloop_lag_seconds
    spin(50)
    const first = lag()
    spin(50)
    const second = lag()
    assert.ok(first >= 0.04 && second >= first + 0.04, `${first} and ${second}`)
    await until(lag, (now) => now < first, 'it runs again')
  })

  test('has no lag before a beat is due, however long the reading takes', () => {
    const { own } = measured({ eventLoopMonitoringPrecision: 1e6 })
    spin(30)
    const samples = samplesOf(own.prometheusSync().body)
    assert.equal(samples.nodejs_eventloop_lag_seconds, 0)
  })

  test('has no lag because of scrapes that take long', async () => {
    const { own } = measured({ eventLoopMonitoringPrecision: 1e6 })
    own.collector.setMaxSeries(Infinity)
    for (let at = 0; at < 50_000; at++) own.inc('many', 1, { at })
    own.beforeRead(() => spin(20))
    own.beforeRead(async () => {
      await setImmediate()
      spin(20)
    })
    const server = await listen((req, res) => own.handle(req, res))
    for (let scrape = 0; scrape < 3; scrape++) {
      const { body } = await request(server.address().port, '/')
      assert.match(body, /^nodejs_eventloop_lag_seconds 0$/m)
    }
    await close(server)
  })

  test('records its delays in a timing, for windows and exact quantiles', async () => {
    const { own } = measured()
    const window = own.collector.window()
    await until(
      () => own.value('nodejs_eventloop_delay')?.count,
      (count) => count > 0,
      'there is a beat',
    )
    window.snapshotAndReset()
    spin(80)
    const most = () => window.snapshot().timings.nodejs_eventloop_delay?.max
    await until(most, (max) => max > 70, 'the delay is recorded')
    const samples = samplesOf((await own.prometheus()).body)
    const of = (name) => samples[`nodejs_eventloop_lag_${name}_seconds`]
    assert.ok(of('max') > 0.07)
    assert.ok(of('min') <= of('p50') && of('p50') <= of('p90') && of('p90') <= of('p99') && of('p99') <= of('max'))
    assert.ok(of('mean') >= of('min') && of('mean') <= of('max') && of('stddev') >= 0)
    window.snapshotAndReset()
    assert.ok(!(most() > 70))
  })

  test('is utilised while it is busy', { skip: isBun && 'Bun does not measure it' }, async () => {
    const { own, read } = measured()
    await setImmediate()
    spin(350)
    const count = 'nodejs_eventloop_utilization_histogram_count'
    const samples = await until(read, (now) => now[count] >= 3, 'three intervals have passed')
    assert.ok(samples.nodejs_eventloop_utilization_histogram_sum / samples[count] > 0.3)
    assert.equal(samples.nodejs_eventloop_utilization_summary_count, samples[count])
    assert.ok(own.value('nodejs_eventloop_utilization_summary').max <= 1)
  })
})

describe('in Node', { skip: isBun && 'Bun does not measure these' }, () => {
  test('garbage collections are counted by kind, in the buckets that were asked for', async () => {
    const { read } = measured({ gcDurationBuckets: [0.0005, 1.005] })
    await collectFully()
    const count = 'nodejs_gc_duration_seconds_count{kind="major"}'
    const samples = await until(read, (now) => now[count] >= 5, 'collections are counted')
    const buckets = Object.keys(samples).filter((name) => /gc_duration_seconds_bucket.*"major"/.test(name))
    assert.deepEqual(
      buckets.map((name) => /le="([^"]*)"/.exec(name)[1]),
      ['0.0005', '1.005', '+Inf'],
    )
    const sum = samples['nodejs_gc_duration_seconds_sum{kind="major"}']
    assert.ok(sum > 0 && sum < 60)
  })

  test('what keeps the event loop alive is counted by type, and goes back to 0', async () => {
    const { read } = measured()
    const before = await read()
    const type = 'nodejs_active_handles{type="Server"}'
    const servers = await Promise.all([listen(() => {}), listen(() => {})])
    const during = await until(read, (now) => now[type] === 2, 'they are counted')
    assert.equal(during.nodejs_active_handles_total, before.nodejs_active_handles_total + 2)
    assert.equal(during['nodejs_active_resources{type="TCPServerWrap"}'], 2)
    for (const server of servers) await close(server)
    await until(read, (now) => now[type] === 0, 'they are gone')
  })

  test('heap spaces are measured', async () => {
    const { read } = measured()
    const samples = await read()
    for (const what of ['total', 'used']) {
      assert.ok(samples[`nodejs_heap_space_size_${what}_bytes{space="old"}`] > 100_000)
    }
  })
})

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

test('an idle event loop is woken a few times a second at most', async (t) => {
  const program = `
    const { performance } = require('node:perf_hooks')
    const turns = () => performance.nodeTiming.uvMetricsInfo?.loopCount
    require('.').collectDefaultMetrics()
    // the turns of the start are over
    setTimeout(() => {
      const [before, began] = [turns(), performance.now()]
      const report = () => console.log(JSON.stringify([turns() - before, performance.now() - began]))
      setTimeout(report, 2000)
    }, 500)
  `
  const { stdout } = await run(process.execPath, ['-e', program], { cwd: path.join(__dirname, '..', '..') })
  const [turns, milliseconds] = JSON.parse(stdout)
  if (turns === null) return t.skip('this runtime does not count the turns of its event loop')
  // a monitor of the event loop's delay with prom-client's resolution makes a hundred
  assert.ok(turns / milliseconds < 10 / 1000, `${turns} turns in ${milliseconds} ms`)
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

test('nothing keeps the process alive, neither of the main thread nor of a worker', () => {
  const program = path.join(__dirname, '..', 'workers', 'measured-from-outside.js')
  const text = execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 60_000 })
  assert.match(text, /^nodejs_eventloop_lag_seconds\{thread="\d+"\} /m)
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
