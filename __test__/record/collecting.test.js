'use strict'

// What sources have counted or hold themselves: the option `collect` of an instrument, and the totals of observable counters.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { collectUntil } = require('../support/garbage')
const { fresh, samples, thrownBy } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

// a time limit keeps no process alive
let alive
before(() => {
  alive = setInterval(() => {}, 60_000)
})
after(() => clearInterval(alive))

const record = {
  counter: (instrument) => instrument.inc(),
  gauge: (instrument) => instrument.inc(),
  timing: (instrument) => instrument.observeMillis(1),
  histogram: (instrument) => instrument.observe(1),
}

describe('the option collect', () => {
  for (const kind of Object.keys(record)) {
    test(`of a ${kind} is called before each reading, with the instrument as this`, async () => {
      const own = fresh()
      let received
      const instrument = own[kind]({
        name: 'a',
        collect() {
          received = this
          record[kind](this)
        },
      })
      own.snapshot()
      await own.prometheus()
      await own.json()
      own.readSync()
      assert.equal(received, instrument)
      const value = instrument.value()
      assert.equal(value.count ?? value, 4)
    })
  }

  test('may be asynchronous, for readings that wait', async () => {
    const own = fresh()
    own.gauge({
      name: 'a',
      async collect() {
        await new Promise((resolve) => setImmediate(resolve))
        this.set(7)
      },
    })
    assert.deepEqual(own.snapshot().gauges, {})
    assert.deepEqual(JSON.parse(Buffer.from(await own.json())).gauges, { a: 7 })
  })

  test('that throws loses only its own family, is counted, and is named by one warning', async () => {
    const own = fresh()
    await takeWarnings()
    own.gauge({ name: 'good', collect: () => own.set('good', 1) })
    own.counter({
      name: 'bad',
      collect() {
        throw new Error('disk on fire')
      },
    })
    own.gauge({
      name: 'rejected',
      collect: async () => {
        throw new Error('later')
      },
    })
    own.gauge({ name: 'fine', collect: () => own.set('fine', 2) })
    for (let times = 0; times < 2; times++) {
      const { gauges } = JSON.parse(Buffer.from(await own.json()))
      assert.deepEqual(gauges, { good: 1, fine: 2 })
    }
    assert.equal(own.collector.callbackFailures, 4)
    const warnings = await takeWarnings()
    assert.deepEqual(warnings.map(({ code }) => code).sort(), ['TALLYSTICK_CALLBACK', 'TALLYSTICK_CALLBACK'])
    assert.deepEqual(warnings.map(({ message }) => message.split('\n')[0]).sort(), [
      'collect of the counter "bad" failed: Error: disk on fire',
      'collect of the gauge "rejected" failed: Error: later',
    ])
  })

  test('is the last one that was given, and stays without the option', () => {
    const own = fresh()
    const calls = []
    const one = () => calls.push('one')
    const gauge = own.gauge({ name: 'a', collect: one })
    own.gauge({ name: 'a', collect: one })
    own.snapshot()
    own.gauge({ name: 'a', collect: () => calls.push('two') })
    own.gauge('a')
    own.gauge({ name: 'a', help: 'A.' })
    own.snapshot()
    gauge.reset()
    gauge.remove()
    own.collector.clear()
    own.snapshot()
    assert.deepEqual(calls, ['one', 'two', 'two'])
  })

  test('ends with unregister(), and so does what it holds', async () => {
    const own = fresh()
    let calls = 0
    const held = (() => {
      const large = { calls: () => calls++ }
      own.gauge({ name: 'a', collect: () => large.calls() })
      return new WeakRef(large)
    })()
    own.snapshot()
    own.unregister('a')
    own.gauge('a')
    own.snapshot()
    assert.equal(calls, 1)
    await collectUntil(() => held.deref() === undefined, 'what it holds is collected')
  })

  test('ends in the other threads, too', async () => {
    const own = fresh()
    const worker = new Worker(path.join(__dirname, '..', 'workers', 'families.js'), {
      workerData: { id: own.collector.id },
    })
    const run = async (source) => {
      worker.postMessage(source)
      return (await once(worker, 'message'))[0]
    }
    const read = `metrics.snapshot(); return held.calls`
    await run(`held.calls = 0; metrics.gauge({ name: 'a', collect() { held.calls++; this.set(1) } })`)
    assert.equal(await run(read), 1)
    own.unregister('a')
    // its handle records nothing, and it is called no more once the thread has noticed
    await run(`metrics.snapshot()`)
    assert.deepEqual(own.snapshot().gauges, {})
    const noticed = await run(read)
    assert.equal(await run(read), noticed)
    worker.postMessage('end')
    await once(worker, 'exit')
  })

  test('must be a function', () => {
    const own = fresh()
    for (const collect of [null, 1, 'set', {}]) {
      const error = thrownBy(() => own.gauge({ name: 'a', collect }))
      assert.deepEqual([error.name, error.code], ['TypeError', 'ERR_TALLYSTICK_FUNCTION'])
    }
    assert.equal(own.get('a'), undefined)
  })
})

