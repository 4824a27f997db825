'use strict'

// Callbacks before a reading: which readings call them, what they wait for, and what a failing one costs.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics, createPoolMetrics, logStats } = require('../..')
const { samplesOf } = require('../support/exposition-samples')
const { collectUntil } = require('../support/garbage')
const { EventClient, close, listen, request } = require('../support/http')
const { fresh } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

// a time limit keeps no process alive
let alive
before(() => {
  alive = setInterval(() => {}, 60_000)
})
after(() => clearInterval(alive))

const lasting = { timeout: 60_000 }

/** Longer than any test: who waits for it does not end in time. */
const forever = { timeout: 2 ** 31 - 1 }
const parsed = (bytes) => JSON.parse(Buffer.from(bytes))

/** A promise to be settled from outside. */
function pending() {
  const parts = {}
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }))
  return parts
}

/** A collector whose gauge `calls` counts the calls of a callback. */
function counted(callback = (count) => count()) {
  const own = fresh()
  const gauge = own.gauge('calls')
  const stop = own.beforeRead(() => callback(() => gauge.inc()))
  return { ...own, stop, calls: () => gauge.value() ?? 0 }
}

/** A request to a pool's service, over a socket, as JSON. */
async function asked(collector, of) {
  const service = createPoolMetrics({ collector })
  const server = await listen(service.handle)
  const { json } = await request(server.address().port, `/metrics/api/metrics${of}`)
  await close(server)
  return json
}

async function scraped(handle, of = '/') {
  const server = await listen(handle)
  const { body } = await request(server.address().port, of)
  await close(server)
  return samplesOf(Buffer.from(body)).calls
}

const gaugeIn = (families) => families.find(({ name }) => name === 'calls')?.series[0]?.value

/** Synchronous readings, and what each has of the gauge. */
const synchronous = {
  'snapshot()': (own) => own.snapshot().gauges.calls,
  'snapshotAndReset()': (own) => own.snapshotAndReset().gauges.calls,
  'prometheusSync()': (own) => samplesOf(own.prometheusSync().body).calls,
  'readSync()': (own) => gaugeIn(own.readSync()),
  'snapshot() of a window': (own) => own.collector.window().snapshot().gauges.calls,
  'snapshotAndReset() of a window': (own) => own.collector.window().snapshotAndReset().gauges.calls,
}

/** Readings that may wait. */
const asynchronous = {
  'json()': async (own) => parsed(await own.json()).gauges.calls,
  'read()': async (own) => gaugeIn(await own.read()),
  'prometheus()': async (own) => samplesOf((await own.prometheus()).body).calls,
  'handle()': (own) => scraped(own.handle),
  'fetch()': async (own) =>
    samplesOf(Buffer.from(await (await own.fetch(new Request('http://localhost/'))).arrayBuffer())).calls,
  'the exposition of a service': ({ collector }) =>
    scraped(createPoolMetrics({ collector }).handle, '/metrics/api/metrics/prometheus'),
  'the series of a service': async ({ collector }) => (await asked(collector, '/series')).series[0].value,
  'one series of a service': async ({ collector }) => (await asked(collector, '/series/calls')).value,
  'the series that a service streams': async ({ collector }) => {
    const service = createPoolMetrics({ collector })
    const server = await listen(service.handle)
    const events = await EventClient.connect(server.address().port, '/metrics/api/metrics/sse?view=series&keys=calls')
    const { series } = await events.data()
    events.close()
    await close(server)
    return series[0].value
  },
  'the stats log': ({ collector }) =>
    new Promise((resolve) => {
      const stop = logStats({
        collector,
        interval: 1,
        log: (line) => {
          stop()
          resolve(Number(line.replace('calls=', '')))
        },
      })
    }),
}

