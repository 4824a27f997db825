'use strict'

// The configuration of recorders, and bad input.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const tallystick = require('../..')
const {
  DefaultCounter,
  DefaultGauge,
  DefaultHistogram,
  DefaultTimer,
  NoTagTimer,
  NullCounter,
  NullGauge,
  NullHistogram,
  NullTimer,
  PreciseCounter,
  PreciseGauge,
  Recorder,
  config,
  createRecorder,
} = tallystick
const { isEmpty, recorded, recorderAndEvents } = require('../support/recorders')

describe('a configuration', () => {
  test('may be null, and so may each option', () => {
    const nulls = { counter: null, gauge: null, histogram: null, timer: null, separator: null }
    for (const recorder of [new Recorder(null), createRecorder(null), new Recorder(nulls)]) {
      recorder.scope('s').counter('a', 1)
      assert.deepEqual(recorded(recorder).counters, { 's/a': 1 })
    }
  })

  test('for createRecorder may have unknown options', () => {
    const recorder = createRecorder({ counters: 1, aggregator: {}, separator: '.' })
    assert.equal(recorder.separator, '.')
    assert.throws(() => createRecorder(1), { code: 'ERR_TALLYSTICK_OPTIONS' })
    const throwing = { get timer() { throw new Error('read') } } // biome-ignore format: one line
    assert.throws(() => createRecorder(throwing), { code: 'ERR_TALLYSTICK_OPTIONS' })
  })

  test('can use the functions that metrix exports', () => {
    const { counter, gauge, histogram, timer } = tallystick
    const recorder = createRecorder({
      counter: (recorder, name, value, tags) =>
        name === 'no'
          ? counter.createDisable(recorder, name, value, tags)
          : counter.createPrecise(recorder, name, value, tags),
      gauge: (recorder, name, value, tags) =>
        name === 'no'
          ? gauge.createDisable()
          : name === 'a'
            ? gauge.createPrecise(recorder, name, value, tags)
            : gauge.createDefault(recorder, name, value, tags),
      histogram: (recorder, name, tags) =>
        name === 'no' ? histogram.createDisable() : histogram.createDefault(recorder, name, tags),
      timer: (recorder, name, tags) =>
        name === 'no'
          ? timer.createDisable()
          : name === 'a'
            ? timer.createNoTags(recorder, name, tags)
            : timer.createDefault(recorder, name, tags),
    })
    for (const name of ['no', 'a', 'b']) {
      recorder.counter(name, 1, { x: 1 })
      recorder.gauge(name, 1, { x: 1 })
      recorder.histogram(name, { x: 1 }).add(1)
      recorder.timer(name, { x: 1 }).time(() => {})
    }
    const { counters, gauges, timings, histograms } = recorded(recorder)
    const tagged = ['a{x="1"}', 'b{x="1"}']
    assert.deepEqual([Object.keys(counters), Object.keys(gauges)], [tagged, tagged])
    assert.deepEqual(Object.keys(timings), ['a', 'b{x="1"}'])
    assert.deepEqual(Object.keys(histograms), ['a/histogram{x="1"}', ...tagged])
    assert.equal(counter.createDefault(recorder, 'c', 1, { x: 1 }) instanceof DefaultCounter, true)
  })

  test('can use metrix’ names of histogram objects, with any further options', () => {
    const { createBucketHistogram, createStreamingHistogram } = tallystick.histogram
    const options = { quantiles: [0.5], error: 0.01, max: 1000, limit: 1 }
    for (const [create, Class] of [
      [createBucketHistogram, tallystick.BucketedHistogram],
      [createStreamingHistogram, tallystick.StreamingHistogram],
    ]) {
      for (const none of [undefined, null, {}]) assert.ok(create(none) instanceof Class)
      const histogram = create(options)
      histogram.add(10)
      assert.deepEqual(histogram.snapshot(), { min: 10, max: 10, p50: 10 })
    }
    const bounded = createBucketHistogram(options)
    bounded.add(1001)
    assert.equal(bounded.snapshot().overflow, 1)
  })

  test('that is disabled has a ready-made recorder', () => {
    const { DISABLE } = tallystick.recorder
    assert.ok(DISABLE instanceof Recorder)
    assert.equal(tallystick.recorder.DISABLE, DISABLE)
    assert.deepEqual([DISABLE.counter('a', 1), DISABLE.timer('a')], [NullCounter, NullTimer])
    isEmpty(DISABLE)
  })

  test('determines the instruments', () => {
    const asked = []
    const own = { incr() {}, decr() {} }
    const recorder = new Recorder({
      counter: (...args) => {
        asked.push(args)
        return own
      },
    })
    assert.equal(recorder.scope('s').counter('a', 2, { x: 1 }), own)
    recorder.counter('b')
    assert.deepEqual(asked, [
      [recorder, 's/a', 2, { x: 1 }],
      [recorder, 'b', 0, undefined],
    ])
  })

  test('with Null instruments records nothing', () => {
    const { recorder, events } = recorderAndEvents(config.DISABLE.recorder)
    recorder.counter('a', 1).decr()
    recorder.gauge('a', 1).update(2)
    recorder.histogram('a').add(1)
    const timer = recorder.timer('a')
    timer.stop(timer.start())
    assert.equal(
      timer.time(() => 3),
      3,
    )
    assert.deepEqual(
      [recorder.counter('a'), recorder.gauge('a'), recorder.histogram('a'), timer],
      [NullCounter, NullGauge, NullHistogram, NullTimer],
    )
    assert.equal(events.length, 0)
    isEmpty(recorder)
  })

  test('adds time() to timers with only start and stop, also for functions that throw or reject', async () => {
    const calls = []
    const own = { start: () => calls.push('start'), stop: (id, tags) => calls.push(['stop', id, tags]) }
    const timer = new Recorder({ timer: () => own }).timer('a')
    timer.stop(timer.start(), { x: 1 })
    assert.equal(
      timer.time(() => 3),
      3,
    )
    assert.throws(
      () =>
        timer.time(() => {
          throw new Error('thrown')
        }),
      { message: 'thrown' },
    )
    await assert.rejects(
      timer.time(async () => {
        throw new Error('rejected')
      }),
      { message: 'rejected' },
    )
    const ids = [1, 3, 5, 7]
    assert.deepEqual(
      calls,
      ids.flatMap((id) => ['start', ['stop', id, id === 1 ? { x: 1 } : undefined]]),
    )
    assert.throws(() => timer.time(), { code: 'ERR_TALLYSTICK_FUNCTION' })
  })

  test('does not change timers that have time()', () => {
    const own = { start: () => 1, stop() {}, time: (fn) => fn() }
    assert.equal(new Recorder({ timer: () => own }).timer('a'), own)
  })

  test('PRECISE has precise instruments', () => {
    const { recorder, events } = recorderAndEvents(config.PRECISE.recorder)
    recorder.counter('a', 1)
    recorder.gauge('b', 1)
    assert.ok(events[0].timestamp > 0)
    assert.equal(events[1].name, 'b/histogram')
    const { recorder: usual, events: fewer } = recorderAndEvents(config.DEFAULT.recorder)
    usual.gauge('b', 1)
    assert.equal(fewer.length, 1)
  })

  for (const [Class, method] of [
    [DefaultCounter, 'incr'],
    [PreciseCounter, 'incr'],
    [DefaultGauge, 'update'],
    [PreciseGauge, 'update'],
    [DefaultHistogram, 'add'],
    [DefaultTimer, 'start'],
    [NoTagTimer, 'start'],
  ]) {
    test(`creates a ${Class.name} with and without new`, () => {
      const recorder = new Recorder()
      for (const instrument of [Class(recorder.scope('s'), 'a'), new Class(recorder, 'a')]) {
        assert.ok(instrument instanceof Class)
        assert.equal(typeof instrument[method], 'function')
      }
    })
  }
})

