'use strict'

// Recorders: their collectors, scopes and separators, and that they are collected.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const path = require('node:path')
const { Collector, Recorder, createMetrics, createRecorder } = require('../..')
const { collectUntil } = require('../support/garbage')
const { isEmpty, recorded, recorderAndEvents } = require('../support/recorders')

describe('a recorder', () => {
  test('has its own collector', () => {
    const [one, other] = [new Recorder(), createRecorder()]
    one.counter('a').incr()
    assert.ok(one.collector instanceof Collector)
    assert.notEqual(one.collector, Collector.default)
    assert.deepEqual(recorded(one).counters, { a: 1 })
    isEmpty(other)
  })

  test('records into the given collector, next to others and into the same series', () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    own.inc('a', 1, { x: 1 })
    own.inc('b')
    const recorder = new Recorder({ collector })
    recorder.counter('a', 2, { x: 1 })
    recorder.scope('s').counter('c', 1, { y: '"' })
    assert.equal(recorder.collector, collector)
    assert.deepEqual(own.snapshot().counters, { 'a{x="1"}': 3, b: 1, 's/c{y="\\""}': 1 })
    const text = new TextDecoder().decode(own.prometheusSync().body)
    assert.match(text, /s_c_total\{y="\\""\} 1/)
  })

  test('scopes nest, and share collector, listeners and configuration', () => {
    const { recorder, events } = recorderAndEvents({ separator: '.' })
    const inner = recorder.scope('a').scope('b')
    assert.ok(inner instanceof Recorder)
    assert.equal(inner.collector, recorder.collector)
    assert.equal(inner.separator, '.')
    inner.on('gauge', (event) => events.push(event.name))
    inner.counter('c').incr()
    recorder.gauge('g').update(1)
    assert.deepEqual(
      events.map((event) => event.name ?? event),
      ['a.b.c', 'g', 'g'],
    )
    assert.deepEqual(recorded(recorder).counters, { 'a.b.c': 1 })
  })

  test('has the separator / by default', () => {
    for (const separator of [undefined, '']) {
      const recorder = new Recorder({ separator })
      recorder.scope('a').counter('b', 1)
      assert.deepEqual(recorded(recorder).counters, { 'a/b': 1 })
    }
  })

  test('keeps the precision of existing names in its collector, and uses 2 for tagged ones too', () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    own.timing({ name: 'old', precision: 1 }).observeMillis(1)
    const recorder = new Recorder({ collector })
    recorder.timer('old').time(() => {})
    assert.equal(own.value('old').count, 2)
    recorder.histogram('new', { x: 1 }).add(100)
    recorder.histogram('new', { x: 1 }).add(1000)
    assert.ok(own.value('new', { x: 1 }).p50 <= 100.8)
    const strict = new Recorder({ collector, precision: 2 })
    assert.throws(() => strict.timer('old'), { code: 'ERR_TALLYSTICK_CONFLICT' })
  })

  test('is garbage-collected, with its instruments, when it is dropped', async () => {
    const { reference, id } = (() => {
      const recorder = new Recorder()
      recorder.on('timer', () => recorder.counter('received').incr())
      recorder.timer('a').time(() => {})
      return { reference: new WeakRef(recorder), id: recorder.collector.id }
    })()
    await collectUntil(() => reference.deref() === undefined, 'the recorder is collected')
    await collectUntil(() => {
      try {
        return Collector.attach(id) === undefined
      } catch {
        return true
      }
    }, 'its collector is gone')
  })

  test('in a worker records into the collector that it attaches to', async () => {
    const recorder = new Recorder()
    recorder.counter('shared').incr()
    const file = path.join(__dirname, '..', 'workers', 'recorder.js')
    const worker = new Worker(file, { workerData: { collector: recorder.collector.id, count: 4 } })
    await once(worker, 'message')
    assert.deepEqual(recorded(recorder).counters, { shared: 5, 'worker/own': 1 })
    worker.postMessage('end')
    await once(worker, 'exit')
    assert.deepEqual(recorded(recorder).counters, { shared: 5, 'worker/own': 1 })
  })
})