describe('a synchronous callback', () => {
  for (const [name, read] of Object.entries({ ...synchronous, ...asynchronous })) {
    test(`runs before ${name}`, lasting, async () => {
      const own = counted()
      assert.equal(await read(own), 1)
      assert.equal(own.calls(), 1)
      own.stop()
      await read(own)
      assert.equal(own.calls(), 1)
    })
  }

  test('does not run before value(), of a metric or an instrument', () => {
    const own = counted()
    assert.equal(own.value('calls'), undefined)
    assert.equal(own.gauge('calls').value(), undefined)
  })

  test('may be added to a collector, and to its metrics any number of times', () => {
    const own = fresh()
    const update = () => own.inc('a')
    own.beforeRead(update)
    own.beforeRead(update)
    own.collector.beforeRead(update)
    createMetrics(own.collector).beforeRead(update)
    assert.equal(own.snapshot().counters.a, 4)
  })

  test('stays through clear()', () => {
    const own = counted()
    own.collector.clear()
    assert.equal(own.snapshot().gauges.calls, 1)
  })
})

describe('an asynchronous callback', () => {
  const later = async (count) => {
    await new Promise((resolve) => setImmediate(resolve))
    count()
  }

  for (const [name, read] of Object.entries(asynchronous)) {
    test(`is waited for by ${name}`, lasting, async () => {
      assert.equal(await read(counted(later)), 1)
    })
  }

  for (const [name, read] of Object.entries(synchronous)) {
    test(`is not called before ${name}`, () => {
      const own = fresh()
      own.gauge('calls').set(0)
      own.beforeRead(async () => own.gauge('calls').inc())
      assert.equal(read(own), 0)
    })
  }

  test('that is no async function is called by synchronous readings until it has returned a promise', async () => {
    const own = counted((count) => {
      count()
      return Promise.resolve()
    })
    own.snapshot()
    own.snapshot()
    assert.equal(own.calls(), 1)
    await new Promise((resolve) => setImmediate(resolve))
    await own.json()
    own.snapshot()
    assert.equal(own.calls(), 2)
  })

  test('may return any thenable', async () => {
    const own = counted((count) => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable on purpose
      then(resolve) {
        count()
        resolve()
      },
    }))
    assert.equal(parsed(await own.json()).gauges.calls, 1)
  })
})

describe('concurrent readings', () => {
  test('of one turn share a run, which sees what the turn did', async () => {
    const own = fresh()
    const queue = []
    let runs = 0
    own.beforeRead(() => {
      runs++
      own.gauge('length').set(queue.length)
    })
    const readings = [own.json(), own.prometheus(), createMetrics(own.collector).json()]
    queue.push(1)
    readings.push(own.json())
    for (const reading of [readings[0], readings[3]]) assert.equal(parsed(await reading).gauges.length, 1)
    await Promise.all(readings)
    assert.equal(runs, 1)
    await own.json()
    assert.equal(runs, 2)
  })

  test('share a run that goes on, over HTTP too', lasting, async () => {
    const { promise, resolve } = pending()
    let runs = 0
    const own = fresh()
    own.beforeRead(() => {
      runs++
      return promise
    }, forever)
    const server = await listen(own.handle)
    const scrapes = Array.from({ length: 10 }, () => request(server.address().port, '/'))
    const reading = own.json()
    while (runs === 0) await new Promise((resolve) => setImmediate(resolve))
    resolve()
    for (const { status } of await Promise.all(scrapes)) assert.equal(status, 200)
    await reading
    await close(server)
    assert.ok(runs <= 11, `${runs}`)
    runs = 0
    await Promise.all(Array.from({ length: 100 }, () => own.json()))
    assert.equal(runs, 1)
  })
})

