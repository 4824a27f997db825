'use strict'

// Workers that report their own state: what the main thread sees of them, whatever they are doing.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { afterEach, describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { Worker, isMainThread } = require('node:worker_threads')
const { createPoolMetrics, trackWorker, trackedWorkers } = require('../..')
const { spin, thrownBy } = require('../support/metrics')
const { until } = require('../support/until')

/** @type {import('../..').TrackedWorker[]} */
const own = []
/** @type {Worker[]} one may be stuck if its test has failed */
const threads = []
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.terminate()
  for (const worker of own.splice(0)) worker.end()
})

/** A tracked worker of this thread. */
function track(id, app) {
  const worker = trackWorker({ id, app })
  own.push(worker)
  return worker
}

function seen(id) {
  return [...trackedWorkers()].find((worker) => worker.id === id)
}

/** A thread that is tracked. @param {string} id */
async function started(id) {
  const worker = new Worker(path.join(__dirname, '..', 'workers', 'tracked.js'), { workerData: { id } })
  threads.push(worker)
  const exit = once(worker, 'exit')
  await once(worker, 'message')
  return { worker, exit }
}

/** Sends a command to a thread, and waits until it is done. */
async function tell(worker, order) {
  worker.postMessage(order)
  await once(worker, 'message')
}

