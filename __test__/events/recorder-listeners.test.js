'use strict'

// Listeners of recorders, and events that the user emits.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, Recorder, createAggregator, createMetrics, createRecorder } = require('../..')
const { KINDS, recorded, recorderAndEvents } = require('../support/recorders')

describe('listeners', () => {
  test('can be added and removed, also during an event', () => {
    const recorder = new Recorder()
    const received = []
    const late = () => received.push('late')
    const first = () => {
      received.push('first')
      recorder.off('counter', first).off('counter', second).on('counter', late)
    }
    const second = () => received.push('second')
    recorder.on('counter', first).on('counter', second)
    const counter = recorder.counter('a')
    counter.incr()
    assert.deepEqual(received, ['first', 'second'])
    counter.incr()
    assert.deepEqual(received, ['first', 'second', 'late'])
    recorder.off('counter', late).off('counter', late)
    counter.incr()
    assert.equal(received.length, 3)
  })

  test('that are added twice are called twice, and once after one removal', () => {
    const recorder = new Recorder()
    let calls = 0
    const listener = () => calls++
    recorder.on('gauge', listener).on('gauge', listener)
    recorder.gauge('a', 1)
    recorder.off('gauge', listener)
    recorder.gauge('a', 1)
    assert.equal(calls, 3)
  })

  test('that are added with once() receive one event, also if it is emitted within another', () => {
    const { recorder, events } = recorderAndEvents()
    const counter = recorder.counter('a')
    let calls = 0
    recorder.on('counter', ({ increment }) => increment === 1 && counter.incr(2)).once('counter', () => calls++)
    const never = () => assert.fail('it was taken away')
    recorder.once('counter', never)
    assert.equal(recorder.listenerCount('counter'), 4)
    recorder.off('counter', never).removeAllListeners('timer')
    assert.equal(recorder.listenerCount('counter'), 3)
    assert.equal(recorder.listenerCount('timer'), 0)
    counter.incr()
    assert.equal(calls, 1)
    assert.equal(events.length, 2)
  })

  test('can be managed with the methods of an EventEmitter', () => {
    const recorder = new Recorder()
    const received = []
    const listener = ({ name }) => received.push(name)
    assert.equal(recorder.addListener('gauge', listener), recorder)
    recorder.gauge('a', 1)
    assert.equal(recorder.removeListener('gauge', listener), recorder)
    recorder.gauge('b', 1)
    recorder.on('gauge', listener).on('counter', listener)
    assert.equal(recorder.removeAllListeners(), recorder)
    recorder.gauge('c', 1)
    recorder.counter('c', 1)
    assert.deepEqual(received, ['a'])
  })

  test('may record, and their recordings are emitted', () => {
    const { recorder, events } = recorderAndEvents()
    const reported = recorder.counter('reported')
    recorder.on('timer', () => reported.incr())
    recorder.timer('a').time(() => {})
    assert.deepEqual(
      events.map(({ name }) => name),
      ['a', 'reported'],
    )
  })

  test('that record what they receive come to an end, and the first calls return', () => {
    const recorder = new Recorder()
    const errors = []
    const counter = recorder.counter('a')
    let calls = 0
    const again = () => {
      calls++
      counter.incr()
    }
    // two of them would call each other 2^100 times
    recorder.on('counter', again).on('counter', () => again())
    recorder.on('error', (error) => errors.push(error))
    counter.incr()
    assert.equal(calls, 100)
    assert.equal(recorded(recorder).counters.a, 101)
    assert.deepEqual(
      errors.map(({ name, code }) => [name, code]),
      [['RangeError', 'ERR_TALLYSTICK_EVENT']],
    )
    counter.incr()
    assert.equal(calls, 200)
  })

  test('that throw affect neither other listeners nor the caller, and the errors are emitted', async () => {
    const recorder = new Recorder()
    const events = []
    const errors = []
    const [thrown, rejected] = [new Error('thrown'), new Error('rejected')]
    recorder.on('counter', () => {
      throw thrown
    })
    recorder.on('counter', async () => {
      throw rejected
    })
    recorder.on('counter', (event) => events.push(event))
    recorder.on('error', (error) => errors.push(error))
    recorder.counter('a').incr()
    assert.equal(events.length, 1)
    await Promise.resolve()
    assert.deepEqual(errors, [thrown, rejected])
  })

  test('that throw cause one warning each if there is no error listener', async () => {
    const recorder = new Recorder()
    const warnings = []
    const warned = (warning) => warning.code === 'TALLYSTICK_LISTENER' && warnings.push(warning.message)
    process.on('warning', warned)
    recorder.on('counter', () => {
      throw new Error('one')
    })
    recorder.on('counter', () => {
      throw new Error('other')
    })
    for (let at = 0; at < 3; at++) recorder.counter('a').incr()
    // an error listener that throws
    recorder.on('error', () => {
      throw new Error('third')
    })
    recorder.counter('a').incr()
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    assert.deepEqual(
      warnings.map((message) => /Error: (\w+)/.exec(message)[1]),
      ['one', 'other', 'third'],
    )
  })
})

