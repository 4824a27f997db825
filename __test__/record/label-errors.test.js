'use strict'

// Labels that are refused: undeclared and invalid ones, and what getters among them may do.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const path = require('node:path')
const { once } = require('node:events')
const { inspect } = require('node:util')
const { Worker } = require('node:worker_threads')
const { fresh, isLabelError } = require('../support/metrics')

describe('declared label names', () => {
  test('reject others, which record nothing', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', labelNames: ['x', 'y'] })
    for (const wrong of [{ z: 1 }, { x: 1, z: 1 }, { z: null }, { X: 1 }, JSON.parse('{"__proto__":1}')]) {
      assert.throws(() => counter.labels(wrong), isLabelError)
      assert.throws(() => own.inc('a', 1, wrong), isLabelError)
    }
    assert.deepEqual(own.snapshot().counters, {})
  })

  test('may be omitted, some or all', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', labelNames: ['x', 'y'] })
    counter.inc(1)
    counter.labels({ x: 1 }).inc(2)
    own.inc('a', 4, { y: 1 })
    own.inc('a', 8, { y: 1, x: 1 })
    assert.deepEqual(own.snapshot().counters, { a: 1, 'a{x="1"}': 2, 'a{y="1"}': 4, 'a{x="1",y="1"}': 8 })
  })

  test('that are empty allow no labels', () => {
    const own = fresh()
    own.counter({ name: 'a', labelNames: [] }).inc()
    assert.throws(() => own.inc('a', 1, { x: 1 }), isLabelError)
    assert.deepEqual(own.snapshot().counters, { a: 1 })
  })

  test('declared after others were used reject these from then on', () => {
    const own = fresh()
    own.inc('a', 1, { z: 1 })
    own.counter({ name: 'a', labelNames: ['x'] })
    assert.throws(() => own.inc('a', 1, { z: 1 }), isLabelError)
    assert.equal(own.value('a', { z: 1 }), 1)
  })

  test('apply in threads that did not declare them', async () => {
    const own = fresh()
    own.counter({ name: 'a', labelNames: ['x'] })
    const source = `
      const { parentPort, workerData } = require('node:worker_threads')
      const { Collector, createMetrics } = require(workerData.tallystick)
      const own = createMetrics(Collector.attach(workerData.collector))
      own.inc('a', 1, { x: 1 })
      try {
        own.inc('a', 1, { z: 1 })
      } catch ({ name, code }) {
        parentPort.postMessage({ name, code })
      }
      parentPort.postMessage('recorded')
    `
    const workerData = { tallystick: path.resolve(__dirname, '..', '..'), collector: own.collector.id }
    const worker = new Worker(source, { eval: true, workerData })
    const exit = once(worker, 'exit')
    assert.deepEqual((await once(worker, 'message'))[0], isLabelError)
    await exit
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 1 })
  })
})

describe('invalid labels', () => {
  const none = ['x', '', 1, true, Symbol('s'), 1n, ['x'], [], () => {}, new Map([['x', 1]]), new Date(0), /x/]
  for (const wrong of none) {
    test(`are an error, whatever was recorded before: ${inspect(wrong)}`, () => {
      const own = fresh()
      assert.throws(() => own.inc('a', 1, wrong), isLabelError)
      assert.deepEqual(own.snapshot().counters, {})
      // these as labels
      own.inc('a', 1, { 0: 'x' })
      own.inc('a', 1, { 0: 'x' })
      assert.throws(() => own.inc('a', 1, wrong), isLabelError)
      assert.throws(() => own.counter('a').labels(wrong), isLabelError)
      assert.deepEqual(own.snapshot().counters, { 'a{0="x"}': 2 })
    })
  }

  test('are an error if a name is empty', () => {
    const own = fresh()
    assert.throws(() => own.inc('a', 1, { '': 1 }), isLabelError)
    assert.throws(() => own.inc('a', 1, { x: 1, '': 1 }), isLabelError)
    assert.deepEqual(own.snapshot().counters, {})
  })

  test('are an error if two names become equal', () => {
    assert.throws(() => fresh().inc('a', 1, { 'x\ud800': 1, 'x\udbff': 2 }), isLabelError)
  })

  test('are an error, with its cause, if a value cannot become a string', () => {
    const own = fresh()
    const cause = new Error('mine')
    const fail = () => {
      throw cause
    }
    for (const value of [{ toString: fail }, Object.create(null)]) {
      for (const record of [() => own.inc('a', 1, { x: value }), () => own.observeMillis('a', 1, { x: value })]) {
        assert.throws(record, isLabelError)
      }
    }
    assert.throws(() => own.inc('a', 1, { x: { toString: fail } }), { cause })
    assert.deepEqual(own.snapshot().counters, {})
  })

  test('are an error if they cannot be read, also in a known order', () => {
    const own = fresh()
    const cause = new Error('mine')
    const fail = () => {
      throw cause
    }
    const unreadable = [
      Object.defineProperty({}, 'x', { enumerable: true, get: fail }),
      new Proxy({ x: 1 }, { ownKeys: fail }),
      new Proxy({ x: 1 }, { get: fail }),
    ]
    for (const [at, labels] of [...unreadable, ...unreadable].entries()) {
      assert.throws(() => own.inc('a', 1, labels), { ...isLabelError, cause })
      assert.throws(() => own.observeMillis('a', 1, labels), { ...isLabelError, cause })
      assert.throws(() => own.value('a', labels), { ...isLabelError, cause })
      // known from the second round on
      if (at === unreadable.length - 1) own.inc('a', 1, { x: 1 })
    }
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 1 })
  })
})

describe('a getter among the labels', () => {
  /**
   * Creates the number of series at which a family reorders its labels, less `missing`.
   * @param {any} counter
   * @param {number} missing
   */
  function fill(counter, missing) {
    for (let at = 0; at < 16 - missing; at++) counter.labels({ id: `id ${at}`, method: 'GET' })
  }

  test('that creates series of the family does not change the labels of the call', () => {
    for (const method of ['id 3', 'POST']) {
      const own = fresh()
      const counter = own.counter('requests')
      fill(counter, 1)
      const labels = {
        get id() {
          fill(counter, 0)
          return 'GET'
        },
        method,
      }
      counter.labels(labels).inc(5)
      assert.equal(own.value('requests', { id: 'GET', method }), 5)
      assert.equal(own.value('requests', { id: method, method: 'GET' }), method === 'POST' ? undefined : 0)
    }
  })

  test('that removes series of the family, or all, does not change the labels of the call', () => {
    const own = fresh()
    const counter = own.counter('requests')
    const wanted = { id: 'id 3', method: 'GET' }
    for (const remove of [() => counter.remove(wanted), () => own.collector.clear(), () => counter.remove()]) {
      fill(counter, 0)
      const labels = {
        id: 'id 3',
        get method() {
          remove()
          return 'GET'
        },
      }
      counter.labels(labels)
      assert.equal(own.value('requests', wanted), 0)
      counter.labels(wanted).inc(2)
      assert.equal(own.snapshot().counters['requests{id="id 3",method="GET"}'], 2)
      own.collector.clear()
    }
  })
})

test('functions and arrays are no labels, also with the keys of a known order', () => {
  const counter = fresh().counter('a')
  counter.labels({ x: 1, y: 2 }).inc()
  assert.throws(() => counter.labels(Object.assign(() => {}, { x: 1, y: 3 })), isLabelError)
  assert.throws(() => counter.labels(Object.assign([], { z: 1 })), isLabelError)
})