describe('bad input', () => {
  const recorder = new Recorder()
  const throwing = {
    get counter() {
      throw new Error('read')
    },
  }
  const unreadable = new Proxy({}, { get: () => assert.fail('read'), ownKeys: () => assert.fail('read') })
  for (const [what, call, name, code] of [
    ['a config that is none', () => new Recorder(1), 'TypeError', 'OPTIONS'],
    ['a config that cannot be read', () => new Recorder(throwing), 'TypeError', 'OPTIONS'],
    ['an option that there is not', () => new Recorder({ timers: DefaultTimer }), 'TypeError', 'OPTIONS'],
    ['a factory that is none', () => new Recorder({ timer: 1 }), 'TypeError', 'FUNCTION'],
    ['a separator that is no text', () => new Recorder({ separator: 1 }), 'TypeError', 'OPTIONS'],
    ['a precision of 4', () => new Recorder({ precision: 4 }), 'RangeError', 'OPTIONS'],
    ['a collector that is none', () => new Recorder({ collector: {} }), 'TypeError', 'COLLECTOR'],
    [
      'a factory that asks for what it should make',
      () => new Recorder({ counter: (recorder, name) => recorder.counter(name) }).counter('a'),
      'RangeError',
      'OPTIONS',
    ],
    ['a factory without a result', () => new Recorder({ gauge() {} }).gauge('a'), 'TypeError', 'OPTIONS'],
    [
      'an incomplete instrument',
      () => new Recorder({ timer: () => ({ start() {} }) }).timer('a'),
      'TypeError',
      'OPTIONS',
    ],
    ['a name that is no text', () => recorder.counter(1), 'TypeError', 'NAME'],
    ['an empty name', () => recorder.timer(''), 'TypeError', 'NAME'],
    ['a scope that is no text', () => recorder.scope(), 'TypeError', 'NAME'],
    ['an initial value that is no number', () => recorder.counter('a', '1'), 'TypeError', 'VALUE'],
    ['an initial value of NaN', () => recorder.gauge('a', Number.NaN), 'RangeError', 'VALUE'],
    ['tags that are none', () => recorder.counter('a', 1, 'tags'), 'TypeError', 'LABELS'],
    ['tags that are a list', () => recorder.timer('a', ['x']), 'TypeError', 'LABELS'],
    ['a map of tags', () => recorder.histogram('a', new Map([['x', 1]])), 'TypeError', 'LABELS'],
    ['an increment that is no number', () => recorder.counter('a').incr('1'), 'TypeError', 'VALUE'],
    ['an infinite increment', () => recorder.counter('a').decr(Number.POSITIVE_INFINITY), 'RangeError', 'VALUE'],
    ['no value of a gauge', () => recorder.gauge('a').update(), 'TypeError', 'VALUE'],
    ['no value of a histogram', () => recorder.histogram('a').add(), 'TypeError', 'VALUE'],
    ['a negative value of a histogram', () => recorder.histogram('a').add(-1), 'RangeError', 'VALUE'],
    ['a function to time that is none', () => recorder.timer('a').time(1), 'TypeError', 'FUNCTION'],
    ['a function not to time that is none', () => NullTimer.time(1), 'TypeError', 'FUNCTION'],
    ['tags at a stop that are none', () => recorder.timer('a').stop(1, 'x'), 'TypeError', 'LABELS'],
    ['tags at a stop that are a list', () => recorder.timer('a', { x: 1 }).stop(1, ['x']), 'TypeError', 'LABELS'],
    ['an event that there is not', () => recorder.on('counters', () => {}), 'TypeError', 'EVENT'],
    ['an event that there is not, to leave', () => recorder.off('__proto__', () => {}), 'TypeError', 'EVENT'],
    ['a listener that is none', () => recorder.on('counter', 1), 'TypeError', 'FUNCTION'],
    ['a listener for one event that is none', () => recorder.once('counter', 1), 'TypeError', 'FUNCTION'],
    ['an event that there is not, to tell', () => recorder.emit('counters', {}), 'TypeError', 'EVENT'],
    ['an event that there is not, to count', () => recorder.listenerCount('on'), 'TypeError', 'EVENT'],
    ['an event that there is not, to leave wholly', () => recorder.removeAllListeners('on'), 'TypeError', 'EVENT'],
    ['an event that is none', () => recorder.emit('counter', 'a'), 'TypeError', 'EVENT'],
    ['an event that cannot be read', () => recorder.emit('gauge', unreadable), 'TypeError', 'EVENT'],
    ['a timer’s event that cannot be read', () => recorder.emit('timer', unreadable), 'TypeError', 'EVENT'],
    ['an event without a name', () => recorder.emit('counter', { increment: 1 }), 'TypeError', 'NAME'],
    ['an event without a number', () => recorder.emit('counter', { name: 'a' }), 'TypeError', 'VALUE'],
    ['an event of NaN', () => recorder.emit('histogram', { name: 'a', value: Number.NaN }), 'RangeError', 'VALUE'],
    ['a gauge of text', () => recorder.emit('gauge', { name: 'a', value: '1' }), 'TypeError', 'VALUE'],
    ['an event below 0', () => recorder.emit('histogram', { name: 'a', value: -1 }), 'RangeError', 'VALUE'],
    ['an event without an end', () => recorder.emit('timer', { name: 'a', startTs: 1 }), 'TypeError', 'VALUE'],
    [
      'an event with a list of tags',
      () => recorder.emit('counter', { name: 'a', increment: 1, tags: [1] }),
      'TypeError',
      'LABELS',
    ],
    ['a recorder that is none', () => DefaultCounter({}, 'a'), 'TypeError', 'RECORDER'],
    ['no recorder', () => new DefaultTimer(), 'TypeError', 'RECORDER'],
  ]) {
    test(`${what} is an error, and nothing is recorded`, () => {
      assert.throws(call, { name, code: `ERR_TALLYSTICK_${code}` })
      isEmpty(recorder)
    })
  }
})
