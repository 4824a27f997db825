'use strict'

// The instruments of recorders: what they record, and the events that they emit.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { NoTagTimer, PreciseCounter, PreciseGauge, metrics } = require('../..')
const { isEmpty, recorded, recorderAndEvents } = require('../support/recorders')

describe('a counter', () => {
  test('counts up and down, and emits each change', () => {
    const { recorder, events } = recorderAndEvents()
    const counter = recorder.counter('a')
    counter.incr()
    counter.incr(null)
    counter.incr(2.5)
    counter.incr(0)
    counter.decr()
    counter.decr(3)
    counter.decr(0)
    assert.deepEqual(
      events.map(({ increment }) => increment),
      [1, 1, 2.5, 0, -1, -3, 0],
    )
    assert.deepEqual(events[0], { kind: 'counter', name: 'a', increment: 1 })
    assert.deepEqual(recorded(recorder).counters, { a: 0.5 })
  })

  test('emits its initial value once, also 0', () => {
    const { recorder, events } = recorderAndEvents()
    recorder.counter('a', 5)
    recorder.counter('b', 0)
    recorder.counter('c')
    recorder.counter('d', null)
    assert.deepEqual(
      events.map(({ name, increment }) => [name, increment]),
      [
        ['a', 5],
        ['b', 0],
      ],
    )
    assert.deepEqual(recorded(recorder).counters, { a: 5, b: 0 })
  })

  test('has events with its original tags', () => {
    const { recorder, events } = recorderAndEvents()
    const tags = { method: 'GET', status: 200, none: undefined }
    const counter = recorder.counter('a', 1, tags)
    tags.method = 'PUT'
    counter.incr()
    assert.deepEqual(events[0].tags, { method: 'GET', status: 200, none: undefined })
    assert.equal(events[1].tags, events[0].tags)
    assert.deepEqual(recorded(recorder).counters, { 'a{method="GET",status="200"}': 2 })
  })

  test('that is precise has events with a timestamp', () => {
    const { recorder, events } = recorderAndEvents({ counter: PreciseCounter })
    const before = metrics.now()
    recorder.counter('a', undefined, { x: 1 }).incr()
    const { timestamp, ...rest } = events[0]
    assert.deepEqual(rest, { kind: 'counter', name: 'a', increment: 1, tags: { x: 1 } })
    assert.ok(timestamp >= before && timestamp <= metrics.now())
  })
})

describe('a gauge', () => {
  test('is updated, also by its initial value', () => {
    const { recorder, events } = recorderAndEvents()
    recorder.gauge('a', 0).update(-2.5)
    recorder.gauge('b')
    assert.deepEqual(events, [
      { kind: 'gauge', name: 'a', value: 0 },
      { kind: 'gauge', name: 'a', value: -2.5 },
    ])
    assert.deepEqual(recorded(recorder).gauges, { a: -2.5 })
  })

  test('that is precise also records a histogram of its values', () => {
    const { recorder, events } = recorderAndEvents({ gauge: PreciseGauge, separator: '.' })
    const gauge = recorder.scope('s').gauge('a', 2, { x: 1 })
    assert.deepEqual(
      events.map(({ kind, name, value, tags }) => [kind, name, value, tags]),
      [
        ['histogram', 's.a.histogram', 2, { x: 1 }],
        ['gauge', 's.a', 2, { x: 1 }],
      ],
    )
    assert.throws(() => gauge.update(Number.NaN), { code: 'ERR_TALLYSTICK_VALUE' })
    assert.equal(events.length, 2)
    assert.deepEqual(recorded(recorder).gauges, { 's.a{x="1"}': 2 })
    assert.equal(recorded(recorder).histograms['s.a.histogram{x="1"}'].count, 1)
  })

  test('that is precise may be negative, and its histogram then counts 0', () => {
    const { recorder, events } = recorderAndEvents({ gauge: PreciseGauge })
    recorder.gauge('a').update(-1.5)
    assert.deepEqual(events, [
      { kind: 'histogram', name: 'a/histogram', value: -1.5 },
      { kind: 'gauge', name: 'a', value: -1.5 },
    ])
    assert.deepEqual(recorded(recorder).gauges, { a: -1.5 })
    const { count, min, max } = recorded(recorder).histograms['a/histogram']
    assert.deepEqual([count, min, max], [1, 0, 0])
  })
})

