'use strict'

// Several threads with one collector: totals are exact and never decrease, and the end of a thread does not affect the others.

const assert = require('node:assert/strict')
const { spawn, spawnSync } = require('node:child_process')
const crypto = require('node:crypto')
const { once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics, metrics } = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { collectFully, collectUntil } = require('../support/garbage')
const { until } = require('../support/until')

const root = path.resolve(__dirname, '..', '..')
const isUnknown = { name: 'RangeError', code: 'ERR_TALLYSTICK_COLLECTOR' }

/** A worker, and a promise of its exit. @param {string} name of its file @param {object} [workerData] */
function started(name, workerData) {
  const worker = new Worker(path.join(__dirname, '..', 'workers', `${name}.js`), { workerData })
  return { worker, exit: once(worker, 'exit') }
}

async function messageOf(worker) {
  const [message] = await once(worker, 'message')
  return message
}

function isGone(id) {
  try {
    Collector.attach(id)
    return false
  } catch (error) {
    assert.equal(error.code, isUnknown.code)
    return true
  }
}

describe('the default collector', () => {
  test('is the same in a worker, without any setup', async () => {
    metrics.inc('from.main', 3)
    metrics.inc('from.both', 1, { thread: 'main' })
    metrics.observeMillis('from.both', 4)
    const { worker, exit } = started('default')
    assert.deepEqual(await messageOf(worker), { id: Collector.default.id, main: 3 })
    await exit
    const { counters, timings } = metrics.snapshot()
    assert.deepEqual(counters, {
      'from.both{thread="main"}': 1,
      'from.both{thread="worker"}': 1,
      'from.main': 3,
      'from.worker': 5,
    })
    const { count, total, min, max } = timings['from.both']
    assert.deepEqual({ count, total, min, max }, { count: 2, total: 6, min: 2, max: 4 })
  })
})

describe('Collector.attach', () => {
  test('with an unknown id is a RangeError, in any thread', async () => {
    const unknown = 0xffff_ffff
    assert.throws(() => Collector.attach(unknown), isUnknown)
    const { worker, exit } = started('attaching', { collector: unknown })
    assert.deepEqual(await messageOf(worker), isUnknown)
    worker.postMessage('end')
    await exit
  })

  test('in a worker finds the same series', async () => {
    const own = createMetrics(new Collector())
    own.inc('held', 1)
    const { worker, exit } = started('attaching', { collector: own.collector.id, hold: 'instrument' })
    assert.equal(await messageOf(worker), 'attached')
    worker.postMessage(5)
    assert.equal(await messageOf(worker), 'recorded')
    assert.equal(own.value('held'), 6)
    worker.postMessage('end')
    await exit
    assert.equal(own.value('held'), 6)
  })

  test('in a worker that keeps no object of it leaves its gauges until the worker ends', async () => {
    const own = createMetrics(new Collector())
    const { worker, exit } = started('gauge-without-objects', { collector: own.collector.id })
    assert.equal(await messageOf(worker), 'collected')
    assert.deepEqual(own.snapshot().gauges, { kept: 5 })
    worker.postMessage('end')
    await exit
    assert.deepEqual(own.snapshot().gauges, {})
  })

  test('fails once nothing holds the collector', async () => {
    const id = (() => new Collector().id)()
    await collectUntil(() => isGone(id), 'the collector is gone')
  })

  test('finds a collector while only an instrument is held', async () => {
    const held = (() => {
      const own = createMetrics(new Collector())
      return { id: own.collector.id, counter: own.counter('held') }
    })()
    held.counter.inc(2)
    await collectFully()
    assert.equal((() => createMetrics(Collector.attach(held.id)).value('held'))(), 2)
    await collectFully()
    held.counter.inc()
    assert.equal(held.counter.value(), 3)
    const { id } = held
    held.counter = undefined
    await collectUntil(() => isGone(id), 'the collector is gone with its instrument')
  })

  for (const hold of ['collector', 'instrument']) {
    test(`finds a collector while only another thread holds the ${hold}`, async () => {
      const { id, worker, exit } = await heldByWorker(hold)
      assert.equal((() => createMetrics(Collector.attach(id)).value('kept'))(), 4)
      // the worker looks after a garbage collection whether this thread has dropped it
      do {
        worker.postMessage('release')
        assert.equal(await messageOf(worker), 'release')
        await collectFully()
      } while (!isGone(id))
      worker.postMessage('end')
      await exit
    })
  }

  // Bun queues the finalisers of an addon, and does not run the queue of a worker that ends
  test('fails after the last thread that held the collector has ended', async () => {
    const { id, worker, exit } = await heldByWorker('collector')
    worker.postMessage('end')
    await exit
    await collectUntil(() => isGone(id), 'the collector is gone with the thread')
  })
})