describe('a callback that fails', () => {
  const failures = {
    throws: () => {
      throw new Error('no count')
    },
    rejects: async () => {
      throw new Error('no count')
    },
    'throws something strange': () => {
      throw Object.create(null)
    },
    'returns a thenable that throws': () => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable on purpose
      get then() {
        throw new Error('no count')
      },
    }),
    'does not settle': () => new Promise(() => {}),
  }
  for (const [how, fail] of Object.entries(failures)) {
    test(`loses its own update alone, and is counted and warned of: it ${how}`, lasting, async () => {
      await takeWarnings()
      const own = counted()
      own.beforeRead(fail, { timeout: 1 })
      own.beforeRead(() => own.inc('after'))
      const { gauges, counters } = parsed(await own.json())
      assert.deepEqual([gauges.calls, counters.after], [1, 1])
      assert.equal(own.collector.callbackFailures, 1)
      await own.json()
      assert.equal(own.collector.callbackFailures, how === 'does not settle' ? 1 : 2)
      assert.deepEqual(
        (await takeWarnings()).map(({ code }) => code),
        ['TALLYSTICK_CALLBACK'],
      )
    })
  }

  test('throws out of no synchronous reading', () => {
    const own = fresh()
    own.beforeRead(failures.throws)
    for (const read of Object.values(synchronous)) read(own)
    assert.equal(own.collector.callbackFailures, Object.keys(synchronous).length)
    assert.equal(own.value('calls'), undefined)
  })

  test('is named by its warning, with what it threw', async () => {
    await takeWarnings()
    const own = fresh()
    own.beforeRead(function queueLength() {
      throw new Error('no count')
    })
    own.snapshot()
    assert.match((await takeWarnings())[0].message, /beforeRead callback queueLength failed: Error: no count\n/)
  })

  test('by its time limit is not called again before it settles, and delays no reading', lasting, async () => {
    const own = fresh()
    let { promise, resolve } = pending()
    let calls = 0
    own.beforeRead(
      () => {
        calls++
        return promise
      },
      { timeout: 1 },
    )
    for (let count = 0; count < 10; count++) await own.json()
    own.snapshot()
    assert.deepEqual([calls, own.collector.callbackFailures], [1, 1])
    resolve()
    await promise
    promise = undefined
    for (let count = 0; count < 2; count++) await own.json()
    assert.deepEqual([calls, own.collector.callbackFailures], [3, 1])
  })

  test('late is counted once', lasting, async () => {
    const own = fresh()
    const { promise, reject } = pending()
    own.beforeRead(() => promise, { timeout: 1 })
    await own.json()
    reject(new Error('late'))
    await promise.catch(() => {})
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(own.collector.callbackFailures, 1)
  })
})

describe('a callback that reads', () => {
  const readings = { ...synchronous, ...asynchronous }
  for (const name of ['snapshot()', 'snapshot() of a window', 'json()', 'prometheus()', 'handle()', 'the stats log']) {
    test(`${name} runs no callbacks, again and again`, lasting, async () => {
      const own = fresh()
      let calls = 0
      own.gauge('calls').set(7)
      own.beforeRead(async () => {
        calls++
        assert.equal(await readings[name](own), 7)
      }, forever)
      for (let round = 1; round <= 3; round++) {
        await own.json()
        assert.deepEqual([calls, own.collector.callbackFailures], [round, 0])
      }
    })
  }

  test('within a synchronous reading does not call itself', () => {
    const own = counted((count) => {
      count()
      own.snapshot()
      own.prometheusSync()
    })
    own.snapshot()
    assert.deepEqual([own.calls(), own.collector.callbackFailures], [1, 0])
  })

  test('another collector whose callback reads the first does not wait for itself', lasting, async () => {
    const [one, other] = [fresh(), fresh()]
    let calls = 0
    const reading = (own) => async () => {
      calls++
      await own.json()
    }
    one.beforeRead(reading(other), forever)
    other.beforeRead(reading(one), forever)
    await one.json()
    assert.equal(calls, 1)
    await Promise.all([one.json(), other.json()])
    assert.equal(calls, 3)
  })

  test('leaves readings of others to run callbacks', lasting, async () => {
    const own = counted()
    const { promise, resolve } = pending()
    own.beforeRead(() => promise, forever)
    const reading = own.json()
    await undefined
    own.snapshot()
    assert.equal(own.calls(), 2)
    resolve()
    await reading
  })
})