describe('a worker of this thread', () => {
  test('is ready before its first request, with uptime and memory', () => {
    assert.ok(isMainThread)
    track('fresh', 'app@1')
    const { uptime, busySecondsTotal: busy, memory, ...rest } = seen('fresh')
    assert.deepEqual(rest, { id: 'fresh', app: 'app@1', state: 'ready', requests: 0 })
    assert.ok(uptime > 0 && uptime < 60)
    assert.equal(busy, 0)
    assert.ok(memory.rss > 1e6 && memory.heapUsed > 1e5)
    assert.ok(Number.isInteger(memory.rss) && Number.isInteger(memory.heapUsed))
  })

  test('has no app if none was given', () => {
    track('nameless')
    assert.equal('app' in seen('nameless'), false)
  })

  test('is active while a request runs, then idle, and counts the request', () => {
    const { run } = track('sync')
    assert.deepEqual(
      run(() => [seen('sync').state, seen('sync').requests]),
      ['active', 0],
    )
    assert.deepEqual([seen('sync').state, seen('sync').requests], ['idle', 1])
  })

  test('has its busy time at once, and it never decreases', () => {
    const worker = track('busy')
    let last = 0
    const grows = () => {
      const { busySecondsTotal: busy } = seen('busy')
      assert.ok(busy >= last, `${busy} after ${last}`)
      last = busy
    }
    for (let round = 0; round < 20; round++) {
      worker.run(() => {
        grows()
        spin(2)
        grows()
      })
      grows()
      spin(1)
      grows()
    }
    assert.ok(last >= 0.04, `${last} s`)
    assert.ok(last <= seen('busy').uptime - 0.02, `${last} s busy of ${seen('busy').uptime} s`)
  })

  test('counts a request that throws, and passes the error through', () => {
    const worker = track('throwing')
    const error = new Error('no')
    const failing = () => {
      throw error
    }
    assert.equal(
      thrownBy(() => worker.run(failing)),
      error,
    )
    assert.deepEqual([seen('throwing').state, seen('throwing').requests], ['idle', 1])
  })

  test('is active until the promise of a request settles, one way or the other', async () => {
    const worker = track('async')
    const settling = [deferred(), deferred()]
    const [one, other] = settling.map(({ promise }) => worker.run(() => promise))
    assert.deepEqual([seen('async').state, seen('async').requests], ['active', 0])
    settling[0].resolve('result')
    assert.equal(await one, 'result')
    assert.deepEqual([seen('async').state, seen('async').requests], ['active', 1])
    settling[1].reject(new Error('late'))
    await assert.rejects(other, { message: 'late' })
    assert.deepEqual([seen('async').state, seen('async').requests], ['idle', 2])
  })

  test('returns another thenable untouched', () => {
    const worker = track('lazy')
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: a lazy query builder has one
      then: () => assert.fail('the query was run'),
    }
    assert.equal(
      worker.run(() => query),
      query,
    )
    assert.equal(seen('lazy').requests, 1)
  })

  test('that nests requests is busy once, and counts each', () => {
    const worker = track('nested')
    worker.run(() => {
      worker.run(() => spin(5))
      assert.deepEqual([seen('nested').state, seen('nested').requests], ['active', 1])
    })
    const { state, requests, busySecondsTotal: busy, uptime } = seen('nested')
    assert.deepEqual([state, requests], ['idle', 2])
    assert.ok(busy >= 0.005 && busy <= uptime)
  })

  test('keeps the state that it sets until the next request', () => {
    const worker = track('stating')
    for (const state of ['creating', 'ready', 'active', 'idle', 'terminated']) {
      worker.setState(state)
      assert.equal(seen('stating').state, state)
    }
    worker.run(() => assert.equal(seen('stating').state, 'active'))
    assert.equal(seen('stating').state, 'idle')
    worker.run(() => worker.setState('terminated'))
    assert.equal(seen('stating').state, 'terminated')
  })

  test('disappears when it ends, and what still runs has no effect', async () => {
    const worker = track('ending')
    const running = deferred()
    const late = worker.run(() => running.promise)
    worker.end()
    assert.equal(seen('ending'), undefined)
    running.resolve('late')
    assert.equal(await late, 'late')
    assert.equal(
      worker.run(() => 'more'),
      'more',
    )
    worker.setState('idle')
    worker.end()
    assert.equal(seen('ending'), undefined)
  })

  test('is listed even if nothing holds it', () => {
    trackWorker({ id: 'dropped' })
    globalThis.gc?.()
    assert.equal(seen('dropped').state, 'ready')
  })

  test('may have any id and app', () => {
    for (const text of ['"', '\\', '\n', '</script>', '\u0000', 'ü', '😀', 'x'.repeat(1000)]) {
      track(text, text)
      assert.deepEqual([seen(text).id, seen(text).app], [text, text])
    }
    track('\ud800')
    assert.equal(seen('\ufffd').id, '\ufffd')
  })

  test('is read again at each iteration of the same iterable', () => {
    const workers = trackedWorkers()
    const before = [...workers].length
    track('later')
    assert.equal([...workers].length, before + 1)
  })

  test('with invalid options is an error, and is not listed', () => {
    const before = [...trackedWorkers()].length
    for (const [options, code] of [
      [undefined, 'ERR_TALLYSTICK_OPTIONS'],
      [null, 'ERR_TALLYSTICK_OPTIONS'],
      ['id', 'ERR_TALLYSTICK_OPTIONS'],
      [{}, 'ERR_TALLYSTICK_NAME'],
      [{ id: '' }, 'ERR_TALLYSTICK_NAME'],
      [{ id: 7 }, 'ERR_TALLYSTICK_NAME'],
      [{ id: 'a', app: 7 }, 'ERR_TALLYSTICK_NAME'],
      [{ id: 'a', app: null }, 'ERR_TALLYSTICK_NAME'],
    ]) {
      assert.throws(() => trackWorker(options), { name: 'TypeError', code })
    }
    const worker = track('strict')
    assert.throws(() => worker.run('fn'), { name: 'TypeError', code: 'ERR_TALLYSTICK_FUNCTION' })
    assert.throws(() => worker.setState('busy'), { name: 'TypeError', code: 'ERR_TALLYSTICK_VALUE' })
    assert.throws(() => worker.setState(2), { name: 'TypeError', code: 'ERR_TALLYSTICK_VALUE' })
    assert.deepEqual([seen('strict').state, seen('strict').requests], ['ready', 0])
    assert.equal([...trackedWorkers()].length, before + 1)
  })
})