describe('setTotal()', () => {
  test('takes over the total of a source, and its beginning at 0 again', () => {
    const own = fresh()
    const counter = own.counter('a')
    const after = (total) => {
      counter.setTotal(total)
      return counter.value()
    }
    assert.deepEqual([0, 5, 5, 12, 3, 4, 0, 0, 2].map(after), [0, 5, 5, 12, 15, 16, 16, 16, 18])
    assert.deepEqual(samples(own), { a_total: 18 })
  })

  test('is exact for totals that are no whole numbers', () => {
    const own = fresh()
    let total = 0
    for (let at = 0; at < 10_000; at++) {
      total += 0.1
      own.counter('a').setTotal(total)
    }
    assert.equal(own.value('a'), total)
  })

  test('keeps a series with its last total, beside other increments', () => {
    const own = fresh()
    const counter = own.counter('a')
    const [one, two] = [counter.labels({ x: 1 }), counter.labels({ x: 2 })]
    one.setTotal(10)
    two.setTotal(1)
    one.inc(5)
    one.setTotal(12)
    two.setTotal(4)
    two.inc(-1)
    assert.deepEqual(own.snapshotAndReset().counters, { 'a{x="1"}': 17, 'a{x="2"}': 3 })
    one.setTotal(20)
    two.setTotal(4)
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 8 })
  })

  test('is visible at 0, and takes over the whole total again after a removal or a reset', async () => {
    const own = fresh()
    const counter = own.counter('a')
    const labelled = counter.labels({ x: 1 })
    labelled.setTotal(0)
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 0 })
    labelled.setTotal(7)
    counter.remove({ x: 1 })
    labelled.setTotal(9)
    assert.equal(labelled.value(), 9)
    counter.reset()
    labelled.setTotal(10)
    assert.equal(labelled.value(), 10)
    const worker = new Worker(path.join(__dirname, '..', 'workers', 'families.js'), {
      workerData: { id: own.collector.id },
    })
    worker.postMessage(`metrics.counter('a').remove({ x: 1 })`)
    await once(worker, 'message')
    labelled.setTotal(12)
    assert.equal(labelled.value(), 12)
    worker.postMessage(`metrics.counter('a').labels({ x: 1 }).setTotal(100)`)
    await once(worker, 'message')
    assert.equal(labelled.value(), 112)
    worker.postMessage('end')
    await once(worker, 'exit')
    labelled.setTotal(13)
    assert.equal(labelled.value(), 113)
  })

  test('counts beyond what a cell may hold', () => {
    const own = fresh()
    const counter = own.counter('a')
    for (const total of [2 ** 50, 2 ** 50 + 2, 2 ** 51, 5, 6]) counter.setTotal(total)
    assert.equal(counter.value(), 2 ** 51 + 6)
  })

  test('refuses what is no total, and counts nothing', () => {
    const own = fresh()
    const counter = own.counter('a')
    for (const [total, name] of [
      [-1, 'RangeError'],
      [Number.NaN, 'RangeError'],
      [Infinity, 'RangeError'],
      ['1', 'TypeError'],
      [1n, 'TypeError'],
      [undefined, 'TypeError'],
      [{ x: 1 }, 'TypeError'],
    ]) {
      const error = thrownBy(() => counter.setTotal(total))
      assert.deepEqual([error.name, error.code], [name, 'ERR_TALLYSTICK_VALUE'])
    }
    assert.equal(thrownBy(() => counter.setTotal(1, { x: 1 })).code, 'ERR_TALLYSTICK_LABELS')
    assert.equal(counter.value(), undefined)
  })
})