describe('a callback that is removed', () => {
  test('is called no more, even by a run that has begun', async () => {
    const own = fresh()
    const stop = { all: () => stop.second() }
    own.beforeRead(() => stop.all())
    stop.second = own.beforeRead(() => own.inc('called'))
    await own.json()
    stop.second()
    assert.equal(own.snapshot().counters.called, undefined)
  })

  test('lets the readings that wait for it go on', lasting, async () => {
    const own = fresh()
    const stop = own.beforeRead(() => new Promise(() => {}), forever)
    const reading = own.json()
    await undefined
    stop()
    await reading
    assert.equal(own.collector.callbackFailures, 0)
  })

  test('is collected with all that it held, even while its promise is pending', lasting, async () => {
    const own = fresh()
    const never = pending()
    const references = (() => {
      const held = [{}, {}]
      const stops = [
        own.beforeRead(() => held[0] && undefined),
        own.beforeRead(() => held[1] && never.promise, forever),
      ]
      own.snapshot()
      for (const stop of stops) stop()
      return held.map((each) => new WeakRef(each))
    })()
    for (const reference of references) await collectUntil(() => reference.deref() === undefined, 'it is collected')
    own.snapshot()
    never.resolve()
  })
})

describe('a process', () => {
  test('ends while a callback is pending', lasting, () => {
    const program = `
      const { metrics } = require('.')
      metrics.beforeRead(() => new Promise(() => {}), { timeout: ${forever.timeout} })
      metrics.json().then(() => console.log('read'))
      console.log('end')`
    const printed = execFileSync(process.execPath, ['-e', program], {
      cwd: path.resolve(__dirname, '..', '..'),
      encoding: 'utf8',
    })
    assert.equal(printed, 'end\n')
  })

  test('calls in each thread the callbacks of that thread', lasting, async () => {
    const own = fresh()
    own.beforeRead(() => own.gauge('main').inc())
    const file = path.join(__dirname, '..', 'workers', 'callbacks.js')
    const worker = new Worker(file, { workerData: { collector: own.collector.id } })
    await once(worker, 'message')
    assert.deepEqual(own.snapshot().gauges, { main: 1 })
    worker.postMessage('read')
    const [{ gauges }] = await once(worker, 'message')
    assert.deepEqual(gauges, { main: 1, worker: 1 })
    await worker.terminate()
  })
})

test('a service whose collector changes while it waits answers from the earlier one', lasting, async () => {
  const own = fresh()
  own.inc('earlier')
  const { promise, resolve } = pending()
  own.beforeRead(() => promise, forever)
  const service = createPoolMetrics({ collector: own.collector })
  const answers = ['/series', '/series/earlier', '/prometheus'].map((of) =>
    service.fetch(new Request(`http://localhost/metrics/api/metrics${of}`)),
  )
  assert.equal(await isWaiting(Promise.race(answers)), true)
  service.setConfig({ collector: null })
  resolve()
  for (const answer of answers) {
    const response = await answer
    assert.equal(response.status, 200)
    assert.match(await response.text(), /earlier/)
  }
})

/** Whether a promise is pending a turn later. */
function isWaiting(promise) {
  const waiting = new Promise((resolve) => setImmediate(resolve, true))
  return Promise.race([promise.then(() => false), waiting])
}

describe('beforeRead refuses', () => {
  const own = fresh()
  for (const fn of [undefined, null, 'fn', {}, Promise.resolve()]) {
    test(`${Object.prototype.toString.call(fn)} as a function`, () => {
      const isRefused = { name: 'TypeError', code: 'ERR_TALLYSTICK_FUNCTION' }
      assert.throws(() => own.beforeRead(fn), isRefused)
      assert.throws(() => own.collector.beforeRead(fn), isRefused)
    })
  }
  for (const [options, name] of [
    [{ timeout: 0 }, 'RangeError'],
    [{ timeout: Number.NaN }, 'RangeError'],
    [{ timeout: 2 ** 31 }, 'RangeError'],
    [{ timeout: '1s' }, 'TypeError'],
    [{ timeLimit: 1 }, 'TypeError'],
    [7, 'TypeError'],
  ]) {
    test(`the options ${JSON.stringify(options)}`, () => {
      assert.throws(() => own.beforeRead(assert.fail, options), { name, code: 'ERR_TALLYSTICK_OPTIONS' })
      own.snapshot()
    })
  }

  test('a collector that is none', () => {
    assert.throws(() => Collector.prototype.beforeRead.call({}, () => {}), TypeError)
  })
})