test('a histogram emits its values', () => {
  const { recorder, events } = recorderAndEvents()
  recorder.histogram('a', { x: 1 }).add(0)
  recorder.histogram('a').add(0.25)
  assert.deepEqual(events, [
    { kind: 'histogram', name: 'a', value: 0, tags: { x: 1 } },
    { kind: 'histogram', name: 'a', value: 0.25 },
  ])
  assert.deepEqual(Object.keys(recorded(recorder).histograms), ['a', 'a{x="1"}'])
})

describe('a timer', () => {
  test('emits start and end, in milliseconds since the epoch with a fraction', () => {
    const { recorder, events } = recorderAndEvents()
    const timer = recorder.timer('a')
    const before = metrics.now()
    const ids = [timer.start(), timer.start()]
    timer.stop(ids[0])
    timer.stop(ids[1])
    const after = metrics.now()
    assert.deepEqual(Object.keys(events[0]).sort(), ['kind', 'name', 'startTs', 'stopTs'])
    for (const { startTs, stopTs } of events) assert.ok(before <= startTs && startTs <= stopTs && stopTs <= after)
    assert.ok(events[0].stopTs <= events[1].stopTs)
    assert.ok(Math.abs(Date.now() - events[0].stopTs) < 60_000)
    const { count, total } = recorded(recorder).timings.a
    const reported = events.reduce((sum, { startTs, stopTs }) => sum + stopTs - startTs, 0)
    assert.equal(count, 2)
    assert.ok(Math.abs(total - reported) < 0.01, `${total} and ${reported}`)
  })

  test('has tags as keys of its events, which cannot replace its own keys', () => {
    const { recorder, events } = recorderAndEvents()
    const timer = recorder.timer('a', { x: 1, name: 'b' })
    timer.stop(timer.start())
    timer.stop(timer.start(), { x: 2, url: '/', startTs: 0 })
    recorder.timer('c').stop(timer.start(), { url: '/' })
    assert.deepEqual(
      events.map(({ name, x, url }) => [name, x, url]),
      [
        ['a', 1, undefined],
        ['a', 2, '/'],
        ['c', undefined, '/'],
      ],
    )
    assert.ok(events[1].startTs > 0)
    assert.deepEqual(Object.keys(recorded(recorder).timings), [
      'a{name="b",startTs="0",url="/",x="2"}',
      'a{name="b",x="1"}',
      'c{url="/"}',
    ])
  })

  test('without tags drops them', () => {
    const { recorder, events } = recorderAndEvents({ timer: NoTagTimer })
    const timer = recorder.timer('a', { x: 1 })
    timer.stop(timer.start(), { y: 1 })
    assert.deepEqual(Object.keys(events[0]).sort(), ['kind', 'name', 'startTs', 'stopTs'])
    assert.deepEqual(Object.keys(recorded(recorder).timings), ['a'])
  })

  test('times functions, also if they throw', () => {
    const { recorder, events } = recorderAndEvents()
    const timer = recorder.timer('a', { x: 1 })
    const failure = new Error('failed')
    assert.equal(
      timer.time(() => 3),
      3,
    )
    assert.throws(
      () =>
        timer.time(() => {
          throw failure
        }),
      failure,
    )
    assert.equal(events.length, 2)
    assert.equal(events[1].x, 1)
  })

  test('awaits native promises, and leaves other thenables alone', async () => {
    const { recorder, events } = recorderAndEvents()
    const timer = recorder.timer('a')
    let settle
    const later = timer.time(() => new Promise((resolve) => (settle = resolve)))
    assert.equal(events.length, 0)
    settle('done')
    assert.equal(await later, 'done')
    assert.equal(events.length, 1)
    const failure = new Error('failed')
    await assert.rejects(
      timer.time(() => Promise.reject(failure)),
      failure,
    )
    assert.equal(events.length, 2)
    // biome-ignore lint/suspicious/noThenProperty: this tests a thenable
    const lazy = { then: () => assert.fail('it is not to be run') }
    assert.equal(
      timer.time(() => lazy),
      lazy,
    )
    assert.equal(events.length, 3)
  })

  for (const [what, id, name] of [
    ['none', undefined, 'TypeError'],
    ['null', null, 'TypeError'],
    ['a text', '1', 'TypeError'],
    ['no number', Number.NaN, 'RangeError'],
    ['that of a null timer', 0, 'RangeError'],
    ['one of the future', Date.now(), 'RangeError'],
  ]) {
    test(`is not stopped with an id that is ${what}`, () => {
      const { recorder, events } = recorderAndEvents()
      assert.throws(() => recorder.timer('a').stop(id), { name, code: 'ERR_TALLYSTICK_TIMER' })
      assert.equal(events.length, 0)
      isEmpty(recorder)
    })
  }
})
