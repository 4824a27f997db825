'use strict'

// Recorders: instruments, scopes, events, listeners, and bad input.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const path = require('node:path')
const tallystick = require('../..')
const {
  Collector,
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
  createAggregator,
  createMetrics,
  createRecorder,
  metrics,
} = tallystick
const { collectUntil } = require('../support/garbage')

const KINDS = ['counter', 'gauge', 'histogram', 'timer']

/** A recorder, and all events that it emits. */
function recorderAndEvents(options) {
  const recorder = new Recorder(options)
  const events = []
  for (const kind of KINDS) recorder.on(kind, (event) => events.push({ kind, ...event }))
  return { recorder, events }
}

/** The content of a recorder's collector. */
function recorded(recorder) {
  return createMetrics(recorder.collector).snapshot()
}

function isEmpty({ collector }) {
  const { counters, gauges, timings, histograms } = createMetrics(collector).snapshot()
  assert.deepEqual({ counters, gauges, timings, histograms }, { counters: {}, gauges: {}, timings: {}, histograms: {} })
}

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