describe('a worker thread', () => {
  test('that is stuck is active, with growing busy time and its earlier requests', async () => {
    const { worker, exit } = await started('stuck')
    await tell(worker, { times: 3 })
    assert.deepEqual([seen('stuck').state, seen('stuck').requests], ['idle', 3])
    await tell(worker, { times: 4, spin: true })
    const stuck = () => seen('stuck')
    const spinning = await until(stuck, ({ state }) => state === 'active', 'it spins')
    const { requests, app, busySecondsTotal: busy } = spinning
    assert.deepEqual([requests, app], [7, 'tracked@1.0.0'])
    const later = await until(stuck, ({ busySecondsTotal }) => busySecondsTotal > busy + 0.05, 'it is busy for longer')
    assert.equal(later.state, 'active')
    await worker.terminate()
    await exit
    await until(stuck, (worker) => worker === undefined, 'the killed worker is gone')
  })

  test('that ends by itself disappears', async () => {
    const { worker, exit } = await started('leaving')
    await tell(worker, { times: 1, leave: true })
    await exit
    await until(
      () => seen('leaving'),
      (worker) => worker === undefined,
      'it is gone',
    )
  })

  test('starts and ends a hundred times, half of them killed', async () => {
    const before = [...trackedWorkers()].length
    for (let round = 0; round < 10; round++) {
      const ids = Array.from({ length: 10 }, (_, at) => `round-${round}-${at}`)
      const workers = await Promise.all(ids.map(started))
      await Promise.all(workers.map(({ worker }, at) => tell(worker, { times: at, spin: at % 2 === 0 })))
      const requests = ids.map((id) => seen(id).requests)
      assert.deepEqual(
        requests,
        ids.map((_, at) => at),
      )
      await Promise.all(
        workers.map(({ worker, exit }, at) => {
          if (at % 2 === 0) worker.terminate()
          else worker.postMessage({ times: 0, leave: true })
          return exit
        }),
      )
    }
    await until(
      () => [...trackedWorkers()].length,
      (count) => count === before,
      'all are gone',
    )
  })
})

describe('a pool of tracked workers', () => {
  /** The workers that a service reports, without what time changes. */
  function reported(workers) {
    const service = createPoolMetrics()
    service.setPool({ size: 4, workers })
    const { pool, workers: entries } = service.stats()
    return { pool, entries: entries.map(({ uptime, busySecondsTotal, ...rest }) => rest) }
  }

  test('reports what a list of them reports', () => {
    track('idle', 'app@1').run(() => {})
    track('ready')
    track('nul\u0000', '')
    track('ended').setState('terminated')
    const listed = reported([...trackedWorkers()])
    assert.ok(listed.entries.length >= 4)
    assert.deepEqual(reported(trackedWorkers()), listed)
    assert.deepEqual(
      reported(() => trackedWorkers()),
      listed,
    )
  })

  test('has their uptime and busy time in its exposition', async () => {
    track('served').run(() => spin(2))
    const service = createPoolMetrics({ namespace: 'tracked', workers: true })
    service.setPool({ size: 1, workers: trackedWorkers() })
    const text = Buffer.from((await service.prometheus()).body).toString()
    const sample = (family) => Number(text.match(new RegExp(`^tracked_worker_${family}{id="served"} (.+)$`, 'm'))?.[1])
    assert.ok(sample('busy_seconds_total') >= 0.002)
    assert.ok(sample('uptime_seconds') >= sample('busy_seconds_total'))
  })

  test('cuts long texts, makes ids distinct, and warns as for any pool', async () => {
    const [long, same] = ['x'.repeat(300), 'same']
    track(long)
    track(same, long)
    track(same)
    /** @type {string[]} */
    const expected = []
    for (const workers of [[...trackedWorkers()], trackedWorkers()]) {
      const warnings = []
      const listen = ({ message }) => warnings.push(message)
      process.on('warning', listen)
      const { entries } = reported(workers)
      await setImmediate()
      process.off('warning', listen)
      const ids = entries.map(({ id }) => id)
      const seen = [...ids, entries.find(({ id }) => id === same).app, ...warnings.sort()]
      assert.ok(ids.includes('x'.repeat(256)), ids.join())
      // one a field
      assert.equal(warnings.length, 2, warnings.join('\n'))
      if (expected.length === 0) expected.push(...seen)
      else assert.deepEqual(seen, expected)
    }
  })
})

function deferred() {
  const settle = {}
  const promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }))
  return { promise, ...settle }
}
