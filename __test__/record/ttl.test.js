'use strict'

// `ttl`: label sets that are idle leave all readings.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { fresh, isConflict, thrownBy } = require('../support/metrics')

/** Times that pass between a few readings or between many, and one that does not pass. */
const SHORT = 1
const LONGER = 50
const LONG = 1e9

const THREADS = 3
/** How often series must have left, and come back, before the sums are compared. */
const ENOUGH = 300

/**
 * Reads until there is nothing with this key.
 * @param {ReturnType<typeof fresh>} own
 * @param {string} key
 * @param {() => void} [between]
 */
function readUntilGone(own, key, between = () => {}) {
  const has = () => Object.values(own.snapshot()).some((section) => Object.hasOwn(section, key))
  assert.ok(has(), `${key} is there`)
  do between()
  while (has())
}

/** @param {ReturnType<typeof fresh>} own */
function windowOf(own) {
  const window = own.collector.window()
  return { read: () => window.snapshotAndReset(), isReset: true }
}

/** The series that the only reader sees come and go. A series goes only with the values that it had at the reading before. */
class Lives {
  #isReset
  /** @type {Map<string, { count: number, sum: number }>} of earlier lives; or of earlier readings, if each of them resets */
  #ended = new Map()
  /** @type {Map<string, { count: number, sum: number }>} of the latest reading */
  #current = new Map()
  ended = 0
  revived = 0

  /** @param {boolean} isReset */
  constructor(isReset) {
    this.#isReset = isReset
  }