/** A collector that only a worker holds. @param {'collector' | 'instrument'} hold */
async function heldByWorker(hold) {
  const held = (() => {
    const own = createMetrics(new Collector())
    own.inc('kept', 4)
    return { id: own.collector.id, own }
  })()
  const { id } = held
  const { worker, exit } = started('attaching', { collector: id, hold })
  assert.equal(await messageOf(worker), 'attached')
  held.own = undefined
  await collectFully()
  return { id, worker, exit }
}

describe('workers that record', () => {
  test('8 of them, a million times each while the main thread reads: never decreasing, exact at the end', async () => {
    const [threads, times] = [8, 1_000_000]
    const own = createMetrics(new Collector())
    own.inc('work', 0)
    const workers = Array.from({ length: threads }, (_, number) =>
      started('recording', { collector: own.collector.id, times, number }),
    )
    let recording = threads
    const recorded = Promise.all(workers.map(({ worker }) => messageOf(worker).then(() => recording--)))
    let [last, lastCount, readings] = [0, 0, 0]
    while (recording > 0) {
      const samples = samplesOf((await own.prometheus()).body)
      const count = samples.work_seconds_count ?? 0
      assert.ok(samples.work_total >= last, `${samples.work_total} after ${last}`)
      assert.ok(count >= lastCount, `${count} after ${lastCount}`)
      assert.equal(samples['work_seconds_bucket{le="+Inf"}'] ?? 0, count)
      ;[last, lastCount] = [samples.work_total, count]
      assert.ok(own.value('work') >= last)
      readings++
    }
    await recorded
    assert.ok(readings >= 10, `${readings} readings`)

    const assertExact = () => {
      assert.equal(own.value('work'), threads * times)
      for (let number = 0; number < threads; number++) assert.equal(own.value('work', { worker: number }), times)
      const { count, min, max, total } = own.snapshot().timings.work
      assert.deepEqual({ count, min, max }, { count: threads * times, min: 0, max: (times - 1) / 1e6 })
      assert.equal(total, (threads * (times * (times - 1))) / 2 / 1e6)
    }
    assertExact()
    for (const { worker } of workers) worker.postMessage('end')
    await Promise.all(workers.map(({ exit }) => exit))
    assertExact()
  })

  test('one that is stuck is counted, with the series that it created just before', async () => {
    const own = createMetrics(new Collector())
    const { worker, exit } = started('spinning', { collector: own.collector.id })
    const spins = () => own.value('spins')
    await until(spins, (count) => count > 0, 'the worker spins')
    const { counters, timings, gauges } = own.snapshot()
    for (let at = 1; at <= 300; at++) assert.equal(counters[`made.before{at="${at}"}`], at)
    assert.deepEqual([timings['made.before'].max, gauges['made.before']], [7, 9])
    const seen = spins()
    const last = await until(spins, (count) => count > seen, 'it goes on')
    await worker.terminate()
    await exit
    assert.ok(spins() >= last)
    assert.equal(own.value('made.before', { at: 300 }), 300)
  })

  test('and are terminated repeatedly: never decreasing, and exact within the one increment in progress', async () => {
    const own = createMetrics(new Collector())
    own.inc('progress', 0)
    let sum = 0
    for (let round = 1; round <= 20; round++) {
      const progress = new SharedArrayBuffer(4)
      const counts = new Int32Array(progress)
      const before = own.value('progress')
      const { worker, exit } = started('progress', { collector: own.collector.id, progress })
      await until(
        () => Atomics.load(counts, 0),
        (count) => count > 10_000,
        'the worker records',
      )
      const terminated = worker.terminate()
      let last = before
      let ended = false
      exit.then(() => {
        ended = true
      })
      while (!ended) {
        const now = samplesOf((await own.prometheus()).body).progress_total
        assert.ok(now >= last, `${now} after ${last}`)
        last = now
        await setImmediate()
      }
      await terminated
      const after = own.value('progress')
      const recorded = after - before
      const written = Atomics.load(counts, 0)
      assert.ok(after >= last)
      assert.ok(recorded === written || recorded === written + 1, `${recorded} where the worker says ${written}`)
      sum += recorded
    }
    await collectFully()
    assert.equal(own.value('progress'), sum)
  })

  test('and are terminated during a reading do not affect others', async () => {
    const own = createMetrics(new Collector({ maxSeries: Infinity }))
    for (let at = 0; at < 20_000; at++) own.inc('many', at, { at })
    for (let round = 0; round < 15; round++) {
      const { worker, exit } = started('reading', { collector: own.collector.id })
      await messageOf(worker)
      await worker.terminate()
      await exit
    }
    const samples = samplesOf((await own.prometheus()).body)
    assert.equal(Object.keys(samples).length, 20_000)
    assert.equal(JSON.parse(textOf(await own.json())).counters['many{at="19999"}'], 19_999)
  })
})