describe('an event that the user emits', () => {
  test('is recorded as by the default instruments, and passed on unchanged', () => {
    const recorder = new Recorder()
    const aggregator = createAggregator(recorder)
    const reported = []
    const emitted = [
      ['counter', { name: 's/a', increment: 2, tags: { x: 1 } }],
      ['counter', { name: 's/a', increment: -0.5, more: 'anything' }],
      ['gauge', { name: 'b', value: -1 }],
      ['gauge', { name: 'b', value: 4, tags: { x: 1 } }],
      ['histogram', { name: 'c', value: 3 }],
      ['timer', { name: 'd', startTs: 1000.5, stopTs: 1003.5 }],
      ['timer', { name: 'd', startTs: 5, stopTs: 4, url: '/' }],
    ]
    assert.equal(recorder.emit(...emitted[0]), false)
    for (const kind of KINDS) recorder.on(kind, (event) => reported.push(event))
    for (const [kind, event] of emitted.slice(1)) assert.equal(recorder.scope('s').emit(kind, event), true)
    assert.ok(reported.every((event, at) => event === emitted[at + 1][1]))
    assert.equal(reported.length, 6)
    const { counters, gauges, timings, histograms } = recorded(recorder)
    assert.deepEqual(counters, { 's/a': -0.5, 's/a{x="1"}': 2 })
    assert.deepEqual(gauges, { b: -1, 'b{x="1"}': 4 })
    assert.deepEqual([timings.d.total, timings['d{url="/"}'].total, histograms.c.sum], [3, 0, 3])
    const report = aggregator.report()
    assert.deepEqual([report.counters, report.gauges], [{ 's/a': 1.5 }, { b: 3 }])
    assert.deepEqual(Object.keys(report.histograms), ['c', 'd'])
    assert.deepEqual(report.histograms.d.max, 3)
  })

  test('is recorded after its name was unregistered, and together with others beyond the room for names', () => {
    const recorder = new Recorder()
    const own = createMetrics(recorder.collector)
    for (let turn = 0; turn < 2; turn++) {
      recorder.emit('counter', { name: 'a', increment: 2, tags: { x: 1 } })
      assert.equal(own.value('a', { x: 1 }), 2)
      own.unregister('a')
    }
    for (let at = 0; at < 10_100; at++) recorder.emit('counter', { name: `a${at}`, increment: 1, tags: { x: 1 } })
    const { counters } = own.snapshot()
    assert.equal(counters['tallystick_overflow{otel_metric_overflow="true"}'], 100)
    assert.equal(Object.keys(counters).length, 10_001)
  })

  test('is in the report of a recorder with a shared collector', () => {
    const collector = new Collector()
    const recorder = new Recorder({ collector })
    const aggregator = createAggregator(recorder)
    for (let at = 0; at < 3; at++) recorder.emit('counter', { name: 'a', increment: 1 })
    createMetrics(collector).inc('other')
    assert.deepEqual(aggregator.report().counters, { a: 3 })
  })

  test('shows a gauge again that an aggregator had hidden', () => {
    const recorder = new Recorder()
    recorder.gauge('a', 1)
    const aggregator = createAggregator(recorder)
    recorder.emit('gauge', { name: 'a', value: 1 })
    assert.deepEqual(aggregator.report().gauges, { a: 1 })
  })

  test('can come from a custom instrument', () => {
    const recorder = createRecorder({
      counter: (recorder, name) => ({
        incr: (n = 1) => recorder.emit('counter', { name, increment: 10 * n }),
        decr() {},
      }),
    })
    const aggregator = createAggregator(recorder)
    recorder.scope('s').counter('a', 2).incr()
    assert.deepEqual(aggregator.report().counters, { 's/a': 30 })
  })

  test('may be an error, which error listeners receive', () => {
    const recorder = new Recorder()
    const received = []
    recorder.once('error', (error) => received.push(error))
    const error = new Error('own')
    assert.equal(recorder.emit('error', error), true)
    assert.deepEqual(received, [error])
    assert.equal(recorder.listenerCount('error'), 0)
  })
})