  /** @param {any} snapshot */
  note({ counters, timings, histograms }) {
    const current = new Map(Object.entries(counters).map(([key, sum]) => [key, { count: sum, sum }]))
    for (const [key, { count, total, sum }] of Object.entries({ ...timings, ...histograms })) {
      current.set(key, { count, sum: total ?? sum })
    }
    for (const [key, last] of this.#current) {
      if (!current.has(key)) this.ended++
      if (this.#isReset || !current.has(key)) this.#ended.set(key, plus(this.#ended.get(key), last))
    }
    for (const key of current.keys()) if (!this.#current.has(key) && this.#ended.has(key)) this.revived++
    this.#current = current
  }

  /** @param {string} key */
  total(key) {
    return plus(this.#ended.get(key), this.#current.get(key))
  }
}

/** @param {{ count: number, sum: number }} [one] @param {{ count: number, sum: number }} [other] */
function plus(one = { count: 0, sum: 0 }, other = { count: 0, sum: 0 }) {
  return { count: one.count + other.count, sum: one.sum + other.sum }
}

describe('label sets that are idle', () => {
  for (const [kind, record, value] of [
    ['counter', (handle) => handle.inc(3), 3],
    ['timing', (handle) => handle.observeMillis(3), 1],
    ['histogram', (handle) => handle.observe(3), 1],
    ['gauge', (handle) => handle.inc(3), 3],
  ]) {
    test(`leave if they are those of a ${kind}, and start from 0 when they are recorded again`, () => {
      const own = fresh()
      const instrument = own[kind]({ name: 'a', ttl: LONGER })
      const kept = instrument.labels({ id: 'idle' })
      const readOf = (id) => own.value('a', { id })?.count ?? own.value('a', { id })
      record(kept)
      record(instrument)
      readUntilGone(own, 'a{id="idle"}', () => record(instrument.labels({ id: 'used' })))
      assert.ok(readOf('used') >= value, 'what is recorded stays')
      assert.ok(own.value('a') !== undefined, 'so does the series without labels')
      record(kept)
      assert.equal(readOf('idle'), value)
      record(instrument.labels({ id: 'idle' }))
      assert.equal(readOf('idle'), 2 * value)
    })
  }

  test('stay as long as their totals are set, so that none is counted twice', () => {
    const own = fresh()
    let isRead = true
    own.counter({
      name: 'reads',
      ttl: SHORT,
      collect() {
        if (isRead) this.labels({ disk: 'sda' }).setTotal(1000)
      },
    })
    const window = own.collector.window()
    let sum = 0
    own.counter({ name: 'idle', ttl: LONGER }).labels({ id: 'a' }).inc()
    readUntilGone(own, 'idle{id="a"}', () => {
      sum += window.snapshotAndReset().counters['reads{disk="sda"}']
    })
    assert.equal(sum, 1000)
    isRead = false
    readUntilGone(own, 'reads{disk="sda"}')
  })

  test('leave in every thread, also where only a kept handle records', async () => {
    const own = fresh()
    own.counter({ name: 'jobs', ttl: SHORT })
    own.inc('jobs', 1, { id: 'worker' })
    const worker = new Worker(path.join(__dirname, '../workers/idle-series.js'), { workerData: own.collector.id })
    await once(worker, 'message')
    assert.equal(own.value('jobs', { id: 'worker' }), 6)
    readUntilGone(own, 'jobs{id="worker"}')
    assert.equal(own.value('jobs', { id: 'worker' }) ?? 0, 0)
    for (let round = 0; round < 2; round++) {
      worker.postMessage('record')
      await once(worker, 'message')
      assert.equal(own.value('jobs', { id: 'worker' }), 2)
      assert.equal(own.value('jobs', { id: 'by labels' }), 1)
      readUntilGone(own, 'jobs{id="worker"}')
      own.inc('jobs', 1, { id: 'by labels' })
      readUntilGone(own, 'jobs{id="by labels"}')
    }
    worker.postMessage('end')
    await once(worker, 'exit')
  })

  for (const [reader, open] of [
    ['snapshots', (own) => ({ read: () => own.snapshot(), isReset: false })],
    ['a window that is reset', windowOf],
  ]) {
    test(`leave while threads go on recording, and ${reader} have each recording once`, async () => {
      const own = fresh({ ttl: SHORT })
      const over = new Int32Array(new SharedArrayBuffer(4))
      const workers = Array.from({ length: THREADS }, (_, seed) => {
        const workerData = { id: own.collector.id, over, seed, ttl: SHORT }
        return new Worker(path.join(__dirname, '../workers/idle-recorder.js'), { workerData })
      })
      const reports = workers.map(async (worker) => (await once(worker, 'message'))[0])
      const { read, isReset } = open(own)
      const lives = new Lives(isReset)
      while (lives.ended < ENOUGH || lives.revived < ENOUGH) {
        lives.note(read())
        await setImmediate()
      }
      Atomics.store(over, 0, 1)
      const recorded = await Promise.all(reports)
      lives.note(read())
      const keys = new Set(recorded.flatMap((sums) => [...sums.keys()]))
      for (const key of keys) {
        const all = recorded.map((sums) => sums.get(key) ?? { count: 0, sum: 0 })
        const sum = all.reduce((total, one) => total + one.sum, 0)
        const count = key.startsWith('jobs') ? sum : all.reduce((total, one) => total + one.count, 0)
        assert.deepEqual(lives.total(key), { count, sum }, key)
      }
      await Promise.all(workers.map((worker) => worker.terminate()))
    })
  }

  test('leave room for others', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', ttl: SHORT, maxSeries: 10 })
    for (let round = 0; round < 5; round++) {
      for (let at = 0; at < 10; at++) counter.labels({ id: `${round} ${at}` }).inc()
      assert.equal(Object.keys(own.snapshot().counters).length, 10)
      for (let at = 0; at < 10; at++) assert.equal(own.value('a', { id: `${round} ${at}` }), 1)
      while (Object.keys(own.snapshot().counters).length > 0);
    }
  })

  test('leave windows and expositions too', async () => {
    const own = fresh()
    own.timing({ name: 'a', ttl: SHORT }).labels({ id: 1 }).observeMillis(1)
    const window = own.collector.window()
    window.snapshotAndReset()
    while (Object.keys(own.readSync()[0].series).length > 0);
    assert.doesNotMatch(new TextDecoder().decode((await own.prometheus()).body), /id="1"/)
    assert.deepEqual(window.snapshot().timings, {})
    own.timing('a').labels({ id: 1 }).observeMillis(1)
    assert.equal(window.snapshot().timings['a{id="1"}'].count, 1)
  })

  test('are those that are not recorded, not those that are read late', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', ttl: SHORT })
    counter.labels({ id: 1 }).inc()
    const until = performance.now() + 5 * SHORT
    while (performance.now() < until);
    // nobody has read it before
    assert.equal(own.snapshot().counters['a{id="1"}'], 1)
  })

  test('stay while a gauge is set to the same value, if the time of setting decides', () => {
    const own = fresh()
    const last = own.gauge({ name: 'last', merge: 'last', ttl: SHORT })
    own.gauge({ name: 'sum', ttl: SHORT }).labels({ id: 1 }).set(1)
    last.labels({ id: 1 }).set(1)
    readUntilGone(own, 'sum{id="1"}', () => last.labels({ id: 1 }).set(1))
    assert.equal(own.value('last', { id: 1 }), 1)
    // back at the next set
    own.gauge('sum').labels({ id: 1 }).set(1)
    assert.equal(own.snapshot().gauges['sum{id="1"}'], 1)
  })
})

describe('ttl', () => {
  test('of a collector is that of its families, except gauges and those with their own', () => {
    const own = fresh({ ttl: SHORT })
    own.counter({ name: 'long', ttl: LONG }).labels({ id: 1 }).inc()
    own.counter({ name: 'never', ttl: Infinity }).labels({ id: 1 }).inc()
    own.gauge('gauge').labels({ id: 1 }).set(1)
    own.inc('idle', 1, { id: 1 })
    readUntilGone(own, 'idle{id="1"}')
    assert.deepEqual(own.snapshot().counters, { 'long{id="1"}': 1, 'never{id="1"}': 1 })
    assert.deepEqual(own.snapshot().gauges, { 'gauge{id="1"}': 1 })
  })

  test('may be declared later, but not differently', () => {
    const own = fresh()
    own.inc('a', 1, { id: 1 })
    own.counter({ name: 'a', ttl: SHORT })
    readUntilGone(own, 'a{id="1"}')
    assert.throws(() => own.counter({ name: 'a', ttl: 2 }), isConflict)
    own.counter({ name: 'b', ttl: Infinity })
    assert.throws(() => own.counter({ name: 'b', ttl: 2 }), isConflict)
  })

  for (const wrong of [0, -1, 0.5, NaN, -Infinity, '5', null, 5n, {}]) {
    test(`is not ${typeof wrong} ${String(wrong)}`, () => {
      for (const make of [() => fresh({ ttl: wrong }), () => fresh().gauge({ name: 'a', ttl: wrong })]) {
        const error = thrownBy(make)
        assert.equal(error.code, 'ERR_TALLYSTICK_OPTIONS')
        assert.match(error.message, /option ttl must be/)
      }
    })
  }
})