describe('a reading', () => {
  test("finishes while libuv's pool is busy", async () => {
    const own = createMetrics(new Collector())
    own.inc('a')
    let hashed = 0
    const hashes = Array.from(
      { length: 12 },
      () =>
        new Promise((resolve, reject) => {
          crypto.pbkdf2('secret', 'salt', 400_000, 64, 'sha512', (error) => {
            hashed++
            if (error) reject(error)
            else resolve()
          })
        }),
    )
    const { body } = await own.prometheus()
    const json = await own.json()
    assert.equal(hashed, 0, 'the first hash is not ready')
    assert.equal(samplesOf(body).a_total, 1)
    assert.equal(JSON.parse(textOf(json)).counters.a, 1)
    await Promise.all(hashes)
  })

  test('of a million series does not delay the creation of a new one', async () => {
    const own = createMetrics(new Collector({ maxSeries: Infinity }))
    for (let at = 0; at < 1_000_000; at++) own.inc('big', 1, { high: at >> 10, low: at & 1023 })
    own.inc('new', 1, { at: 'warm' })

    let made = 0
    let pending = true
    const reading = own.prometheus().finally(() => {
      pending = false
    })
    while (pending) {
      own.inc('new', 1, { at: made++ })
      await setImmediate()
    }
    const { body } = await reading
    // thousands; if a new series had to wait for the reading, one or two
    assert.ok(made >= 100, `${made} series were made during the reading of a million`)
    assert.equal(textOf(body).match(/^big_total/gm).length, 1_000_000)
    assert.equal(own.value('new', { at: made - 1 }), 1)
  })
})

describe('a process', () => {
  /** Runs a script in a new process. @param {string} script with `tallystick` in scope */
  function run(script) {
    const code = `const tallystick = require(${JSON.stringify(root)}); const { metrics } = tallystick; ${script}`
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    assert.deepEqual({ status, signal }, { status: 0, signal: null }, stderr)
    return stdout
  }

  test('exits by itself if nothing is pending', () => {
    run("metrics.inc('a'); metrics.snapshot(); metrics.prometheusSync()")
  })

  test('exits by itself after a reading on the reader thread', () => {
    const shown = run("metrics.inc('a', 3); metrics.prometheus().then(({ body }) => process.stdout.write(body))")
    assert.equal(shown, '# TYPE a_total counter\na_total 3\n')
  })

  test('waits for a pending reading', () => {
    const shown = run(`
      metrics.collector.setMaxSeries(Infinity)
      for (let at = 0; at < 100_000; at++) metrics.inc('a', 1, { at })
      Promise.all([metrics.prometheus(), metrics.json()]).then(([{ body }, json]) => console.log(body.length > 1e6, json.length > 1e6))
    `)
    assert.equal(shown, 'true true\n')
  })

  test('can exit during a reading', () => {
    run(`
      metrics.collector.setMaxSeries(Infinity)
      for (let at = 0; at < 100_000; at++) metrics.inc('a', 1, { at })
      metrics.prometheus()
      process.exit(0)
    `)
  })

  test('ends with its collectors, windows and workers in any state', () => {
    const shown = run(`
      const { Worker } = require('node:worker_threads')
      const collector = new tallystick.Collector()
      collector.window()
      tallystick.createMetrics(collector).inc('a')
      const source = \`
        const { metrics } = require(${JSON.stringify(root)})
        metrics.inc('a')
        metrics.prometheus()
        require('node:worker_threads').parentPort.postMessage('recorded')
        setInterval(() => {}, 1000)
      \`
      new Worker(source, { eval: true }).once('message', () => { console.log(metrics.value('a')); process.exit(0) })
    `)
    assert.equal(shown, '1\n')
  })

  test('that is killed while recording ends like any killed process', async () => {
    const code = `
      const { metrics } = require(${JSON.stringify(root)})
      metrics.inc('a')
      require('node:fs').writeSync(1, 'recording')
      for (;;) { metrics.inc('a'); metrics.observeMillis('b', 1) }
    `
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    assert.equal(String((await once(child.stdout, 'data'))[0]), 'recording')
    child.kill('SIGKILL')
    assert.deepEqual(await exit, [null, 'SIGKILL'])
  })
})

/** The priority of a thread of this process, or `undefined` if it has just ended. @param {string} number */
function priorityOf(number) {
  const NICE = 16
  try {
    const stat = fs.readFileSync(`/proc/self/task/${number}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, end), nice: Number(stat.slice(end + 2).split(' ')[NICE]) }
  } catch {
    return undefined
  }
}

const isLinux = process.platform === 'linux'
test('the thread that reads yields to the event loops, under Linux', {
  skip: !isLinux && 'another system',
}, async () => {
  await metrics.prometheus()
  const loop = priorityOf(String(process.pid))
  const reader = fs
    .readdirSync('/proc/self/task')
    .map(priorityOf)
    .find((thread) => thread?.name === 'tallystick')
  assert.equal(reader?.nice, Math.min(19, loop.nice + 5))
})
